import type { Clock, Language, Log } from '@alo/core/kernel';
import type { AudioFormat, TtsProvider, TtsStream } from '@alo/core/ports';
import { normalizeForSpeech } from '../speech-text/normalize.ts';

/** About 35 minutes of G.711: greetings of many agents, and the lines of every voice. */
const BYTES_MAX = 16 * 1_048_576;
const TIMEOUT_MS = 60_000;
/** After a voice has failed us, it is left alone for so long. */
const RETRY_AFTER_MS = 30_000;

/** How a phrase sounds: the same words in another voice or format are another phrase. */
export interface PhraseSound {
  readonly voice: string | undefined;
  readonly format: AudioFormat;
}

/**
 * Fixed phrases as audio, one book a process: greetings, fillers and the lines for when things
 * fail are heard at once, and also when the voice is the thing that fails.
 */
export interface PhraseBook {
  find(text: string, sound: PhraseSound): Uint8Array | null;
  /** Has these synthesised in the background, in this order, if they are not there yet. */
  prepare(texts: readonly string[], language: Language, sound: PhraseSound): void;
  /** Resolves when nothing is being synthesised. */
  idle(): Promise<void>;
  close(): void;
}

export function createPhraseBook(deps: {
  readonly tts: TtsProvider;
  readonly clock: Clock;
  readonly log: Log;
}): PhraseBook {
  const { tts, clock, log } = deps;
  const pages = new Map<string, Uint8Array>();
  const wanted = new Set<string>();
  const abort = new AbortController();
  let bytes = 0;
  let restUntilMs = -Infinity;
  let work: Promise<void> = Promise.resolve();

  const keyOf = (text: string, { voice, format }: PhraseSound) =>
    `${voice ?? ''}|${format.encoding}|${format.sampleRateHz}|${text}`;

  function keep(key: string, audio: Uint8Array): void {
    if (audio.length === 0) return;
    pages.set(key, audio);
    bytes += audio.length;
    for (const [oldest, page] of pages) {
      if (bytes <= BYTES_MAX) break;
      pages.delete(oldest);
      bytes -= page.length;
    }
  }

  async function synthesise(
    texts: readonly string[],
    language: Language,
    sound: PhraseSound,
  ): Promise<void> {
    if (abort.signal.aborted || clock.monotonicMs() < restUntilMs) return;
    const stream = tts.open(
      { format: sound.format, ...(sound.voice ? { voice: sound.voice } : {}) },
      abort.signal,
    );
    const cancelTimeout = clock.setTimer(TIMEOUT_MS, () => stream.close());
    try {
      await read(stream, texts, language, (text, audio) => keep(keyOf(text, sound), audio));
    } catch (error) {
      restUntilMs = clock.monotonicMs() + RETRY_AFTER_MS;
      if (!abort.signal.aborted) log.warn({ err: error }, 'phrases not prepared');
    } finally {
      cancelTimeout();
      stream.close();
    }
  }

  async function read(
    stream: TtsStream,
    texts: readonly string[],
    language: Language,
    onPhrase: (text: string, audio: Uint8Array) => void,
  ): Promise<void> {
    const flushes = new Map<number, string>();
    for (const text of texts) {
      stream.speak(normalizeForSpeech(text, language));
      flushes.set(stream.flush(), text);
    }
    let pieces: Uint8Array[] = [];
    for await (const event of stream.events) {
      if (event.type === 'audio') pieces.push(event.data);
      else if (event.type === 'flushed') {
        const text = flushes.get(event.flush);
        flushes.delete(event.flush);
        if (text !== undefined) onPhrase(text, Buffer.concat(pieces));
        pieces = [];
        if (flushes.size === 0) return;
      } else if (event.type === 'closed') {
        throw event.error ?? new Error('the voice stream ended');
      }
    }
  }

  return {
    find(text, sound) {
      const key = keyOf(text, sound);
      const page = pages.get(key);
      if (!page) return null;
      // The one used last goes last.
      pages.delete(key);
      pages.set(key, page);
      return page;
    },
    prepare(texts, language, sound) {
      const missing = texts.filter((text) => {
        const key = keyOf(text, sound);
        return text.trim() !== '' && !pages.has(key) && !wanted.has(key);
      });
      if (missing.length === 0 || abort.signal.aborted) return;
      for (const text of missing) wanted.add(keyOf(text, sound));
      // One stream at a time: vendors count them.
      work = work
        .then(() => synthesise(missing, language, sound))
        .finally(() => {
          for (const text of missing) wanted.delete(keyOf(text, sound));
        });
    },
    idle: () => work,
    close: () => abort.abort(),
  };
}
