import { z } from 'zod';
import {
  memberPageSchema,
  memberParamsSchema,
  memberSchema,
  removeMemberQuerySchema,
  updateMemberSchema,
  type MembersService,
} from '@alo/core/accounts';
import { pageQuerySchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const tags = ['members'];

/** `/members` */
export function memberRoutes({ members }: { members: MembersService }): Routes {
  return async (app) => {
    app.get(
      '/members',
      {
        config: { access: 'member', permission: 'members:read' },
        schema: {
          operationId: 'listMembers',
          tags,
          summary: 'List the people of the organization, who joined last first',
          querystring: pageQuerySchema,
          response: { 200: memberPageSchema },
        },
      },
      async (request) => members.listMembers(memberOf(request), request.query),
    );

    app.patch(
      '/members/:id',
      {
        config: { access: 'member', permission: 'members:write', personOnly: true },
        schema: {
          operationId: 'updateMember',
          tags,
          summary: 'Give a member another role; only owners make and unmake owners',
          params: memberParamsSchema,
          body: updateMemberSchema,
          response: { 200: memberSchema },
        },
      },
      async (request) =>
        members.changeRole(memberOf(request), request.params.id, request.body.role),
    );

    app.delete(
      '/members/:id',
      {
        config: { access: 'member', permission: 'members:write', personOnly: true },
        schema: {
          operationId: 'removeMember',
          tags,
          summary: 'Take a member out, from their next request on',
          params: memberParamsSchema,
          querystring: removeMemberQuerySchema,
          response: { 204: z.null().meta({ description: 'They belong to it no longer' }) },
        },
      },
      async (request, reply) => {
        const revokesKeys = request.query.revoke_api_keys === 'true';
        await members.removeMember(memberOf(request), request.params.id, revokesKeys);
        return reply.code(204).send(null);
      },
    );
  };
}
