import {
  auditPageSchema,
  auditQuerySchema,
  auditVerificationSchema,
  type AuditService,
} from '@alo/core/audit';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const tags = ['audit_logs'];

export function auditRoutes({ audit }: { audit: AuditService }): Routes {
  return async (app) => {
    app.get(
      '/audit_logs',
      {
        config: { access: 'member', permission: 'audit:read' },
        schema: {
          operationId: 'listAuditLogs',
          tags,
          summary: 'Every change of configuration and money: who, from where, before and after',
          querystring: auditQuerySchema,
          response: { 200: auditPageSchema },
        },
      },
      async (request) => audit.list(memberOf(request), request.query),
    );

    app.get(
      '/audit_logs/verification',
      {
        config: { access: 'member', permission: 'audit:read' },
        schema: {
          operationId: 'verifyAuditLogs',
          tags,
          summary: 'Whether the chain of entries is whole',
          response: { 200: auditVerificationSchema },
        },
      },
      async (request) => audit.verify(memberOf(request)),
    );
  };
}
