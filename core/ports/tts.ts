import type { AudioFormat } from './audio.ts';

export interface TtsOptions {
  readonly format: AudioFormat;
  /** The vendor's voice id; the default voice of the provider where absent. */
  readonly voice?: string;
}

export type TtsEvent =
  | { readonly type: 'open' }
  | { readonly type: 'audio'; readonly data: Uint8Array }
  /** Everything before the n-th `flush` (counted from 0) has been delivered. */
  | { readonly type: 'flushed'; readonly flush: number }
  /** A `clear` has taken effect: audio after this belongs to text after the clear. */
  | { readonly type: 'cleared' }
  | { readonly type: 'closed'; readonly error?: Error };

/** Text in, audio out, in order. One stream per call. */
export interface TtsStream {
  /** Adds text. It may be held back until `flush`. */
  speak(text: string): void;
  /** Asks for everything said so far to be spoken; answered by `flushed`. Returns the flush's number. */
  flush(): number;
  /** Forgets what has not been spoken yet. Audio between this and `cleared` is dropped by the adapter. */
  clear(): void;
  close(): void;
  readonly events: AsyncIterable<TtsEvent>;
}

export interface TtsProvider {
  readonly name: string;
  /** How often a stream may be flushed; what is flushed beyond it waits. `Infinity` where there is no limit. */
  readonly flushesPerMinuteMax: number;
  open(options: TtsOptions, signal: AbortSignal): TtsStream;
}
