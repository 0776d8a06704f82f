import { z } from 'zod';
import { createEar, type EarEvent } from '../speech/index.ts';
import { createAudioDecoder } from './audio.ts';
import { thresholdRanges, type FluxQuery } from './query.ts';
import { CONFIDENCE, seconds, wireWords, transcriptOf, type HeardWord } from './transcript.ts';

type TurnEvent = 'Update' | 'StartOfTurn' | 'EagerEndOfTurn' | 'TurnResumed' | 'EndOfTurn';
type FluxMessage = { readonly type: string } & Record<string, unknown>;

/** The turn-taking recogniser without its socket. Every message carries the next `sequence_id`. */
export interface FluxSession {
  connected(): FluxMessage;
  push(audio: Uint8Array): FluxMessage[];
  forceEndTurn(): FluxMessage[];
  configure(message: unknown): FluxMessage;
  error(code: string, description: string): FluxMessage;
}

const configureSchema = z.object({
  thresholds: z.object(thresholdRanges).partial().optional(),
  keyterms: z.union([z.string(), z.array(z.string())]).optional(),
  language_hints: z.array(z.string()).optional(),
});

const PIECE_MS = 20;
const UPDATE_EVERY_MS = 250;
/** Silence after which the model is 0.7 sure: quickly after a finished sentence, slowly in the middle of one. */
const SURE_AFTER_SENTENCE_MS = 240;
const SURE_IN_SENTENCE_MS = 700;

function endOfTurnConfidence(words: readonly HeardWord[], silentMs: number): number {
  const last = words.at(-1);
  if (!last || silentMs <= 0) return 0;
  const sureAfterMs = /[.?!…]["»)]*$/u.test(last.text)
    ? SURE_AFTER_SENTENCE_MS
    : SURE_IN_SENTENCE_MS;
  return Math.min(0.99, Math.round((70 * silentMs) / sureAfterMs) / 100);
}

export function createFluxSession(query: FluxQuery, requestId: string): FluxSession {
  const ear = createEar(query.sample_rate);
  const decode = createAudioDecoder(query.encoding);
  const format = { formatted: true, language: 'es' };
  let thresholds = {
    eot_threshold: query.eot_threshold,
    eager_eot_threshold: query.eager_eot_threshold,
    eot_timeout_ms: query.eot_timeout_ms,
  };
  let keyterms: string | string[] = query.keyterm;
  let languageHints = query.language_hint;
  let sequence = 0;
  let turn = 0;
  let samples = 0;
  let heardMs = 0;
  let windowStartMs = 0;
  let lastMessageMs = 0;
  let sounding = false;
  let silentSinceMs = 0;
  let words: HeardWord[] = [];
  let started = false;
  let eager = false;

  const numbered = (message: { type: string } & Record<string, unknown>): FluxMessage => ({
    ...message,
    request_id: requestId,
    sequence_id: sequence++,
  });

  const confidence = () => endOfTurnConfidence(words, sounding ? 0 : heardMs - silentSinceMs);

  function turnInfo(event: TurnEvent, trigger?: 'model' | 'manual' | 'timeout'): FluxMessage {
    lastMessageMs = heardMs;
    const wire = wireWords(words, format);
    return numbered({
      type: 'TurnInfo',
      event,
      turn_index: turn,
      audio_window_start: seconds(windowStartMs),
      audio_window_end: seconds(heardMs),
      transcript: transcriptOf(wire),
      words: wire.map(({ punctuated_word, word, start, end }) => ({
        word: punctuated_word ?? word,
        confidence: CONFIDENCE,
        start,
        end,
      })),
      end_of_turn_confidence: confidence(),
      ...(trigger ? { trigger } : {}),
      ...(query.model === 'flux-general-multi'
        ? { languages: words.length > 0 ? ['es'] : [], languages_hinted: languageHints }
        : {}),
    });
  }

  function endTurn(trigger: 'model' | 'manual' | 'timeout'): FluxMessage {
    const message = turnInfo('EndOfTurn', trigger);
    turn += 1;
    windowStartMs = heardMs;
    words = [];
    started = false;
    eager = false;
    return message;
  }

  function take(event: EarEvent): FluxMessage[] {
    if (event.type === 'speech_ended') {
      sounding = false;
      silentSinceMs = event.atMs;
      return [];
    }
    const messages: FluxMessage[] = [];
    // The transcript of a resumed turn is the one that was taken for whole: the new word comes after.
    if (eager) {
      eager = false;
      messages.push(turnInfo('TurnResumed'));
    }
    if (event.type === 'speech_started') sounding = true;
    else {
      words.push(event);
      if (!started) {
        started = true;
        messages.push(turnInfo('StartOfTurn'));
      }
    }
    return messages;
  }

  function due(): FluxMessage[] {
    const messages: FluxMessage[] = [];
    const sure = confidence();
    const eagerAt = thresholds.eager_eot_threshold;
    if (started && !eager && eagerAt !== undefined && sure >= eagerAt) {
      eager = true;
      messages.push(turnInfo('EagerEndOfTurn'));
    }
    const silentMs = sounding ? 0 : heardMs - silentSinceMs;
    if (started && sure >= thresholds.eot_threshold) messages.push(endTurn('model'));
    else if (started && thresholds.eot_threshold < 1 && silentMs >= thresholds.eot_timeout_ms) {
      messages.push(endTurn('timeout'));
    } else if (heardMs - lastMessageMs >= UPDATE_EVERY_MS) messages.push(turnInfo('Update'));
    return messages;
  }

  return {
    connected: () => numbered({ type: 'Connected' }),
    push(audio) {
      const pcm = decode(audio);
      const piece = (query.sample_rate * PIECE_MS) / 1_000;
      const messages: FluxMessage[] = [];
      for (let at = 0; at < pcm.length; at += piece) {
        const part = pcm.subarray(at, at + piece);
        samples += part.length;
        heardMs = (samples * 1_000) / query.sample_rate;
        for (const event of ear.push(part)) messages.push(...take(event));
        messages.push(...due());
      }
      return messages;
    },
    forceEndTurn: () => (started ? [endTurn('manual')] : []),
    configure(message) {
      const parsed = configureSchema.safeParse(message);
      const next = { ...thresholds, ...(parsed.success ? parsed.data.thresholds : {}) };
      if (!parsed.success || (next.eager_eot_threshold ?? 0) > next.eot_threshold) {
        return numbered({ type: 'ConfigureFailure' });
      }
      thresholds = next;
      keyterms = parsed.data.keyterms ?? keyterms;
      languageHints = parsed.data.language_hints ?? languageHints;
      return numbered({
        type: 'ConfigureSuccess',
        thresholds,
        keyterms,
        language_hints: languageHints,
      });
    },
    error: (code, description) => numbered({ type: 'Error', code, description }),
  };
}
