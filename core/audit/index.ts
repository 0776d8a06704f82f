export * from './audit.schema.ts';
export { createAuditService, type AuditService } from './audit.service.ts';
