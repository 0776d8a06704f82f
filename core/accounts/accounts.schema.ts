import { z } from 'zod';
import {
  currencySchema,
  idOutSchema,
  idSchema,
  limits,
  pageSchema,
  timeSchema,
} from '../kernel/index.ts';

const roles = ['owner', 'admin', 'agent', 'viewer'] as const;
export type Role = (typeof roles)[number];
const roleSchema = z
  .enum(roles)
  .meta({ id: 'Role', description: 'What a member may do in the organization' });

const keyModes = ['live', 'test'] as const;
export type KeyMode = (typeof keyModes)[number];
const keyModeSchema = z.enum(keyModes);

/** Trimmed and lower-cased, so that one address is one account. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(limits.auth.emailCharsMax)
  .pipe(z.email())
  .meta({ examples: ['ana@panaderia.co'] });

export const nameSchema = z.string().trim().min(1).max(limits.auth.nameCharsMax);
export const personSchema = z
  .object({
    id: idOutSchema('usr'),
    email: z.string(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
  })
  .meta({ id: 'Person', description: 'A person with an account' });
export type PersonWire = z.infer<typeof personSchema>;

export const organizationSchema = z
  .object({
    id: idOutSchema('org'),
    name: z.string(),
    country: z.string().meta({ description: 'ISO 3166', examples: ['CO'] }),
    currency: currencySchema,
    plan: z.enum(['free', 'pro']),
    created_at: timeSchema,
  })
  .meta({ id: 'Organization', description: 'A business: it owns agents, numbers and a wallet' });
export type OrganizationWire = z.infer<typeof organizationSchema>;

export const renameOrganizationSchema = z
  .object({ name: nameSchema })
  .meta({ id: 'OrganizationUpdate', description: 'What can be changed of an organization' });

export const meSchema = z
  .object({
    kind: z.enum(['user', 'api_key']).meta({ description: 'Who is asking' }),
    mode: keyModeSchema,
    user: personSchema.nullable().meta({ description: 'Null for an API key' }),
    role: roleSchema,
    organization: organizationSchema
      .nullable()
      .meta({ description: 'The one this request acts for; `Alo-Organization` chooses' }),
    organizations: z.array(
      z
        .object({ id: idOutSchema('org'), name: z.string(), role: roleSchema })
        .meta({ id: 'OrganizationSummary', description: 'An organization one belongs to' }),
    ),
  })
  .meta({ id: 'Me', description: 'Whom the credential stands for' });
export type MeWire = z.infer<typeof meSchema>;

export const createApiKeySchema = z
  .object({ name: nameSchema, mode: keyModeSchema.default('live') })
  .meta({ id: 'ApiKeyCreate', description: 'A key for a program' });
export type CreateApiKey = z.infer<typeof createApiKeySchema>;

export const apiKeySchema = z
  .object({
    id: idOutSchema('key'),
    name: z.string(),
    mode: keyModeSchema,
    hint: z.string().meta({ description: 'The last four characters of the secret' }),
    created_at: timeSchema,
    last_used_at: timeSchema.nullable().meta({ description: 'To the minute' }),
    revoked_at: timeSchema.nullable(),
  })
  .meta({ id: 'ApiKey', description: 'A key for a program, without its secret' });
export type ApiKeyWire = z.infer<typeof apiKeySchema>;

export const createdApiKeySchema = apiKeySchema
  .extend({ secret: z.string().meta({ description: 'Shown this once' }) })
  .meta({ id: 'ApiKeyCreated', description: 'A fresh key with its secret, shown this once' });
export type CreatedApiKeyWire = z.infer<typeof createdApiKeySchema>;

export const apiKeyPageSchema = pageSchema(apiKeySchema).meta({ id: 'ApiKeyPage' });
export const apiKeyParamsSchema = z.object({ id: idSchema('key') });
