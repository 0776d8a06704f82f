import { z } from 'zod';
import { jsonOf } from '@alo/core/kernel';

/**
 * The frames of Telnyx media streaming, both ways, without a socket. Numbers travel as strings.
 * Source: developers.telnyx.com/api-reference/websockets/stream-call-media-over-websocket
 */

export interface StreamIdentity {
  readonly streamId: string;
  readonly userId: string;
  readonly callControlId: string;
  readonly callSessionId: string;
  readonly from: string;
  readonly to: string;
  readonly clientState: string | undefined;
  readonly customParameters: Readonly<Record<string, string>>;
  readonly encoding: 'PCMU' | 'PCMA';
}

export type FrameErrorTitle =
  | 'unknown_error'
  | 'malformed_frame'
  | 'invalid_media'
  | 'rate_limit_reached';

/** The vendor documents the range and the titles; the pairing of the last three is ours. Match on titles. */
const errorCodes: Record<FrameErrorTitle, number> = {
  malformed_frame: 100_002,
  invalid_media: 100_003,
  rate_limit_reached: 100_004,
  unknown_error: 100_005,
};

/** Writes one stream's frames in order: keeps its sequence, chunk and timestamp numbers. */
export function createFrameWriter(identity: StreamIdentity) {
  let sequence = 0;
  const chunks: Record<'inbound' | 'outbound', number> = { inbound: 0, outbound: 0 };
  const numbered = (event: string, body: object) =>
    JSON.stringify({
      event,
      sequence_number: String(++sequence),
      stream_id: identity.streamId,
      ...body,
    });
  const parties = { user_id: identity.userId, call_control_id: identity.callControlId };

  return {
    connected: (authToken: string | undefined) =>
      JSON.stringify({
        event: 'connected',
        version: '1.0.0',
        ...(authToken === undefined
          ? {}
          : { connected: { 'x-telnyx-streaming-auth-token': authToken } }),
      }),
    start: () =>
      numbered('start', {
        start: {
          ...parties,
          call_session_id: identity.callSessionId,
          from: identity.from,
          to: identity.to,
          ...(identity.clientState === undefined ? {} : { client_state: identity.clientState }),
          tags: [],
          custom_parameters: identity.customParameters,
          media_format: { encoding: identity.encoding, sample_rate: 8_000, channels: 1 },
        },
      }),
    /** @param atMs ms since the stream began. */
    media: (track: 'inbound' | 'outbound', atMs: number, audio: Uint8Array) =>
      numbered('media', {
        media: {
          track,
          chunk: String(++chunks[track]),
          timestamp: String(Math.round(atMs)),
          payload: Buffer.from(audio.buffer, audio.byteOffset, audio.length).toString('base64'),
        },
      }),
    dtmf: (digit: string, occurredAt: Date) =>
      numbered('dtmf', { occurred_at: occurredAt.toISOString(), dtmf: { digit } }),
    mark: (name: string) => numbered('mark', { mark: { name } }),
    stop: () => numbered('stop', { stop: parties }),
    error: (title: FrameErrorTitle, detail: string) =>
      JSON.stringify({
        event: 'error',
        stream_id: identity.streamId,
        payload: { code: errorCodes[title], title, detail },
      }),
  };
}
export type FrameWriter = ReturnType<typeof createFrameWriter>;

export type AgentFrame =
  | { readonly type: 'media'; readonly audio: Uint8Array }
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'clear' }
  | { readonly type: 'refused'; readonly title: FrameErrorTitle; readonly detail: string };

const agentFrame = z.discriminatedUnion('event', [
  z.object({ event: z.literal('media'), media: z.object({ payload: z.string() }) }),
  z.object({ event: z.literal('mark'), mark: z.object({ name: z.string().min(1) }) }),
  z.object({ event: z.literal('clear') }),
]);

/** 20 ms to 30 s of audio a message; G.711 has 8 bytes a millisecond. */
const AUDIO_BYTES_MIN = 160;
const AUDIO_BYTES_MAX = 240_000;
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Reads what the application sent. Never throws: what is wrong comes back as `refused`. */
export function readAgentFrame(text: string): AgentFrame {
  const frame = agentFrame.safeParse(jsonOf(text));
  if (!frame.success) {
    const issue = frame.error.issues[0];
    const where = issue?.path.join('.') || 'frame';
    return refuse('malformed_frame', `${where}: ${issue?.message ?? 'not understood'}`);
  }
  switch (frame.data.event) {
    case 'mark':
      return { type: 'mark', name: frame.data.mark.name };
    case 'clear':
      return { type: 'clear' };
    case 'media':
      return readMedia(frame.data.media.payload);
  }
}

function readMedia(payload: string): AgentFrame {
  if (!base64.test(payload)) return refuse('invalid_media', 'The payload is not base64.');
  const audio = Buffer.from(payload, 'base64');
  if (audio.length < AUDIO_BYTES_MIN || audio.length > AUDIO_BYTES_MAX) {
    return refuse('invalid_media', 'A payload holds 20 ms to 30 s of audio.');
  }
  return { type: 'media', audio };
}

const refuse = (title: FrameErrorTitle, detail: string): AgentFrame => ({
  type: 'refused',
  title,
  detail,
});
