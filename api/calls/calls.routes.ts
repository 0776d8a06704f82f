import { z } from 'zod';
import {
  callDetailSchema,
  callEventListSchema,
  callPageSchema,
  callReceiptSchema,
  callSchema,
  latencyQuerySchema,
  latencyReportSchema,
  startTestCallSchema,
  type CallsService,
  type LatencyService,
} from '@alo/core/calls';
import { idSchema, pageQuerySchema } from '@alo/core/kernel';
import { idOf } from '../http/idempotency.ts';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { sendEvents, wantsEvents } from '../http/sse.ts';

const params = z.object({ call_id: idSchema('call') });
/** Bodies that are sent as bytes, not serialised. */
const wav = z
  .string()
  .meta({ format: 'binary', description: 'RIFF/WAVE, 8 kHz 16-bit: caller left, agent right' });

export function callsRoutes({
  calls,
  latency,
}: {
  calls: CallsService;
  latency: LatencyService;
}): Routes {
  return async (app) => {
    app.post(
      '/calls/test',
      {
        config: { access: 'member', permission: 'calls:write', idempotency: 'required' },
        schema: {
          operationId: 'startTestCall',
          tags: ['calls'],
          summary: 'Ring a phone and put the agent on the line',
          body: startTestCallSchema,
          response: { 201: callSchema },
        },
      },
      async (request, reply) => {
        const { agent_id: agentId, to } = request.body;
        const id = idOf(request, 'call');
        const call = await calls.startTest(memberOf(request), { agentId, to, ...(id && { id }) });
        return reply.code(201).send(call);
      },
    );

    app.get(
      '/calls',
      {
        config: { access: 'member', permission: 'calls:read' },
        schema: {
          operationId: 'listCalls',
          tags: ['calls'],
          summary: 'Calls, newest first',
          querystring: pageQuerySchema,
          response: { 200: callPageSchema },
        },
      },
      (request) => calls.list(memberOf(request), request.query),
    );

    app.get(
      '/calls/latency',
      {
        config: { access: 'member', permission: 'calls:read' },
        schema: {
          operationId: 'getCallLatency',
          tags: ['calls'],
          summary: 'How long callers waited for an answer, and for what',
          querystring: latencyQuerySchema,
          response: { 200: latencyReportSchema },
        },
      },
      (request) => latency.report(memberOf(request), request.query.since),
    );

    app.get(
      '/calls/:call_id',
      {
        config: { access: 'member', permission: 'calls:read' },
        schema: {
          operationId: 'getCall',
          tags: ['calls'],
          summary: 'One call with its turns and latency',
          params,
          response: { 200: callDetailSchema },
        },
      },
      (request) => calls.get(memberOf(request), request.params.call_id),
    );

    app.get(
      '/calls/:call_id/events',
      {
        config: { access: 'member', permission: 'calls:read' },
        schema: {
          operationId: 'watchCall',
          tags: ['calls'],
          summary: 'What happens in a call: as server-sent events while it happens, or as a list',
          description:
            'With `Accept: text/event-stream` the events so far and those to come, until `call.ended`; ' +
            '`Last-Event-ID` goes on after that position. Otherwise the events so far.',
          params,
          headers: z.object({ 'last-event-id': z.coerce.number().int().min(-1).optional() }),
          response: {
            200: {
              description: 'The events',
              content: {
                'application/json': { schema: callEventListSchema },
                'text/event-stream': { schema: z.string() },
              },
            },
          },
        },
      },
      async (request, reply) => {
        const scope = memberOf(request);
        const { call_id: callId } = request.params;
        if (!wantsEvents(request)) {
          return reply
            .type('application/json')
            .send({ data: await calls.listEvents(scope, callId) });
        }
        const watch = await calls.watchEvents(
          scope,
          callId,
          request.headers['last-event-id'] ?? -1,
        );
        return sendEvents(request, reply, async function* events(signal) {
          for await (const event of watch(signal)) yield { ...event, id: String(event.position) };
        });
      },
    );

    app.get(
      '/calls/:call_id/receipt',
      {
        config: { access: 'member', permission: 'calls:read' },
        schema: {
          operationId: 'getCallReceipt',
          tags: ['calls'],
          summary: 'What a call that is over cost: seconds, rate, hold and ledger entry',
          params,
          response: { 200: callReceiptSchema },
        },
      },
      (request) => calls.getReceipt(memberOf(request), request.params.call_id),
    );

    app.get(
      '/calls/:call_id/recording',
      {
        config: { access: 'member', permission: 'calls:read' },
        schema: {
          operationId: 'getCallRecording',
          tags: ['calls'],
          summary: 'The recording of a call',
          params,
          response: {
            200: { description: 'The recording', content: { 'audio/wav': { schema: wav } } },
          },
        },
      },
      async (request, reply) => {
        const bytes = await calls.getRecording(memberOf(request), request.params.call_id);
        return reply.type('audio/wav').send(Buffer.from(bytes) as never);
      },
    );
  };
}
