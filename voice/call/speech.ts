import { ProviderError, type Clock, type Log } from '@alo/core/kernel';
import type { AudioFormat, TtsProvider, TtsStream } from '@alo/core/ports';
import type { Playout } from './playout.ts';

/** Flushes kept back for the ends of utterances, so that no last words wait. */
const FLUSHES_RESERVED = 4;
/** With so few left another stream is opened, whose allowance is whole: an answer must not wait for a minute to pass. */
const FLUSHES_FEW = 10;
const MINUTE_MS = 60_000;
/** A voice that has been asked for audio and gives none for so long is taken for lost. */
const SILENT_VOICE_MS = 1_800;
const REOPENS_MAX = 2;
/** So long after a loss, the next one is the first again. */
const HEALTHY_MS = 30_000;

/** Text of an utterance → audio in the playout, through one TTS stream a call. */
export interface Speech {
  /** Starts an utterance. Of a held one, the first clause is spoken into the playout's hands, the rest waits. */
  begin(generation: number, options?: { held: boolean }): void;
  /** The held utterance is to be heard. */
  release(generation: number): void;
  /** Adds a clause. */
  say(generation: number, clause: string): void;
  /** Says something first that is no part of the utterance, if none of it is on its way. */
  fill(generation: number, text: string): void;
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
  /** How text is written for the voice. */
  spoken(text: string): string;
  /** Audio that a line has already; what has none is spoken. */
  find(text: string): Uint8Array | null;
  /** The first audio of an utterance has come. */
  onFirstByte(generation: number): void;
  /** The stream was lost; another has been opened. */
  onLost(error: Error): void;
  /** The voice is gone for good. */
  onFailed(error: Error): void;
}

interface Flush {
  readonly number: number;
  readonly generation: number;
  readonly text: string;
  readonly filler: boolean;
}

export function createSpeech(deps: SpeechDeps): Speech {
  const { playout, clock } = deps;
  let reopens = 0;
  let lostMs = -Infinity;
  let closed = false;
  /** Clauses handed over and not flushed yet. */
  let unflushed: string[] = [];
  let flushes: Flush[] = [];
  let flushedAtMs: number[] = [];
  let current = { generation: 0, held: false, flushed: false, completed: false, byte: false };
  let lastAudioMs = 0;
  let cancelWatch: (() => void) | undefined;
  /** Takes over with the next utterance, once it is open. */
  let spare: { readonly stream: TtsStream; ready: boolean } | null = null;
  let stream: TtsStream = open();

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
      if (from === spare?.stream) {
        if (event.type === 'open') spare.ready = true;
        if (event.type === 'closed') spare = null;
        continue;
      }
      if (from !== stream && stream !== undefined) return;
      switch (event.type) {
        case 'audio':
          onAudio(event.data);
          break;
        case 'flushed':
          onFlushed(event.flush);
          break;
        case 'closed':
          if (!closed && !deps.signal.aborted)
            reopen(event.error ?? new Error('the voice stream ended'));
          return;
        default:
      }
    }
  }

  function onAudio(data: Uint8Array): void {
    const head = flushes[0];
    if (!head) return;
    lastAudioMs = clock.monotonicMs();
    if (!current.byte && !head.filler && head.generation === current.generation) firstByte();
    playout.append(head.generation, head.text, data, head.filler);
  }

  function firstByte(): void {
    current.byte = true;
    deps.onFirstByte(current.generation);
  }

  function onFlushed(number: number): void {
    for (let head = flushes[0]; head && head.number <= number; head = flushes[0]) {
      playout.endSegment(head.generation);
      flushes.shift();
    }
    lastAudioMs = clock.monotonicMs();
    settle();
  }

  function flushesLeft(): number {
    const nowMs = clock.monotonicMs();
    flushedAtMs = flushedAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    return deps.tts.flushesPerMinuteMax - flushedAtMs.length;
  }

  function useSpare(): void {
    if (!spare?.ready) return;
    const worn = stream;
    stream = spare.stream;
    spare = null;
    flushedAtMs = [];
    worn.close();
  }

  /** A new stream says again what the old one had not delivered. */
  function reopen(error: Error): void {
    deps.log.warn({ err: error }, 'voice stream lost');
    const lost = stream;
    if (clock.monotonicMs() - lostMs > HEALTHY_MS) reopens = 0;
    lostMs = clock.monotonicMs();
    if (reopens >= REOPENS_MAX) return deps.onFailed(error);
    reopens += 1;
    deps.onLost(error);
    const again = [
      ...flushes.filter((flush) => !flush.filler).map((flush) => flush.text),
      ...unflushed,
    ];
    const { generation } = current;
    flushes = [];
    unflushed = [];
    stream = open();
    lost.close();
    for (const text of again) hand(generation, text);
    if (unflushed.length > 0 && current.completed) flush(generation);
  }

  function hand(generation: number, clause: string): void {
    const spoken = deps.spoken(clause);
    // An emoji by itself makes no sound, and a voice would be waited for in vain.
    if (spoken === '') return;
    stream.speak(`${spoken} `);
    unflushed.push(clause);
    if (mayFlush()) flush(generation);
  }

  function mayFlush(): boolean {
    const left = flushesLeft() - FLUSHES_RESERVED;
    // What may never be heard gets one flush, and only where there are more.
    if (current.held) return !current.flushed && left > FLUSHES_RESERVED;
    return left > 0;
  }

  function flush(generation: number, filler = false): void {
    if (unflushed.length === 0) return;
    flushes.push({ number: stream.flush(), generation, text: unflushed.join(' '), filler });
    unflushed = [];
    current.flushed = true;
    const nowMs = clock.monotonicMs();
    flushedAtMs.push(nowMs);
    if (flushes.length === 1) lastAudioMs = nowMs;
    watch();
    if (!spare && flushesLeft() <= FLUSHES_FEW) spare = { stream: open(), ready: false };
  }

  /** One timer watches the stream; audio only moves the moment it looks at. */
  function watch(): void {
    if (cancelWatch || closed) return;
    const waitMs = Math.max(1, lastAudioMs + SILENT_VOICE_MS - clock.monotonicMs());
    cancelWatch = clock.setTimer(waitMs, () => {
      cancelWatch = undefined;
      if (flushes.length === 0) return;
      if (clock.monotonicMs() - lastAudioMs < SILENT_VOICE_MS) return watch();
      reopen(new ProviderError(deps.tts.name, 'timeout', `no audio for ${SILENT_VOICE_MS} ms`));
    });
  }

  function unwatch(): void {
    cancelWatch?.();
    cancelWatch = undefined;
  }

  function settle(): void {
    if (flushes.length > 0) return;
    unwatch();
    if (current.completed && unflushed.length === 0) playout.complete(current.generation);
  }

  return {
    begin(generation, options) {
      const held = options?.held ?? false;
      useSpare();
      current = { generation, held, flushed: false, completed: false, byte: false };
      playout.begin(generation, { held });
    },
    release(generation) {
      if (generation !== current.generation) return;
      current.held = false;
      if (current.completed || mayFlush()) flush(generation);
      playout.release(generation);
      settle();
    },
    say(generation, clause) {
      if (generation !== current.generation) return;
      const audio = flushes.length === 0 && unflushed.length === 0 ? deps.find(clause) : null;
      if (!audio) return hand(generation, clause);
      if (!current.byte) firstByte();
      playout.append(generation, clause, audio);
      playout.endSegment(generation);
    },
    fill(generation, text) {
      if (generation !== current.generation) return;
      const audio = deps.find(text);
      if (audio) return playout.interject(generation, text, audio);
      // Behind words that are on their way, a filler would come after them.
      if (flushes.length > 0 || unflushed.length > 0) return;
      stream.speak(`${deps.spoken(text)} `);
      unflushed.push(text);
      flush(generation, true);
    },
    complete(generation) {
      if (generation !== current.generation) return;
      current.completed = true;
      if (!current.held) flush(generation);
      settle();
    },
    cancel() {
      current = { ...current, held: false, completed: true, byte: true };
      const pending = flushes.length > 0 || unflushed.length > 0;
      flushes = [];
      unflushed = [];
      unwatch();
      if (pending) stream.clear();
    },
    close() {
      closed = true;
      unwatch();
      stream.close();
      spare?.stream.close();
    },
  };
}
