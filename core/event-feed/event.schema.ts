import { z } from 'zod';
import { eventPatterns, eventTypes, type EventType } from '../events/index.ts';
import { idOutSchema, idSchema, pageQuerySchema, pageSchema, timeSchema } from '../kernel/index.ts';
import { eventCatalog } from './event-catalog.ts';

/** `call.ended` → `CallEndedEvent`: the name of its shape in the contract. */
export function eventSchemaName(type: EventType): string {
  const words = type.split(/[._]/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return `${words.join('')}Event`;
}

function schemaOf<T extends EventType>(type: T) {
  const { description, data } = eventCatalog[type];
  return z
    .object({
      id: idOutSchema('evt').meta({
        description: 'The same for every delivery: know duplicates by it',
      }),
      type: z.literal(type),
      timestamp: timeSchema.meta({ description: 'When it happened' }),
      test: z.boolean().meta({
        description: 'Made by `POST /v1/events/trigger`: a sample, nothing has happened',
      }),
      data,
    })
    .meta({ id: eventSchemaName(type), description: description.en });
}

const [first, ...others] = eventTypes;

/** An event: on a stream, in a list, as the body of a webhook. `type` says what `data` is. */
export const eventSchema = z
  .discriminatedUnion('type', [schemaOf(first), ...others.map((type) => schemaOf(type))])
  .meta({ id: 'Event', description: 'Something that happened; `type` says what `data` is' });

export const eventPageSchema = pageSchema(eventSchema).meta({ id: 'EventPage' });

const patternsParameter = z
  .string()
  .max(1_000)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(eventPatterns)).max(eventPatterns.length))
  .optional()
  .meta({
    description: 'Only these, with commas between them: types, or all of an object (`call.*`)',
    examples: ['call.*,payment.approved'],
  });

export const eventQuerySchema = pageQuerySchema.extend({ types: patternsParameter });
export type EventQuery = z.infer<typeof eventQuerySchema>;

/** Where to begin on the stream: after an event, or with the oldest that is kept. */
export const streamCursorSchema = z
  .union([z.literal('start'), idSchema('evt')])
  .meta({ description: 'The id of the last event seen, or `start` for all that are kept' });
export type StreamCursor = z.infer<typeof streamCursorSchema>;

export const eventStreamQuerySchema = z.object({
  types: patternsParameter,
  from: streamCursorSchema.optional(),
});

export const triggerEventSchema = z
  .object({
    type: z.enum(eventTypes),
    endpoint_ids: z.array(idSchema('whe')).max(20).default([]).meta({
      description: 'Webhook endpoints to send it to. Listeners on the stream get it in any case',
    }),
  })
  .meta({ id: 'EventTrigger', description: 'A sample event, marked `test`' });
export type TriggerEvent = z.infer<typeof triggerEventSchema>;

export const eventParamsSchema = z.object({ event_id: idSchema('evt') });
