import { createEar, type EarEvent } from '../speech/index.ts';
import { createAudioDecoder } from './audio.ts';
import type { ListenQuery } from './query.ts';
import type { DeepgramTimings } from './timings.ts';
import { alternative, seconds, type HeardWord } from './transcript.ts';

type ListenMessage =
  | ({ readonly type: 'Results'; readonly is_final: boolean } & Record<string, unknown>)
  | { readonly type: 'SpeechStarted'; readonly channel: number[]; readonly timestamp: number }
  | { readonly type: 'UtteranceEnd'; readonly channel: number[]; readonly last_word_end: number };

/** The streaming recogniser without its socket: audio in, the vendor's messages out, driven by audio time alone. */
export interface ListenSession {
  push(audio: Uint8Array): ListenMessage[];
  /** Settles what is pending, as a Finalize message asks; nothing pending, nothing sent. */
  finalize(fromClient: boolean): ListenMessage[];
  readonly heardMs: number;
}

/** Pieces no longer than this go into the ear, so silence is noticed when it has lasted, not later. */
const PIECE_MS = 20;

export function createListenSession(
  query: ListenQuery,
  timings: DeepgramTimings,
  metadata: Readonly<Record<string, unknown>>,
): ListenSession {
  const ear = createEar(query.sample_rate);
  const decode = createAudioDecoder(query.encoding);
  const format = {
    formatted: query.smart_format || query.punctuate,
    language: query.language,
  };
  let heardMs = 0;
  let samples = 0;
  // The stretch since the last final result.
  let words: HeardWord[] = [];
  let stretchStartMs = 0;
  let lastInterimMs = 0;
  let interimWords = 0;
  // The utterance: from the first sound to the endpoint.
  let open = false;
  let soundingSince: number | null = null;
  let silentSinceMs = 0;
  // For UtteranceEnd, which looks at words, not at sound.
  let lastWordEndMs: number | null = null;

  function results(flags: { is_final: boolean; speech_final: boolean; from_finalize?: true }) {
    return {
      type: 'Results' as const,
      channel_index: [0, 1],
      duration: seconds(heardMs - stretchStartMs),
      start: seconds(stretchStartMs),
      from_finalize: false,
      ...flags,
      channel: { alternatives: [alternative(words, format)] },
      metadata,
    };
  }

  function settle(flags: { speech_final: boolean; from_finalize?: true }): ListenMessage {
    const message = results({ is_final: true, ...flags });
    words = [];
    stretchStartMs = heardMs;
    lastInterimMs = heardMs;
    interimWords = 0;
    return message;
  }

  function take(event: EarEvent): ListenMessage[] {
    if (event.type === 'word') {
      words.push(event);
      lastWordEndMs = event.endMs;
      return [];
    }
    if (event.type === 'speech_ended') {
      soundingSince = null;
      silentSinceMs = event.atMs;
      return [];
    }
    soundingSince = event.atMs;
    const first = !open;
    open = true;
    return first && query.vad_events
      ? [{ type: 'SpeechStarted', channel: [0, 1], timestamp: seconds(event.atMs) }]
      : [];
  }

  /** What has become due by the time heard so far. */
  function due(): ListenMessage[] {
    const messages: ListenMessage[] = [];
    const silentMs = soundingSince === null ? heardMs - silentSinceMs : 0;
    if (
      open &&
      query.endpointing !== null &&
      soundingSince === null &&
      silentMs >= query.endpointing
    ) {
      open = false;
      messages.push(settle({ speech_final: true }));
    } else if (words.length > 0 && heardMs - stretchStartMs >= timings.settleAfterMs) {
      messages.push(settle({ speech_final: false }));
    } else if (
      query.interim_results &&
      words.length > interimWords &&
      heardMs - lastInterimMs >= timings.interimEveryMs
    ) {
      lastInterimMs = heardMs;
      interimWords = words.length;
      messages.push(results({ is_final: false, speech_final: false }));
    }
    if (
      query.utterance_end_ms !== undefined &&
      lastWordEndMs !== null &&
      heardMs - Math.max(lastWordEndMs, ear.lastVoiceMs) >= query.utterance_end_ms
    ) {
      if (words.length > 0) messages.push(settle({ speech_final: false }));
      const last_word_end = seconds(lastWordEndMs);
      messages.push({ type: 'UtteranceEnd', channel: [0, 1], last_word_end });
      lastWordEndMs = null;
    }
    return messages;
  }

  return {
    push(audio) {
      const pcm = decode(audio);
      const piece = (query.sample_rate * PIECE_MS) / 1_000;
      const messages: ListenMessage[] = [];
      for (let at = 0; at < pcm.length; at += piece) {
        const part = pcm.subarray(at, at + piece);
        samples += part.length;
        heardMs = (samples * 1_000) / query.sample_rate;
        for (const event of ear.push(part)) messages.push(...take(event));
        messages.push(...due());
      }
      return messages;
    },
    finalize(fromClient) {
      if (words.length === 0 && !open) return [];
      return [settle({ speech_final: false, ...(fromClient ? { from_finalize: true } : {}) })];
    },
    get heardMs() {
      return heardMs;
    },
  };
}
