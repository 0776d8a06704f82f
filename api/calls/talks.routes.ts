import { openedTalkSchema, openTalkSchema, type TalksService } from '@alo/core/calls';
import { idOf } from '../http/idempotency.ts';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

export function talkRoutes({ talks }: { talks: TalksService }): Routes {
  return async (app) => {
    app.post(
      '/talks',
      {
        config: { access: 'member', permission: 'calls:write', idempotency: 'required' },
        schema: {
          operationId: 'openTalk',
          tags: ['calls'],
          summary: 'Talk to an agent without a phone: where to connect',
          body: openTalkSchema,
          response: { 201: openedTalkSchema },
        },
      },
      async (request, reply) => {
        const id = idOf(request, 'call');
        const { call, url, token, expiresAt } = await talks.open(memberOf(request), {
          agentId: request.body.agent_id,
          ...(id && { id }),
        });
        return reply
          .code(201)
          .send({ call_id: call.id, url, token, expires_at: expiresAt.toISOString() });
      },
    );
  };
}
