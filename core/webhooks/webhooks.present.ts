import type { AttemptRow, DeliveryRow } from './deliveries.repo.ts';
import type { EndpointRow } from './endpoints.repo.ts';
import type {
  WebhookDeliveryDetailWire,
  WebhookDeliveryWire,
  WebhookEndpointWire,
} from './webhooks.schema.ts';

export function presentEndpoint(row: EndpointRow): WebhookEndpointWire {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    event_types: row.event_types,
    status: row.status,
    disabled_reason: row.disabled_reason,
    disabled_at: row.disabled_at?.toISOString() ?? null,
    failing_since: row.failing_since?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentDelivery(row: DeliveryRow): WebhookDeliveryWire {
  return {
    id: row.id,
    event_id: row.event_id,
    event_type: row.event_type,
    endpoint_id: row.endpoint_id,
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: row.status === 'pending' ? row.next_attempt_at.toISOString() : null,
    created_at: row.created_at.toISOString(),
    completed_at: row.completed_at?.toISOString() ?? null,
  };
}

export function presentDeliveryDetail(
  row: DeliveryRow,
  attempts: readonly AttemptRow[],
): WebhookDeliveryDetailWire {
  return {
    ...presentDelivery(row),
    attempt_log: attempts.map((attempt) => ({
      number: attempt.number,
      at: attempt.at.toISOString(),
      duration_ms: attempt.duration_ms,
      status_code: attempt.status_code,
      error: attempt.error,
      response: attempt.response,
    })),
  };
}
