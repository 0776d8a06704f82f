import { z } from 'zod';
import { sentOrderSchema, spokenOrderSchema, type CallsService } from '@alo/core/calls';
import { idSchema } from '@alo/core/kernel';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';

const params = z.object({ call_id: idSchema('call') });

const spoken = [
  ['say', 'sayInCall', 'Have the agent say this to the caller, when the floor is free'],
  ['whisper', 'whisperInCall', 'Tell the agent something the caller does not hear'],
] as const;
const silent = [
  ['take_over', 'takeOverCall', 'Silence the agent: a person speaks through `say`'],
  ['hand_back', 'handBackCall', 'Let the agent answer again'],
  ['hang_up', 'hangUpCall', 'End the call at once'],
] as const;

const schemaOf = (operationId: string, summary: string) => ({
  operationId,
  tags: ['calls'],
  summary,
  description:
    'For a call in progress. The answer says that the order is on its way; the call has done it ' +
    'when its events say so (`operator.…`, with who gave it).',
  params,
  response: { 202: sentOrderSchema },
});

/** What a person may do in a call that is being talked. */
export function callOrderRoutes({ calls }: { calls: Pick<CallsService, 'order'> }): Routes {
  return async (app) => {
    for (const [order, operationId, summary] of spoken) {
      app.post(
        `/calls/:call_id/${order}`,
        {
          config: { access: 'member', permission: 'calls:write' },
          schema: { ...schemaOf(operationId, summary), body: spokenOrderSchema },
        },
        async (request, reply) => {
          const { text } = request.body;
          await calls.order(memberOf(request), request.params.call_id, { type: order, text });
          return reply.code(202).send({ order });
        },
      );
    }
    for (const [order, operationId, summary] of silent) {
      app.post(
        `/calls/:call_id/${order}`,
        {
          config: { access: 'member', permission: 'calls:write' },
          schema: schemaOf(operationId, summary),
        },
        async (request, reply) => {
          await calls.order(memberOf(request), request.params.call_id, { type: order });
          return reply.code(202).send({ order });
        },
      );
    }
  };
}
