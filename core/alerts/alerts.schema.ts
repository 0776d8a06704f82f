import { z } from 'zod';
import { idOutSchema, idSchema, pageSchema, timeSchema } from '../kernel/index.ts';
import { alertKinds } from './alert.rules.ts';

export const alertSchema = z
  .object({
    id: idOutSchema('alr'),
    kind: z.enum(alertKinds),
    subject: z.string().meta({ description: 'What it is about, e.g. the id of a payment' }),
    occurrences: z.int().meta({ description: 'How often it has shown while open' }),
    first_at: timeSchema,
    last_at: timeSchema,
    mailed_at: timeSchema
      .nullable()
      .meta({ description: 'When owners and admins were last written to' }),
    resolved_at: timeSchema.nullable(),
  })
  .meta({ id: 'Alert', description: 'Something an owner should know of' });
export type AlertWire = z.infer<typeof alertSchema>;

export const alertPageSchema = pageSchema(alertSchema).meta({ id: 'AlertPage' });
export const alertParamsSchema = z.object({ alert_id: idSchema('alr') });
