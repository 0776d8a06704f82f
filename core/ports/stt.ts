import type { AudioFormat } from './audio.ts';

export interface SttCapabilities {
  /** `model`: the recogniser itself decides when a turn ends. `endpointing`: it reports silence. */
  readonly endOfTurn: 'model' | 'endpointing';
  /** Whether it signals a likely end of turn early, and takes it back if the caller goes on. */
  readonly eagerEndOfTurn: boolean;
}

export interface SttOptions {
  readonly format: AudioFormat;
  /** BCP 47: `es-419`, `en`. */
  readonly language: string;
  /** Words it should expect: product names, surnames. */
  readonly keyterms?: readonly string[];
}

export type SttEvent =
  | { readonly type: 'open' }
  | { readonly type: 'speech_started' }
  /** The words of the current turn so far; replaces the previous partial. */
  | { readonly type: 'partial'; readonly text: string }
  /** A settled stretch of the current turn, which goes on; the last one comes with the turn's end only. */
  | { readonly type: 'final'; readonly text: string }
  /** The turn is probably over; `turn_resumed` takes it back. */
  | { readonly type: 'eager_end_of_turn'; readonly text: string }
  | { readonly type: 'turn_resumed' }
  /** The caller has finished speaking. `text` is the whole turn. */
  | { readonly type: 'end_of_turn'; readonly text: string }
  /** The stream is over. `error` is set unless we closed it. */
  | { readonly type: 'closed'; readonly error?: Error };

/** Audio in by `write`, events out by iteration. One stream per call. */
export interface SttStream {
  /** Raw audio in the format asked for. Before `open` it is kept, within a bound. Never blocks. */
  write(audio: Uint8Array): void;
  /** Asks for what has been heard so far to be settled now. */
  finalize(): void;
  /** Ends the stream. Idempotent. The iteration ends with `closed`. */
  close(): void;
  readonly events: AsyncIterable<SttEvent>;
}

export interface SttProvider {
  readonly name: string;
  readonly capabilities: SttCapabilities;
  /** Returns at once; the connection opens behind it. Abort closes it. */
  open(options: SttOptions, signal: AbortSignal): SttStream;
}
