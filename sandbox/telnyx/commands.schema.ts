import { z } from 'zod';
import {
  TelnyxSandboxError,
  refusal,
  type TelnyxErrorCode,
  type TelnyxErrorItem,
} from './errors.ts';
import type { Encoding } from './codec.ts';

/**
 * The bodies of the commands the stand-in carries out, checked as the vendor's types say
 * (`CallDialParams` and the action params of the telnyx package 7.24).
 */

/** Told apart when errors are written: zod knows what is wrong, Telnyx wants a code for it. */
const withCode = (code: TelnyxErrorCode) => ({ params: { code } });

const e164 = z.string().refine((text) => /^\+[1-9]\d{6,14}$/.test(text), withCode('10016'));

const urlOf = (...protocols: string[]) =>
  z
    .string()
    .max(2_000)
    .refine(
      (text) => protocols.includes(URL.parse(text)?.protocol ?? '') && !text.includes('#'),
      withCode('10003'),
    );

const base64 = z
  .string()
  .max(8_192)
  .refine(
    (text) =>
      Buffer.from(text, 'base64').toString('base64').replace(/=+$/, '') === text.replace(/=+$/, ''),
    'must be a valid Base-64 encoded string',
  );

const commandFields = {
  client_state: base64.optional(),
  command_id: z.string().min(1).max(255).optional(),
};

const vendorCodecs = ['PCMU', 'PCMA', 'G722', 'OPUS', 'AMR-WB', 'L16'] as const;

const streamFields = {
  stream_url: urlOf('ws:', 'wss:').optional(),
  stream_auth_token: z.string().max(4_000).optional(),
  stream_track: z.enum(['inbound_track', 'outbound_track', 'both_tracks']).default('inbound_track'),
  stream_codec: z.enum([...vendorCodecs, 'default']).default('default'),
  stream_bidirectional_mode: z.enum(['mp3', 'rtp']).default('mp3'),
  stream_bidirectional_codec: z.enum(vendorCodecs).default('PCMU'),
  stream_bidirectional_sampling_rate: z
    .union([8_000, 16_000, 22_050, 24_000, 48_000].map((rate) => z.literal(rate)))
    .default(8_000),
  stream_bidirectional_target_legs: z.enum(['self', 'opposite', 'both']).default('self'),
};

const retriesPolicy = z.object({
  retries_ms: z
    .array(z.number().int().positive())
    .max(5)
    .refine(
      (delays) => delays.reduce((sum, ms) => sum + ms, 0) <= 60_000,
      'at most 60000 ms in all',
    )
    .optional(),
});

const dialSchema = z.object({
  ...commandFields,
  ...streamFields,
  connection_id: z.string().min(1).max(255),
  to: e164,
  from: e164,
  from_display_name: z.string().max(128).optional(),
  webhook_url: urlOf('http:', 'https:').optional(),
  webhook_url_method: z.literal('POST').default('POST'),
  webhook_retries_policies: z.record(z.string(), retriesPolicy).optional(),
  timeout_secs: z.number().int().min(5).max(600).default(30),
  time_limit_secs: z.number().int().min(1).max(14_400).default(14_400),
  retry_on_timeout: z.boolean().default(true),
  stream_establish_before_call_originate: z.boolean().default(false),
  send_silence_when_idle: z.boolean().default(false),
  answering_machine_detection: z.literal('disabled').optional(),
});

/** Features of Dial that the stand-in does not have: asking for one is refused, not ignored. */
const dialFeaturesMissing =
  'assistant audio_url bridge_intent bridge_on_answer conference_config conversation_relay_config ' +
  'deepfake_detection dialogflow_config enable_dialogflow link_to media_name park_after_unbridge ' +
  'record send_digits_on_answer sip_auth_password sip_auth_username supervise_call_control_id ' +
  'supervisor_role transcription transcription_config webhook_urls';

const startStreamSchema = z.object({
  ...commandFields,
  ...streamFields,
  stream_url: urlOf('ws:', 'wss:'),
  custom_parameters: z
    .array(z.object({ name: z.string().optional(), value: z.string().optional() }))
    .max(50)
    .default([]),
});

const stopStreamSchema = z.object({ ...commandFields, stream_id: z.string().max(255).optional() });
const commandSchema = z.object(commandFields);
const dtmfSchema = z.object({
  ...commandFields,
  digits: z.string().regex(/^[0-9A-D*#wW]{1,128}$/),
  duration_millis: z.number().int().min(100).max(500).default(250),
});

export interface StreamOrder {
  readonly url: string;
  readonly authToken: string | undefined;
  readonly track: 'inbound_track' | 'outbound_track' | 'both_tracks';
  /** Carrier → application; undefined: the codec of the call. */
  readonly codec: Encoding | undefined;
  readonly mode: 'mp3' | 'rtp';
  /** Application → carrier. */
  readonly bidirectionalCodec: Encoding;
  readonly targetLegs: 'self' | 'opposite' | 'both';
  readonly customParameters: Readonly<Record<string, string>>;
}

export type DialOrder = Omit<z.infer<typeof dialSchema>, keyof typeof streamFields> & {
  readonly stream: StreamOrder | undefined;
};

/** Reads the body of Dial. Throws the vendor's 422. */
export function readDial(body: unknown): DialOrder {
  const asked = new Set(Object.keys(isRecord(body) ? body : {}));
  const missing = dialFeaturesMissing.split(' ').find((field) => asked.has(field));
  if (missing) throw unsupported(missing);
  const order = read(dialSchema, body);
  return { ...order, stream: order.stream_url ? streamOrder(order.stream_url, order) : undefined };
}

export function readStartStream(body: unknown): Command & { stream: StreamOrder } {
  const order = read(startStreamSchema, body);
  const parameters = Object.fromEntries(
    order.custom_parameters.map(({ name = '', value = '' }) => [name, value]),
  );
  return {
    client_state: order.client_state,
    command_id: order.command_id,
    stream: streamOrder(order.stream_url, order, parameters),
  };
}

export type Command = z.infer<typeof commandSchema>;
export const readCommand = (body: unknown) => read(commandSchema, body ?? {});
export const readStopStream = (body: unknown) => read(stopStreamSchema, body ?? {});
export const readDtmf = (body: unknown) => read(dtmfSchema, body ?? {});

type StreamFields = z.infer<z.ZodObject<typeof streamFields>>;

function streamOrder(
  url: string,
  fields: Omit<StreamFields, 'stream_url'>,
  customParameters: Readonly<Record<string, string>> = {},
): StreamOrder {
  const { stream_codec: codec, stream_bidirectional_codec: bidirectionalCodec } = fields;
  if (codec !== 'default' && !isSpoken(codec)) throw unsupported('stream_codec');
  if (!isSpoken(bidirectionalCodec)) throw unsupported('stream_bidirectional_codec');
  if (fields.stream_bidirectional_sampling_rate !== 8_000) {
    throw unsupported('stream_bidirectional_sampling_rate');
  }
  return {
    url,
    authToken: fields.stream_auth_token,
    track: fields.stream_track,
    codec: codec === 'default' ? undefined : codec,
    mode: fields.stream_bidirectional_mode,
    bidirectionalCodec,
    targetLegs: fields.stream_bidirectional_target_legs,
    customParameters,
  };
}

const isSpoken = (codec: string): codec is Encoding => codec === 'PCMU' || codec === 'PCMA';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const unsupported = (field: string) =>
  refusal(422, '10015', `The sandbox does not carry out this use of ${field}.`, `/${field}`);

function read<S extends z.ZodType>(schema: S, body: unknown): z.infer<S> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new TelnyxSandboxError(
    422,
    result.error.issues.map((issue) => errorItem(issue, body)),
  );
}

function errorItem(issue: z.core.$ZodIssue, body: unknown): TelnyxErrorItem {
  const pointer = `/${issue.path.join('/')}`;
  const [field] = issue.path;
  const isMissing = issue.path.length === 1 && isRecord(body) && body[String(field)] === undefined;
  if (isMissing) return { code: '10004', detail: `${String(field)} is required.`, pointer };
  const code = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  if (code === '10016') {
    const detail = 'The specified phone number parameter must be in +E.164 format.';
    return { code, detail, pointer };
  }
  if (code === '10003') return { code, detail: 'The URL provided was invalid.', pointer };
  return { code: '10015', detail: `${String(field ?? 'body')}: ${issue.message}`, pointer };
}
