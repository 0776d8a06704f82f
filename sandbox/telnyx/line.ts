import type { Clock } from '@alo/core/kernel';
import {
  callerTiming,
  createCaller,
  stepCaller,
  type CallerEvent,
  type CallerLine,
} from './caller.ts';
import { isAudible } from './codec.ts';

/** A stretch of sound, in ms since the call was answered. */
export interface SpeechSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LineDeps {
  readonly clock: Clock;
  readonly lines: readonly CallerLine[];
  /** What a text sounds like: 8 kHz PCM. */
  readonly voiceOf: (text: string) => Int16Array;
  /** The next 20 ms from the agent, or null. */
  readonly play: () => Int16Array | null;
  /** The 20 ms of the caller that were spoken while `agent` was played. */
  readonly capture: (caller: Int16Array, agent: Int16Array | null, atMs: number) => void;
  readonly hangUp: (reason: 'finished' | 'silence') => void;
}

/** An answered telephone: both directions advance together, 20 ms at a time, until stopped. */
export interface Line {
  stop(): void;
  readonly agentSpans: readonly SpeechSpan[];
  readonly callerSpans: readonly (SpeechSpan & { readonly text: string })[];
}

const FRAME_MS = callerTiming.frame;
const FRAME_SAMPLES = 160;
/** Pauses shorter than this are inside one stretch of speech. */
const SPAN_GAP_MS = 300;

export function startLine(deps: LineDeps): Line {
  const agentSpans: SpeechSpan[] = [];
  const callerSpans: (SpeechSpan & { text: string })[] = [];
  let caller = createCaller(deps.lines);
  let words = new Int16Array(0);
  let spoken = 0;

  function tell(event: CallerEvent) {
    const { state, effects } = stepCaller(caller, event);
    caller = state;
    for (const effect of effects) {
      if (effect.type === 'hang_up') return deps.hangUp(effect.reason);
      words = Int16Array.from(deps.voiceOf(effect.text));
      spoken = 0;
      callerSpans.push({ text: effect.text, fromMs: event.atMs, toMs: event.atMs });
    }
  }

  function speak(atMs: number): Int16Array {
    const frame = new Int16Array(FRAME_SAMPLES);
    frame.set(words.subarray(spoken, spoken + FRAME_SAMPLES));
    if (caller.phase !== 'speaking') return frame;
    spoken += FRAME_SAMPLES;
    const last = callerSpans.at(-1);
    if (last && isAudible(frame)) {
      callerSpans[callerSpans.length - 1] = { ...last, toMs: atMs + FRAME_MS };
    }
    if (spoken >= words.length) {
      words = new Int16Array(0);
      tell({ type: 'said', atMs: atMs + FRAME_MS });
    }
    return frame;
  }

  function frame(atMs: number) {
    const agent = deps.play();
    const audible = agent !== null && isAudible(agent);
    if (audible) extend(agentSpans, atMs);
    tell({ type: 'heard', atMs, audible });
    deps.capture(speak(atMs), agent, atMs);
  }

  tell({ type: 'answered', atMs: 0 });
  const stop = pace(deps.clock, FRAME_MS, (index) => frame(index * FRAME_MS));
  return { stop, agentSpans, callerSpans };
}

function extend(spans: SpeechSpan[], atMs: number) {
  const last = spans.at(-1);
  if (last && atMs - last.toMs <= SPAN_GAP_MS) {
    spans[spans.length - 1] = { fromMs: last.fromMs, toMs: atMs + FRAME_MS };
  } else spans.push({ fromMs: atMs, toMs: atMs + FRAME_MS });
}

/**
 * Calls `tick` once per `everyMs` from now on, without drift: a late timer is followed by as many
 * ticks as are due, as a network delivers in a burst what it held up. Returns what stops it.
 */
export function pace(clock: Clock, everyMs: number, tick: (index: number) => void): () => void {
  const startedAtMs = clock.monotonicMs();
  const dueMs = (index: number) => startedAtMs + index * everyMs - clock.monotonicMs();
  const stopping = new AbortController();
  let next = 0;
  let cancel: () => void = () => {};
  const run = () => {
    while (!stopping.signal.aborted && dueMs(next) <= 0) tick(next++);
    if (!stopping.signal.aborted) cancel = clock.setTimer(Math.max(0, dueMs(next)), run);
  };
  run();
  return () => {
    stopping.abort();
    cancel();
  };
}
