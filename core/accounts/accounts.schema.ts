import { z } from 'zod';
import { currencySchema, idOutSchema, limits, timeSchema } from '../kernel/index.ts';
import { permissionNames } from './permissions.ts';

export const roles = ['owner', 'admin', 'agent', 'viewer'] as const;
export type Role = (typeof roles)[number];
export const roleSchema = z
  .enum(roles)
  .meta({ id: 'Role', description: 'What a member may do in the organization' });

export const permissionSchema = z
  .enum(permissionNames)
  .meta({ id: 'Permission', description: 'One thing a member may do; keys call them scopes' });

const keyModes = ['live', 'test'] as const;
export type KeyMode = (typeof keyModes)[number];
export const keyModeSchema = z.enum(keyModes);

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

export const createOrganizationSchema = z
  .object({ name: nameSchema })
  .meta({ id: 'OrganizationCreate', description: 'Another business of the same person' });
export type CreateOrganization = z.infer<typeof createOrganizationSchema>;

export const organizationSummarySchema = z
  .object({ id: idOutSchema('org'), name: z.string(), role: roleSchema })
  .meta({ id: 'OrganizationSummary', description: 'An organization one belongs to' });
export type OrganizationSummaryWire = z.infer<typeof organizationSummarySchema>;

export const meSchema = z
  .object({
    kind: z.enum(['user', 'api_key']).meta({ description: 'Who is asking' }),
    mode: keyModeSchema,
    user: personSchema.nullable().meta({ description: 'Null for an API key' }),
    role: roleSchema.nullable().meta({ description: 'In that organization; null without one' }),
    permissions: z
      .array(permissionSchema)
      .meta({ description: 'What this credential may do there: by its role, and by its scopes' }),
    platform_admin: z.boolean().meta({ description: 'Whether `/v1/admin` is open to them' }),
    organization: organizationSchema
      .nullable()
      .meta({ description: 'The one this request acts for; `Alo-Organization` chooses' }),
    organizations: z.array(organizationSummarySchema),
  })
  .meta({ id: 'Me', description: 'Whom the credential stands for' });
export type MeWire = z.infer<typeof meSchema>;
