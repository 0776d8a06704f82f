import { listOf, type PageQuery } from '../core/pages.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { AuditEntry, AuditVerification } from '../types.ts';

export interface AuditLogQuery extends PageQuery {
  /** `agents`, `api_keys`, `payments`… */
  readonly target_type?: string | undefined;
  readonly target_id?: string | undefined;
  readonly actor_id?: string | undefined;
}

/** Who changed what: configuration and money, each entry chained to the one before it. */
export function auditLogsResource(http: Transport) {
  return {
    list: (query?: AuditLogQuery, options?: RequestOptions) =>
      listOf<AuditEntry>(http, '/v1/audit_logs', { ...query }, options),
    /** Has the platform hash the whole chain again. */
    verify: (options?: RequestOptions) =>
      http.request<AuditVerification>('GET', '/v1/audit_logs/verification', options),
  };
}
