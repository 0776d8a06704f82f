import { z } from 'zod';
import { idOutSchema, idSchema, limits, pageSchema, timeSchema } from '../kernel/index.ts';
import { keyModeSchema, nameSchema, permissionSchema } from './accounts.schema.ts';
import { permissionNames } from './permissions.ts';

const keyRoles = ['admin', 'agent', 'viewer'] as const;
/** Never `owner`: what only owners do, people do. */
export type KeyRole = (typeof keyRoles)[number];
const keyRoleSchema = z
  .enum(keyRoles)
  .meta({ id: 'ApiKeyRole', description: 'The role a key acts with; never an owner’s' });

const { keyOverlap } = limits.auth;

export const createApiKeySchema = z
  .object({
    name: nameSchema,
    mode: keyModeSchema.default('live').meta({
      description:
        '`test` keys only work on a platform whose vendors are all played by the sandbox',
    }),
    role: keyRoleSchema.default('admin'),
    scopes: z
      .array(permissionSchema)
      .min(1)
      .max(permissionNames.length)
      .optional()
      .meta({ description: 'What the key is confined to. Absent: everything its role may' }),
    expires_at: timeSchema.optional().meta({ description: 'When it stops working. Absent: never' }),
  })
  .meta({ id: 'ApiKeyCreate', description: 'A key for a program' });
export type CreateApiKey = z.infer<typeof createApiKeySchema>;

export const rotateApiKeySchema = z
  .object({
    overlap_seconds: z
      .int()
      .min(0)
      .max(keyOverlap.maxS)
      .default(keyOverlap.defaultS)
      .meta({ description: 'How long the secret before works on; 0: it stops at once' }),
  })
  .meta({ id: 'ApiKeyRotate', description: 'How to change over to a new secret' });
export type RotateApiKey = z.infer<typeof rotateApiKeySchema>;

export const apiKeySchema = z
  .object({
    id: idOutSchema('key'),
    name: z.string(),
    mode: keyModeSchema,
    role: keyRoleSchema,
    scopes: z
      .array(permissionSchema)
      .nullable()
      .meta({ description: 'Null: everything its role may' }),
    hint: z.string().meta({ description: 'The last four characters of the secret' }),
    created_by: idOutSchema('usr').nullable(),
    created_at: timeSchema,
    last_used_at: timeSchema.nullable().meta({ description: 'To the minute' }),
    expires_at: timeSchema.nullable(),
    rotated_at: timeSchema.nullable(),
    previous_expires_at: timeSchema
      .nullable()
      .meta({ description: 'Until when the secret before the last rotation works' }),
    revoked_at: timeSchema.nullable(),
  })
  .meta({ id: 'ApiKey', description: 'A key for a program, without its secret' });
export type ApiKeyWire = z.infer<typeof apiKeySchema>;

export const createdApiKeySchema = apiKeySchema
  .extend({ secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'ApiKeyCreated', description: 'A key with its fresh secret, shown this once' });
export type CreatedApiKeyWire = z.infer<typeof createdApiKeySchema>;

export const apiKeyPageSchema = pageSchema(apiKeySchema).meta({ id: 'ApiKeyPage' });
export const apiKeyParamsSchema = z.object({ id: idSchema('key') });
