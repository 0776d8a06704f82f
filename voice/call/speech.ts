import type { Clock, Log } from '@alo/core/kernel';
import type { AudioFormat, TtsProvider, TtsStream } from '@alo/core/ports';
import type { Playout } from './playout.ts';

/** Flushes kept back for the ends of utterances, so that no last words wait. */
const FLUSHES_RESERVED = 4;
const MINUTE_MS = 60_000;
const REOPENS_MAX = 2;

/** Text of an utterance → audio in the playout, through one TTS stream a call. */
export interface Speech {
  /** Starts an utterance. */
  begin(generation: number): void;
  /** Adds a clause. */
  say(generation: number, clause: string): void;
  /** No further clause will come. */
  complete(generation: number): void;
  /** Forgets the utterance at hand. */
  cancel(): void;
  close(): void;
}

export interface SpeechDeps {
  readonly tts: TtsProvider;
  readonly format: AudioFormat;
  readonly voice: string | undefined;
  readonly playout: Playout;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** The first audio of an utterance has come. */
  onFirstByte(generation: number): void;
  /** The voice is gone for good. */
  onFailed(error: Error): void;
}

interface Flush {
  readonly number: number;
  readonly generation: number;
  readonly text: string;
}

export function createSpeech(deps: SpeechDeps): Speech {
  const { playout, clock } = deps;
  let stream: TtsStream = open();
  let reopens = 0;
  let closed = false;
  /** Clauses handed over and not flushed yet. */
  let unflushed: string[] = [];
  let flushes: Flush[] = [];
  let flushedAtMs: number[] = [];
  let current = { generation: 0, completed: false, byte: false };

  function open(): TtsStream {
    const opened = deps.tts.open(
      { format: deps.format, ...(deps.voice ? { voice: deps.voice } : {}) },
      deps.signal,
    );
    void consume(opened);
    return opened;
  }

  async function consume(from: TtsStream): Promise<void> {
    for await (const event of from.events) {
      if (from !== stream && stream !== undefined) return;
      switch (event.type) {
        case 'audio': {
          const head = flushes[0];
          if (!head) break;
          if (!current.byte && head.generation === current.generation) {
            current.byte = true;
            deps.onFirstByte(head.generation);
          }
          playout.append(head.generation, head.text, event.data);
          break;
        }
        case 'flushed':
          while (flushes[0] && flushes[0].number <= event.flush) {
            playout.endSegment(flushes[0].generation);
            flushes = flushes.slice(1);
          }
          settle();
          break;
        case 'closed':
          if (!closed && !deps.signal.aborted)
            reopen(event.error ?? new Error('the voice stream ended'));
          return;
        default:
      }
    }
  }

  /** A new stream says again what the old one had not delivered. */
  function reopen(error: Error): void {
    deps.log.warn({ err: error }, 'voice stream lost');
    if (reopens >= REOPENS_MAX) return deps.onFailed(error);
    reopens += 1;
    const again = [...flushes.map((flush) => flush.text), ...unflushed];
    const { generation } = current;
    flushes = [];
    unflushed = [];
    stream = open();
    for (const text of again) hand(generation, text);
    if (unflushed.length > 0) flush(generation);
  }

  function hand(generation: number, clause: string): void {
    stream.speak(`${clause} `);
    unflushed.push(clause);
    const nowMs = clock.monotonicMs();
    flushedAtMs = flushedAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    if (flushedAtMs.length < deps.tts.flushesPerMinuteMax - FLUSHES_RESERVED) flush(generation);
  }

  function flush(generation: number): void {
    if (unflushed.length === 0) return;
    flushes.push({ number: stream.flush(), generation, text: unflushed.join(' ') });
    unflushed = [];
    flushedAtMs.push(clock.monotonicMs());
  }

  function settle(): void {
    if (current.completed && flushes.length === 0) playout.complete(current.generation);
  }

  return {
    begin(generation) {
      current = { generation, completed: false, byte: false };
      playout.begin(generation);
    },
    say(generation, clause) {
      if (generation === current.generation) hand(generation, clause);
    },
    complete(generation) {
      if (generation !== current.generation) return;
      current.completed = true;
      flush(generation);
      settle();
    },
    cancel() {
      current = { generation: current.generation, completed: true, byte: true };
      const pending = flushes.length > 0 || unflushed.length > 0;
      flushes = [];
      unflushed = [];
      if (pending) stream.clear();
    },
    close() {
      closed = true;
      stream.close();
    },
  };
}
