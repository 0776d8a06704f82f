import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import {
  eventPageSchema,
  eventParamsSchema,
  eventQuerySchema,
  eventSchema,
  eventStreamQuerySchema,
  streamCursorSchema,
  triggerEventSchema,
  type EventFeedService,
} from '@alo/core/event-feed';
import { limits, type Clock } from '@alo/core/kernel';
import {
  replayEventSchema,
  webhookDeliveryListSchema,
  type WebhooksService,
} from '@alo/core/webhooks';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { sendEvents } from '../http/sse.ts';

const tags = ['events'];

/** What was recorded is what is answered, even if the shape of its object has grown since. */
const asRecorded = (reply: FastifyReply) =>
  reply.type('application/json').serializer((value: unknown) => JSON.stringify(value));

export function eventRoutes(deps: {
  events: EventFeedService;
  webhooks: WebhooksService;
  clock: Clock;
}): Routes {
  const { events, webhooks, clock } = deps;
  return async (app) => {
    app.get(
      '/events',
      {
        config: { access: 'member', permission: 'events:read' },
        schema: {
          operationId: 'listEvents',
          tags,
          summary: 'What happened, newest first',
          querystring: eventQuerySchema,
          response: { 200: eventPageSchema },
        },
      },
      async (request, reply) =>
        asRecorded(reply).send((await events.list(memberOf(request), request.query)) as never),
    );

    app.get(
      '/events/stream',
      {
        config: { access: 'member', permission: 'events:read' },
        schema: {
          operationId: 'streamEvents',
          tags,
          summary: 'Events as they happen, as server-sent events',
          description:
            'Each message is an event: its `id` is the event’s, its `event` the type, its `data` the ' +
            'event as JSON. The first message is `stream.opened`, whose `id` is where the stream begins. ' +
            'Come back with `Last-Event-ID` (or `from`) and nothing is missed; an event can come twice. ' +
            `A comment comes every ${limits.events.streamHeartbeatMs / 1_000} s, and the stream ends ` +
            `after ${limits.events.streamMsMax / 60_000} min: open the next one.`,
          querystring: eventStreamQuerySchema,
          headers: z.object({ 'last-event-id': streamCursorSchema.optional() }),
          response: {
            200: {
              description: 'The events',
              content: { 'text/event-stream': { schema: z.string() } },
            },
          },
        },
      },
      async (request, reply) => {
        const { types, from } = request.query;
        const follow = await events.stream(memberOf(request), {
          from: request.headers['last-event-id'] ?? from,
          types,
        });
        const heartbeat = { clock, everyMs: limits.events.streamHeartbeatMs };
        return sendEvents(
          request,
          reply,
          async function* messages(signal) {
            for await (const event of follow(signal)) {
              const id = event.type === 'stream.opened' ? event.cursor : event.id;
              yield { type: event.type, id, body: event };
            }
          },
          { heartbeat },
        );
      },
    );

    app.post(
      '/events/trigger',
      {
        config: { access: 'member', permission: 'webhooks:write' },
        schema: {
          operationId: 'triggerEvent',
          tags,
          summary: 'Make a sample event, to try an integration out',
          description:
            'The event is marked `"test": true`. Nothing has happened, no money moves, no phone rings. ' +
            'It comes to listeners on the stream, and to the endpoints named.',
          body: triggerEventSchema,
          response: { 201: eventSchema },
        },
      },
      async (request, reply) => {
        const event = await events.trigger(memberOf(request), request.body);
        return asRecorded(reply)
          .code(201)
          .send(event as never);
      },
    );

    app.get(
      '/events/:event_id',
      {
        config: { access: 'member', permission: 'events:read' },
        schema: {
          operationId: 'getEvent',
          tags,
          summary: 'One event',
          params: eventParamsSchema,
          response: { 200: eventSchema },
        },
      },
      async (request, reply) => {
        const event = await events.get(memberOf(request), request.params.event_id);
        return asRecorded(reply).send(event as never);
      },
    );

    app.get(
      '/events/:event_id/deliveries',
      {
        config: { access: 'member', permission: 'webhooks:read' },
        schema: {
          operationId: 'listEventDeliveries',
          tags,
          summary: 'Where an event was sent, and what came of it',
          params: eventParamsSchema,
          response: { 200: webhookDeliveryListSchema },
        },
      },
      async (request) => ({
        data: await webhooks.listDeliveriesOfEvent(memberOf(request), request.params.event_id),
      }),
    );

    app.post(
      '/events/:event_id/replay',
      {
        config: { access: 'member', permission: 'webhooks:write' },
        schema: {
          operationId: 'replayEvent',
          tags,
          summary: 'Send an event again, to one endpoint or to all that want it',
          params: eventParamsSchema,
          body: replayEventSchema,
          response: { 202: webhookDeliveryListSchema },
        },
      },
      async (request, reply) => {
        const { event_id: eventId } = request.params;
        const { endpoint_id: endpointId } = request.body;
        const data = await webhooks.replay(memberOf(request), eventId, endpointId);
        return reply.code(202).send({ data });
      },
    );
  };
}
