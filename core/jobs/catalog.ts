import { z } from 'zod';

/** What can be asked of the workers: name → payload, queue, attempts. Enqueue only through it. */
export interface JobDefinition<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  readonly queue: QueueName;
  readonly attempts: number;
  /** First delay between attempts; doubles each time. */
  readonly backoffMs: number;
  readonly timeoutMs: number;
}

export const queueNames = ['calls', 'knowledge', 'events', 'webhooks'] as const;
export type QueueName = (typeof queueNames)[number];

/** Jobs of a queue that one process runs at once, where it is not the usual number: these mostly wait. */
export const queueConcurrency: Partial<Record<QueueName, number>> = { webhooks: 32 };

const define = <S extends z.ZodType>(definition: JobDefinition<S>) => definition;

export const jobCatalog = {
  /** Dials a queued call. Safe to run again: it looks at the call's state first. */
  'call.dial': define({
    schema: z.object({ call_id: z.string() }),
    queue: 'calls',
    attempts: 1,
    backoffMs: 1_000,
    timeoutMs: 30_000,
  }),
  /** Reads, chunks and embeds a document. */
  'document.ingest': define({
    schema: z.object({ org_id: z.string(), document_id: z.string() }),
    queue: 'knowledge',
    attempts: 3,
    backoffMs: 2_000,
    timeoutMs: 180_000,
  }),
  /** Writes to the people of an alert. */
  'alert.mail': define({
    schema: z.object({ alert_id: z.string() }),
    queue: 'events',
    attempts: 5,
    backoffMs: 2_000,
    timeoutMs: 60_000,
  }),
  /** Mails an invitation, with a token made then and there. */
  'invitation.mail': define({
    schema: z.object({ org_id: z.string(), invitation_id: z.string() }),
    queue: 'events',
    attempts: 5,
    backoffMs: 2_000,
    timeoutMs: 60_000,
  }),
  /** Acts on a provider's webhook that has been verified and stored. */
  'provider_event.process': define({
    schema: z.object({ provider_event_id: z.string() }),
    queue: 'events',
    attempts: 8,
    backoffMs: 1_000,
    timeoutMs: 30_000,
  }),
  /**
   * Sends an event to an endpoint, once. What fails is tried again by the delivery's own schedule;
   * these attempts are for failures of ours.
   */
  'webhook.deliver': define({
    schema: z.object({ delivery_id: z.string() }),
    queue: 'webhooks',
    attempts: 3,
    backoffMs: 1_000,
    timeoutMs: 30_000,
  }),
} as const;

export type JobName = keyof typeof jobCatalog;
export type JobPayload<N extends JobName> = z.infer<(typeof jobCatalog)[N]['schema']>;
