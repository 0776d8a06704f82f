import { z } from 'zod';
import {
  idOutSchema,
  idSchema,
  moneySchema,
  pageSchema,
  phoneSchema,
  timeSchema,
} from '../kernel/index.ts';
import { roundingSchema } from '../rates/index.ts';

const callStatuses = [
  'queued',
  'dialing',
  'in_progress',
  'completed',
  'no_answer',
  'busy',
  'failed',
] as const;
export type CallStatus = (typeof callStatuses)[number];

/** Why a call is over. */
const callEndReasons = [
  'caller_hangup',
  'agent_hangup',
  'silence',
  'time_limit',
  /** What was held for it had been talked away, and nothing else was free. */
  'funds_exhausted',
  'technical_failure',
  'carrier_error',
  'shutdown',
  /** The process that had the call ended; another settled it. */
  'interrupted',
  'no_answer',
  'busy',
  'rejected',
  /** It waited for too long to be dialled. */
  'expired',
] as const;
export type CallEndReason = (typeof callEndReasons)[number];

/** The parts of a wait, in their order. */
export const turnCauses = ['endpointing', 'tool', 'model', 'voice', 'pacing'] as const;
export type TurnCause = (typeof turnCauses)[number];

export const turnCauseSchema = z.enum(turnCauses).meta({
  id: 'TurnCause',
  description: [
    'What a caller waited for longest.',
    '`endpointing`: until their turn was declared over;',
    '`tool`: tools before the first word; `model`: the first word;',
    '`voice`: its first byte of audio; `pacing`: the first frame on the line',
  ].join(' '),
});

const millis = (description: string) =>
  z
    .int()
    .nullable()
    .meta({ description: `${description}; ms since the call's first frame` });

const callTurnSchema = z
  .object({
    position: z.int(),
    caller: z.string().nullable().meta({ description: 'Null for what the agent says unasked' }),
    agent: z.string().meta({
      description: 'What the caller heard: cut where they interrupted, empty where nobody answered',
    }),
    interrupted: z.boolean(),
    tool_calls: z.array(z.object({ name: z.string(), arguments: z.string() })),
    caller_end_ms: millis('Last voiced frame of the caller'),
    end_of_turn_ms: millis('The recogniser declared the turn over'),
    speculative_start_ms: millis('The answer was begun before the turn was over'),
    llm_first_token_ms: millis('First token of the model'),
    tts_first_byte_ms: millis('First byte of the voice'),
    filler_out_ms: millis('First frame of a filler, which is no answer'),
    audio_out_ms: millis('First frame of the answer sent'),
    tool_ms: z.int().meta({ description: 'Time in tools before the first word' }),
    failure: z
      .string()
      .nullable()
      .meta({ description: 'What failed while it was prepared: `provider:kind`' }),
    cause: turnCauseSchema.nullable(),
    voice_to_voice_ms: z
      .int()
      .nullable()
      .meta({ description: 'audio_out_ms − caller_end_ms: endpointing included' }),
  })
  .meta({ id: 'CallTurn' });

export const callSchema = z
  .object({
    id: idOutSchema('call'),
    agent_id: idOutSchema('agt'),
    agent_version: z.int(),
    kind: z
      .enum(['test', 'talk'])
      .meta({ description: '`talk`: through a browser or a terminal, without a phone' }),
    from: z.string(),
    to: z.string(),
    status: z.enum(callStatuses),
    end_reason: z.enum(callEndReasons).nullable(),
    rate_per_minute: moneySchema,
    rounding: roundingSchema,
    cost: moneySchema.nullable().meta({ description: 'Null until the call is over' }),
    duration_ms: z.int().nullable(),
    recording_available: z.boolean(),
    created_at: timeSchema,
    answered_at: timeSchema.nullable(),
    ended_at: timeSchema.nullable(),
  })
  .meta({ id: 'Call' });
export type CallWire = z.infer<typeof callSchema>;

export const callDetailSchema = callSchema
  .extend({
    turns: z.array(callTurnSchema),
    voice_to_voice_ms: z
      .object({ p50: z.int(), p95: z.int() })
      .nullable()
      .meta({ description: 'Over the turns that answer the caller; null if there are none' }),
  })
  .meta({ id: 'CallDetail' });
export type CallDetailWire = z.infer<typeof callDetailSchema>;

const callEventTypes = [
  'call.dialing',
  'call.started',
  'call.ended',
  'caller.partial',
  'caller.said',
  'caller.dtmf',
  'agent.speaking',
  'tool.called',
  'tool.finished',
  'turn.completed',
  'provider.failed',
  /** The media socket dropped; the call waits for it. */
  'line.lost',
  'line.back',
  /** What a person did in the call; `data.by` is who. */
  'operator.said',
  'operator.whispered',
  'operator.took_over',
  'operator.handed_back',
  'operator.hung_up',
] as const;
export type CallEventType = (typeof callEventTypes)[number];

export const callEventSchema = z
  .object({
    type: z.enum(callEventTypes),
    position: z.int(),
    at_ms: z.int().meta({ description: "Since the call's first frame" }),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CallEvent' });
export type CallEventWire = z.infer<typeof callEventSchema>;

export const callReceiptSchema = z
  .object({
    call_id: idOutSchema('call'),
    to: z.string(),
    answered_at: timeSchema.nullable(),
    ended_at: timeSchema,
    duration_ms: z.int().meta({ description: 'How long it was talked; 0 if nobody answered' }),
    seconds: z.int().meta({ description: 'What was charged of it, rounded as the rate says' }),
    rate: z.object({
      card: z
        .string()
        .nullable()
        .meta({ description: 'The rate card in force when it was asked for' }),
      prefix: z.string().nullable(),
      per_minute: moneySchema,
      rounding: roundingSchema,
    }),
    amount: moneySchema.meta({ description: 'What the wallet paid: never more than was held' }),
    hold: z.object({ id: idOutSchema('hold'), held: moneySchema, released: moneySchema }),
    entry_id: idOutSchema('wtx').nullable().meta({ description: 'Null where nothing was charged' }),
    balance_after: moneySchema.nullable(),
  })
  .meta({ id: 'CallReceipt', description: 'What a call cost, and why' });
export type CallReceiptWire = z.infer<typeof callReceiptSchema>;

export const startTestCallSchema = z.object({ agent_id: idSchema('agt'), to: phoneSchema }).meta({
  id: 'StartTestCall',
  description: 'Rings `to` from the generic number and puts the agent on the line',
});

export const openTalkSchema = z.object({ agent_id: idSchema('agt') }).meta({
  id: 'OpenTalk',
  description: 'A call without a phone: through a browser or a terminal',
});

export const openedTalkSchema = z
  .object({
    call_id: idOutSchema('call'),
    url: z.string().meta({ description: 'The WebSocket to connect to, the token included' }),
    token: z.string().meta({ description: 'Serves one call' }),
    expires_at: timeSchema.meta({ description: 'Until when the call waits for its socket' }),
  })
  .meta({ id: 'OpenedTalk' });

export const callPageSchema = pageSchema(callSchema).meta({ id: 'CallPage' });
export const callEventListSchema = z
  .object({ data: z.array(callEventSchema) })
  .meta({ id: 'CallEventList' });
