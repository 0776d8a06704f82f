import type { AudioFormat } from '@alo/core/ports';

/** What a carrier's socket tells us, in our words. */
export type CarrierEvent =
  | { readonly type: 'connected' }
  | {
      readonly type: 'started';
      readonly carrierCallId: string;
      readonly streamId: string;
      readonly format: AudioFormat;
    }
  /** Caller audio. `sequence` grows by one a frame; frames may arrive out of order. */
  | { readonly type: 'media'; readonly sequence: number; readonly payload: Uint8Array }
  | { readonly type: 'dtmf'; readonly digit: string }
  /** Everything sent before this mark has been played, or was thrown away by a clear. */
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'error'; readonly code: string; readonly detail: string };

/** What we tell the carrier. */
export type CarrierCommand =
  | { readonly type: 'media'; readonly payload: Uint8Array }
  | { readonly type: 'mark'; readonly name: string }
  | { readonly type: 'clear' };

/** A pure codec of a carrier's wire format: no socket, no REST call, no credential. */
export interface Carrier {
  readonly name: string;
  /** What we send: chosen by us when the stream is asked for. */
  readonly outboundFormat: AudioFormat;
  /** Null for messages we have no use for. Throws CarrierDecodeError for what is not the carrier's format. */
  decode(raw: string): CarrierEvent | null;
  encode(command: CarrierCommand): string;
}

export class CarrierDecodeError extends Error {
  override readonly name = 'CarrierDecodeError';
}
