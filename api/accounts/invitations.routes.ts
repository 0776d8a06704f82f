import { z } from 'zod';
import {
  invitationPageSchema,
  invitationParamsSchema,
  invitationPreviewSchema,
  invitationSchema,
  invitationTokenSchema,
  inviteSchema,
  organizationSummarySchema,
  type InvitationsService,
} from '@alo/core/accounts';
import { limits, pageQuerySchema } from '@alo/core/kernel';
import { memberOf, principalOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const tags = ['members'];
/** For whoever holds a token. It cannot be guessed; the bound keeps the trying from costing us. */
const withToken = {
  access: 'public',
  idempotency: 'none',
  rateLimit: { max: limits.auth.perMinute.credential },
} as const;

/** `/invitations` */
export function invitationRoutes({ invitations }: { invitations: InvitationsService }): Routes {
  return async (app) => {
    await app.register(invitingRoutes(invitations));
    await app.register(invitedRoutes(invitations));
  };
}

/** For those who invite. */
function invitingRoutes(invitations: InvitationsService): Routes {
  return async (app) => {
    app.post(
      '/invitations',
      {
        config: { access: 'member', permission: 'members:write', personOnly: true },
        schema: {
          operationId: 'createInvitation',
          tags,
          summary: 'Invite somebody by e-mail; only owners invite owners',
          description: 'The answer is the same whether or not the address has an account.',
          body: inviteSchema,
          response: { 201: invitationSchema },
        },
      },
      async (request, reply) => {
        const { body, language } = request;
        return reply.code(201).send(await invitations.invite(memberOf(request), body, language));
      },
    );

    app.get(
      '/invitations',
      {
        config: { access: 'member', permission: 'members:read' },
        schema: {
          operationId: 'listInvitations',
          tags,
          summary: 'List invitations, newest first, settled ones too',
          querystring: pageQuerySchema,
          response: { 200: invitationPageSchema },
        },
      },
      async (request) => invitations.listInvitations(memberOf(request), request.query),
    );

    app.post(
      '/invitations/:id/resend',
      {
        config: { access: 'member', permission: 'members:write', personOnly: true },
        schema: {
          operationId: 'resendInvitation',
          tags,
          summary: 'Mail an invitation again, with a new link; the one before works no more',
          params: invitationParamsSchema,
          response: { 200: invitationSchema },
        },
      },
      async (request) => invitations.resendInvitation(memberOf(request), request.params.id),
    );

    app.delete(
      '/invitations/:id',
      {
        config: { access: 'member', permission: 'members:write', personOnly: true },
        schema: {
          operationId: 'revokeInvitation',
          tags,
          summary: 'Revoke an invitation that was not used',
          params: invitationParamsSchema,
          response: { 204: z.null().meta({ description: 'Its link works no more' }) },
        },
      },
      async (request, reply) => {
        await invitations.revokeInvitation(memberOf(request), request.params.id);
        return reply.code(204).send(null);
      },
    );
  };
}

/** For those who were invited. The token comes in the body: addresses end up in logs and histories. */
function invitedRoutes(invitations: InvitationsService): Routes {
  return async (app) => {
    app.post(
      '/invitations/lookup',
      {
        config: withToken,
        schema: {
          operationId: 'lookUpInvitation',
          tags,
          summary: 'What an invitation says',
          body: invitationTokenSchema,
          response: { 200: invitationPreviewSchema },
        },
      },
      async (request) => invitations.previewInvitation(request.body.token),
    );

    app.post(
      '/invitations/accept',
      {
        // Accepting again is the same as once: no answer has to be kept.
        config: { access: 'user', idempotency: 'none' },
        schema: {
          operationId: 'acceptInvitation',
          tags,
          summary: 'Join, signed in with the address that was invited',
          body: invitationTokenSchema,
          response: { 200: organizationSummarySchema },
        },
      },
      async (request) => invitations.acceptInvitation(principalOf(request), request.body.token),
    );

    app.post(
      '/invitations/decline',
      {
        config: withToken,
        schema: {
          operationId: 'declineInvitation',
          tags,
          summary: 'Say no to an invitation, with an account or without one',
          body: invitationTokenSchema,
          response: { 204: z.null().meta({ description: 'The invitation is settled' }) },
        },
      },
      async (request, reply) => {
        await invitations.declineInvitation(request.body.token);
        return reply.code(204).send(null);
      },
    );
  };
}
