import { z } from 'zod';
import { idOutSchema, pageQuerySchema, pageSchema, timeSchema } from '../kernel/index.ts';

const fields = z.record(z.string(), z.unknown()).nullable();

export const auditEntrySchema = z
  .object({
    seq: z.int().meta({ description: '1, 2, 3… within the organization: a missing one shows' }),
    actor: z
      .object({
        type: z.enum(['user', 'api_key', 'system']),
        id: z.string().nullable(),
        ip: z.string().nullable(),
        user_agent: z.string().nullable(),
      })
      .meta({ description: 'Who did it and from where; `system` is the platform itself' }),
    request_id: z.string().nullable(),
    action: z.enum(['insert', 'update', 'delete']),
    target: z.object({
      type: z.string().meta({ description: 'The kind of object, in the plural' }),
      id: z.string(),
    }),
    before: fields.meta({ description: 'What it was: of a change, the changed fields alone' }),
    after: fields.meta({ description: 'What it became' }),
    at: timeSchema,
    prev_hash: z.string().meta({ description: '`hash` of the entry before; empty for the first' }),
    hash: z.string().meta({ description: 'SHA-256 of `canonical`, in hex' }),
    canonical: z.string().meta({
      description:
        'The text that was hashed, a JSON array: prev_hash, organization, seq, actor type, actor id, ip, ' +
        'user agent, request id, action, target type, target id, before, after, microseconds since 1970',
    }),
  })
  .meta({ id: 'AuditEntry', description: 'One change, chained to the one before it' });
export type AuditEntryWire = z.infer<typeof auditEntrySchema>;

export const auditPageSchema = pageSchema(auditEntrySchema).meta({ id: 'AuditPage' });

export const auditQuerySchema = pageQuerySchema.extend({
  target_type: z.string().max(64).optional().meta({ description: 'e.g. `agents`, `api_keys`' }),
  target_id: z.string().max(64).optional(),
  actor_id: z.string().max(64).optional(),
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export const auditVerificationSchema = z
  .object({
    ok: z.boolean(),
    organization_id: idOutSchema('org'),
    entries: z.int(),
    head: z.object({ seq: z.int(), hash: z.string() }).nullable().meta({
      description: 'The last entry. Kept elsewhere, it proves later that nothing was cut off.',
    }),
    broken_at: z
      .int()
      .nullable()
      .meta({ description: 'The first entry that is missing, changed or out of the chain' }),
  })
  .meta({ id: 'AuditVerification', description: 'The chain, hashed again from its first entry' });
export type AuditVerificationWire = z.infer<typeof auditVerificationSchema>;
