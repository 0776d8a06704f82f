import {
  createChannel,
  createLog,
  createVirtualClock,
  encodeMulaw,
  type Clock,
  type VirtualClock,
} from '@alo/core/kernel';
import type {
  AudioFormat,
  LlmDelta,
  LlmProvider,
  LlmRequest,
  SttCapabilities,
  SttEvent,
  SttProvider,
  TtsEvent,
  TtsProvider,
} from '@alo/core/ports';

import { telnyxCarrier } from '../carriers/telnyx.ts';
import { memorySpool } from '../media/spool.ts';
import type { CallLogEvent, CallManners } from './call.ts';
import type { Turn } from './ledger.ts';
import type { PhraseBook } from './phrases.ts';
import { CallSession } from './session.ts';
import type { ToolDeps } from './tools.ts';

/** Providers that a test scripts by hand and by the clock, for whole calls in no time. */

export interface ScriptedStt extends SttProvider {
  /** Says that the recogniser heard this. */
  emit(event: SttEvent): void;
  readonly opened: number;
  /** Of the last stream. */
  readonly format: AudioFormat | undefined;
  /** Bytes of audio written so far. */
  readonly heardBytes: number;
}

export function createScriptedStt(
  capabilities: SttCapabilities = { endOfTurn: 'endpointing', eagerEndOfTurn: false },
): ScriptedStt {
  let channel = createChannel<SttEvent>();
  let opened = 0;
  let heardBytes = 0;
  let format: AudioFormat | undefined;
  return {
    name: 'scripted-stt',
    capabilities,
    open(options, signal) {
      opened += 1;
      format = options.format;
      const own = createChannel<SttEvent>();
      channel = own;
      signal.addEventListener('abort', () => own.end());
      return {
        write: (audio) => void (heardBytes += audio.length),
        finalize: () => undefined,
        close: () => own.end(),
        events: own,
      };
    },
    emit: (event) => channel.push(event),
    get opened() {
      return opened;
    },
    get format() {
      return format;
    },
    get heardBytes() {
      return heardBytes;
    },
  };
}

/** A voice that takes `firstByteMs` and then speaks `msPerChar` a character, at once. */
export function createScriptedTts(
  clock: Clock,
  { firstByteMs = 60, msPerChar = 60 } = {},
): TtsProvider & { readonly said: string[]; fail(): void; mute(muted: boolean): void } {
  const said: string[] = [];
  let muted = false;
  let fail = () => undefined as void;
  return {
    name: 'scripted-tts',
    flushesPerMinuteMax: Infinity,
    said,
    fail: () => fail(),
    mute: (value) => void (muted = value),
    open(_options, signal) {
      const channel = createChannel<TtsEvent>();
      let text = '';
      let flushes = 0;
      let epoch = 0;
      fail = () => {
        channel.push({ type: 'closed', error: new Error('dropped') });
        channel.end();
      };
      signal.addEventListener('abort', () => channel.end());
      return {
        speak: (more) => void (text += more),
        flush() {
          const flush = flushes++;
          const spoken = text;
          const started = epoch;
          text = '';
          said.push(spoken.trim());
          if (muted) return flush;
          clock.setTimer(firstByteMs, () => {
            if (started !== epoch || signal.aborted) return;
            channel.push({
              type: 'audio',
              data: new Uint8Array(spoken.trim().length * msPerChar * 8).fill(0x20),
            });
            channel.push({ type: 'flushed', flush });
          });
          return flush;
        },
        clear() {
          epoch += 1;
          text = '';
          channel.push({ type: 'cleared' });
        },
        close: () => channel.end(),
        events: channel,
      };
    },
  };
}

/** What the model answers: deltas, with pauses (ms) and an error in their midst, an error, or nothing at all. */
export type Script = (
  request: LlmRequest,
) => readonly (LlmDelta | Error | number)[] | Error | 'stall';

/** A model that answers by a script, `firstTokenMs` after being asked. */
export function createScriptedLlm(
  clock: Clock,
  script: Script,
  { firstTokenMs = 80 } = {},
): LlmProvider & { readonly requests: LlmRequest[]; readonly aborted: number } {
  let aborted = 0;
  const requests: LlmRequest[] = [];
  return {
    name: 'scripted-llm',
    requests,
    get aborted() {
      return aborted;
    },
    async *stream(request, signal) {
      requests.push(request);
      signal.addEventListener('abort', () => (aborted += 1));
      const answer = script(request);
      await clock.sleep(answer === 'stall' ? 3_600_000 : firstTokenMs, signal);
      if (answer instanceof Error) throw answer;
      if (answer === 'stall') return;
      for (const delta of answer) {
        if (delta instanceof Error) throw delta;
        if (typeof delta === 'number') await clock.sleep(delta, signal);
        else yield delta;
      }
    },
  };
}

export const text = (value: string): LlmDelta => ({ type: 'text', text: value });
export const done: LlmDelta = { type: 'done', finishReason: 'stop' };
export const toolCall = (name: string, args: object): LlmDelta => ({
  type: 'tool_call',
  call: { id: `call_${name}`, name, arguments: JSON.stringify(args) },
});

const silence = new Uint8Array(160).fill(0xff);
const speech = encodeMulaw(Int16Array.from({ length: 160 }, (_, i) => 8_000 * Math.sin(i / 3)));

export interface ScriptedCallOptions {
  readonly manners?: CallManners;
  readonly recogniser?: SttCapabilities;
  readonly tools?: Partial<ToolDeps>;
  readonly phrases?: PhraseBook;
  readonly firstTokenMs?: number;
  readonly clock?: VirtualClock;
}

/** A whole call on a virtual clock: the carrier is a list of frames, the providers are scripted. */
export function startCall(script: Script, options: ScriptedCallOptions = {}) {
  const { manners, phrases, clock = createVirtualClock() } = options;
  const stt = createScriptedStt(options.recogniser);
  const tts = createScriptedTts(clock);
  const llm = createScriptedLlm(clock, script, { firstTokenMs: options.firstTokenMs ?? 80 });
  const sent: { event: string; atMs: number }[] = [];
  const events: CallLogEvent[] = [];
  const turns: Turn[] = [];
  let hangups = 0;
  const session = new CallSession({
    brief: {
      systemPrompt: 'Eres la panadería.',
      greeting: 'Aló, buenas.',
      language: 'es',
      keyterms: [],
    },
    carrier: telnyxCarrier,
    format: { encoding: 'mulaw', sampleRateHz: 8000 },
    send(raw) {
      const { event, media } = JSON.parse(String(raw));
      const frames = event === 'media' ? Buffer.from(media.payload, 'base64').length / 160 : 1;
      for (let i = 0; i < frames; i++) sent.push({ event, atMs: clock.monotonicMs() });
    },
    stt,
    tts,
    llm,
    tools: { searchKnowledge: async () => [], ...options.tools },
    ...(manners ? { manners } : {}),
    ...(phrases ? { phrases } : {}),
    spool: memorySpool,
    clock,
    log: createLog({ level: 'silent' }),
    onEvent: (event) => events.push(event),
    onTurn: (turn) => turns.push(turn),
    onHangup: () => void (hangups += 1),
  });
  let sequence = 0;
  const line = async (frame: Uint8Array, ms: number) => {
    for (let passed = 0; passed < ms; passed += 20) {
      session.onCarrier({ type: 'media', sequence: ++sequence, payload: frame });
      await clock.advance(20);
    }
  };
  return {
    clock,
    stt,
    tts,
    llm,
    sent,
    events,
    turns,
    session,
    hangups: () => hangups,
    count: (event: string) => sent.filter((message) => message.event === event).length,
    /** What the agent began to say, fillers included. */
    spoken: () =>
      events.flatMap((event) =>
        event.type === 'agent.speaking' ? [String(event.data['text'])] : [],
      ),
    quiet: (ms: number) => line(silence, ms),
    voice: (ms: number) => line(speech, ms),
    /** The recogniser says something. */
    async hears(event: SttEvent) {
      stt.emit(event);
      await clock.advance(0);
    },
    /** The caller speaks for `ms`; the recogniser declares the turn over `endpointingMs` later. */
    async says(words: string, ms = 1_000, endpointingMs = 300) {
      stt.emit({ type: 'partial', text: words });
      await line(speech, ms);
      await line(silence, endpointingMs);
      stt.emit({ type: 'end_of_turn', text: words });
      await clock.advance(0);
    },
    /** The longest stretch between two frames of the agent from `fromMs` on. */
    longestSilenceMs(fromMs: number) {
      const times = [
        fromMs,
        ...sent
          .filter(({ event, atMs }) => event === 'media' && atMs >= fromMs)
          .map(({ atMs }) => atMs),
      ];
      return Math.max(...times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs)));
    },
  };
}
