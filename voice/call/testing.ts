import { createChannel, type Clock } from '@alo/core/kernel';
import type {
  LlmDelta,
  LlmProvider,
  LlmRequest,
  SttEvent,
  SttProvider,
  TtsEvent,
  TtsProvider,
} from '@alo/core/ports';

/** Providers that a test scripts by hand and by the clock, for whole calls in no time. */

export interface ScriptedStt extends SttProvider {
  /** Says that the recogniser heard this. */
  emit(event: SttEvent): void;
  readonly opened: number;
  /** Bytes of audio written so far. */
  readonly heardBytes: number;
}

export function createScriptedStt(): ScriptedStt {
  let channel = createChannel<SttEvent>();
  let opened = 0;
  let heardBytes = 0;
  return {
    name: 'scripted-stt',
    capabilities: { endOfTurn: 'endpointing', eagerEndOfTurn: false },
    open(_options, signal) {
      opened += 1;
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
    get heardBytes() {
      return heardBytes;
    },
  };
}

/** A voice that takes `firstByteMs` and then speaks `msPerChar` a character, at once. */
export function createScriptedTts(
  clock: Clock,
  { firstByteMs = 60, msPerChar = 60 } = {},
): TtsProvider & { readonly said: string[]; fail(): void } {
  const said: string[] = [];
  let fail = () => undefined as void;
  return {
    name: 'scripted-tts',
    flushesPerMinuteMax: Infinity,
    said,
    fail: () => fail(),
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

export type Script = (request: LlmRequest) => readonly LlmDelta[] | Error | 'stall';

/** A model that answers by a script, `firstTokenMs` after being asked. */
export function createScriptedLlm(
  clock: Clock,
  script: Script,
  { firstTokenMs = 80 } = {},
): LlmProvider & { readonly requests: LlmRequest[] } {
  const requests: LlmRequest[] = [];
  return {
    name: 'scripted-llm',
    requests,
    async *stream(request, signal) {
      requests.push(request);
      const answer = script(request);
      await clock.sleep(answer === 'stall' ? 3_600_000 : firstTokenMs, signal);
      if (answer instanceof Error) throw answer;
      if (answer !== 'stall') yield* answer;
    },
  };
}

export const text = (value: string): LlmDelta => ({ type: 'text', text: value });
export const done: LlmDelta = { type: 'done', finishReason: 'stop' };
export const toolCall = (name: string, args: object): LlmDelta => ({
  type: 'tool_call',
  call: { id: `call_${name}`, name, arguments: JSON.stringify(args) },
});
