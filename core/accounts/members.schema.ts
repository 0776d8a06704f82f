import { z } from 'zod';
import { idOutSchema, idSchema, pageSchema, timeSchema } from '../kernel/index.ts';
import { emailSchema, roleSchema } from './accounts.schema.ts';

/** People of an organization, and those invited into it. */

export const memberSchema = z
  .object({
    id: idOutSchema('mem'),
    role: roleSchema,
    user: z.object({
      id: idOutSchema('usr'),
      email: z.string(),
      name: z.string().nullable(),
    }),
    created_at: timeSchema.meta({ description: 'When they joined' }),
  })
  .meta({ id: 'Member', description: 'A person of the organization' });
export type MemberWire = z.infer<typeof memberSchema>;
export const memberPageSchema = pageSchema(memberSchema).meta({ id: 'MemberPage' });
export const memberParamsSchema = z.object({ id: idSchema('mem') });

export const updateMemberSchema = z
  .object({ role: roleSchema })
  .meta({ id: 'MemberUpdate', description: 'Only owners make and unmake owners' });

export const removeMemberQuerySchema = z.object({
  revoke_api_keys: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'Whether the API keys they made, whose secrets they may know, stop too' }),
});

const languageSchema = z.enum(['es', 'en']);

export const inviteSchema = z
  .object({
    email: emailSchema,
    role: roleSchema,
    language: languageSchema.optional().meta({
      description: 'Of the mail. Absent: that of this request',
    }),
  })
  .meta({ id: 'InvitationCreate', description: 'Whom to invite, and as what' });
export type Invite = z.infer<typeof inviteSchema>;

export const invitationSchema = z
  .object({
    id: idOutSchema('ivt'),
    email: z.string(),
    role: roleSchema,
    status: z
      .enum(['pending', 'accepted', 'declined', 'revoked', 'expired', 'undeliverable'])
      .meta({ description: '`undeliverable`: the address’s own server refused the mail for good' }),
    invited_by: idOutSchema('usr').nullable(),
    created_at: timeSchema,
    expires_at: timeSchema,
    mailed_at: timeSchema
      .nullable()
      .meta({ description: 'When its mail was handed over last; null while it is on its way' }),
    settled_at: timeSchema
      .nullable()
      .meta({ description: 'When it was accepted, declined or revoked' }),
  })
  .meta({ id: 'Invitation', description: 'Somebody who was asked to join' });
export type InvitationWire = z.infer<typeof invitationSchema>;
export const invitationPageSchema = pageSchema(invitationSchema).meta({ id: 'InvitationPage' });
export const invitationParamsSchema = z.object({ id: idSchema('ivt') });

export const invitationTokenSchema = z
  .object({ token: z.string().min(1).max(128).meta({ description: 'From the link in the mail' }) })
  .meta({ id: 'InvitationToken', description: 'What stands for an invitation, in its mail alone' });

/** What the mail says already, for the page its link leads to. */
export const invitationPreviewSchema = z
  .object({
    organization: z.object({ name: z.string() }),
    role: roleSchema,
    email: z.string().meta({ description: 'The address that was invited: sign in with it' }),
    expires_at: timeSchema,
  })
  .meta({ id: 'InvitationPreview', description: 'An invitation as its receiver sees it' });
export type InvitationPreviewWire = z.infer<typeof invitationPreviewSchema>;
