import { z } from 'zod';
import {
  currencySchema,
  idOutSchema,
  limits,
  moneySchema,
  pageQuerySchema,
  pageSchema,
  timeSchema,
} from '../kernel/index.ts';

export const adminOrganizationsQuerySchema = pageQuerySchema.extend({
  search: z
    .string()
    .trim()
    .min(1)
    .max(limits.members.searchCharsMax)
    .optional()
    .meta({ description: 'Part of the name or of an owner’s address, or the id' }),
});
export type AdminOrganizationsQuery = z.infer<typeof adminOrganizationsQuerySchema>;

export const adminOrganizationSchema = z
  .object({
    id: idOutSchema('org'),
    name: z.string(),
    country: z.string(),
    currency: currencySchema,
    plan: z.enum(['free', 'pro']),
    balance: moneySchema,
    owners: z.array(z.string()).meta({ description: 'Their addresses' }),
    members: z.int(),
    created_at: timeSchema,
  })
  .meta({
    id: 'AdminOrganization',
    description: 'An organization as the platform’s people see it',
  });
export type AdminOrganizationWire = z.infer<typeof adminOrganizationSchema>;
export const adminOrganizationPageSchema = pageSchema(adminOrganizationSchema).meta({
  id: 'AdminOrganizationPage',
});
