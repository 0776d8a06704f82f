import type { AudioFormat } from '@alo/core/ports';

/** What a carrier's line tells us, in our words. */
export type CarrierEvent =
  | { readonly type: 'connected' }
  | {
      readonly type: 'started';
      /** Names the call at the carrier; null where there is none behind the line. */
      readonly carrierCallId: string | null;
      readonly streamId: string;
      /** What we hear: the line's own codec. */
      readonly format: AudioFormat;
    }
  | {
      readonly type: 'media';
      /** Grows by one a packet, which may arrive out of order; null where the transport keeps the order. */
      readonly sequence: number | null;
      readonly payload: Uint8Array;
    }
  | { readonly type: 'dtmf'; readonly digit: string }
  /** The caller writes instead of speaking: a whole turn. */
  | { readonly type: 'text'; readonly text: string }
  /** The caller is writing such a turn. */
  | { readonly type: 'typing' }
  /** Everything sent before this mark has been played, or was thrown away by a clear. */
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'error'; readonly code: string; readonly detail: string };

/** What we tell the carrier. */
export type CarrierCommand =
  | { readonly type: 'media'; readonly payload: Uint8Array }
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'clear' };

/** A message of a line as it travels: text, or bytes. */
export type Wire = string | Uint8Array;

/** Something that happens in a call, for a line that shows it. */
export interface Happening {
  readonly type: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * A codec of a carrier's wire format: no socket, no REST call, no credential, no clock. It knows
 * messages and not what carries them, be that a WebSocket or packets: a format that numbers what
 * it sends (RTP) is made anew for each line.
 */
export interface Carrier {
  readonly name: string;
  /** What we send: chosen by us when the line is asked for. */
  readonly outboundFormat: AudioFormat;
  /** Null for messages we have no use for. Throws CarrierDecodeError for what is not the carrier's format. */
  decode(raw: Wire): CarrierEvent | null;
  encode(command: CarrierCommand): Wire;
  /** For lines that show what happens: captions, and what the agent does. */
  show?(happening: Happening): Wire;
}

export class CarrierDecodeError extends Error {
  override readonly name = 'CarrierDecodeError';
}
