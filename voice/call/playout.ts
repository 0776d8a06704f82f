import { limits, type Clock } from '@alo/core/kernel';
import type { AudioFormat } from '@alo/core/ports';
import type { Spoken } from '../speech-text/heard.ts';
import { createUtterance, type Segment, type Utterance } from './utterance.ts';

const FRAME_MS = limits.voice.frameMs;
/** How far ahead of real time frames leave: what a carrier can still forget when the agent is to fall silent. */
const LEAD_MS = 300;
/** A fifth of the timers and packets, and ten frames in hand: no stop of the process may be heard. */
const TICK_MS = 5 * FRAME_MS;
/** How long after the last frame should have been played we still wait for the carrier's mark. */
const MARK_GRACE_MS = 1_000;

export interface PlayoutDeps {
  readonly clock: Clock;
  readonly format: AudioFormat;
  /** How a written text is said: its words are heard at that pace. */
  readonly spoken: Spoken;
  /** Sends 20 ms of audio to the carrier. `atMs`: when it will be heard, on the clock's own scale. */
  sendFrame(payload: Uint8Array, atMs: number): void;
  sendMark(name: string): void;
  /** Tells the carrier to forget what it has not played. */
  sendClear(): void;
  /** Audio of the utterance leaves, after none did. */
  onSounding(generation: number): void;
  /** None is left, and more is to come. */
  onDrained(generation: number): void;
  /** The first frame of the utterance's own words has left: fillers don't count. */
  onAudible(generation: number): void;
  /** A stretch of text has begun to be heard. */
  onSegment(generation: number, text: string, filler: boolean): void;
  /** An utterance has been heard to its end. */
  onFinished(generation: number, heard: string): void;
}

/**
 * The playout ledger: paces frames to the carrier and knows at any moment what has really been
 * heard. One utterance at a time, named by its generation; audio of any other is dropped.
 */
export interface Playout {
  /** Starts an utterance. A held one is gathered and not heard until it is released. */
  begin(generation: number, options?: { held: boolean }): void;
  release(generation: number): void;
  /** Adds audio of the segment at hand. Any size. */
  append(generation: number, text: string, audio: Uint8Array, filler?: boolean): void;
  /** The segment's audio is complete. */
  endSegment(generation: number): void;
  /** A filler, heard before what follows and not part of the utterance's text. */
  interject(generation: number, text: string, audio: Uint8Array): void;
  /** No further segment will come. */
  complete(generation: number): void;
  /** Falls silent now; what has not been heard is kept. Returns when, if anything was on its way. */
  pause(): number | null;
  /** The line is gone: silence, as a pause that no `resume` ends. Returns when, if anything was on its way. */
  suspend(): number | null;
  /** The line is back. */
  restore(): void;
  /** No more audio will come. What is incomplete is forgotten. */
  abandon(generation: number): void;
  /** Goes on with the first word that has not been heard. */
  resume(generation: number): void;
  /** Falls silent and forgets the rest. Returns what had been heard, or null if no audio had left. */
  interrupt(): { readonly heard: string; readonly cutAtMs: number } | null;
  /** The words that have been heard of the utterance at hand. */
  readonly heard: string;
  /** What is still to be heard of a complete utterance; Infinity of one that is not, 0 without any. */
  readonly leftMs: number;
  onMark(name: string): void;
  close(): void;
}

interface SentFrame {
  readonly segment: Segment;
  readonly bytes: number;
  readonly atMs: number;
}

export function createPlayout(deps: PlayoutDeps): Playout {
  const { clock } = deps;
  let utterance: Utterance | null = null;
  let held = false;
  let paused = false;
  let suspended = false;
  let sounding = false;
  let audible = false;
  let started = false;
  /** The mark that ends the utterance, once it is on its way. */
  let mark: string | null = null;
  let marks = 0;
  /** Frames on their way that have not been heard yet: at most the lead. */
  let ahead: SentFrame[] = [];
  /** When the next frame would be heard. */
  let cursorMs = 0;
  let cancelTick: (() => void) | undefined;
  let cancelDrain: (() => void) | undefined;
  let cancelFinish: (() => void) | undefined;

  function tick(): void {
    cancelTick = undefined;
    cancelDrain?.();
    cancelDrain = undefined;
    if (!utterance || held || paused || suspended) return;
    const of = utterance;
    const nowMs = clock.monotonicMs();
    forgetHeard(nowMs);
    cursorMs = Math.max(cursorMs, nowMs);
    while (cursorMs < nowMs + LEAD_MS && utterance === of && !paused) {
      const segment = of.next();
      if (!segment) break;
      send(of, segment);
    }
    if (utterance !== of || paused) return;
    if (of.next()) cancelTick = clock.setTimer(TICK_MS, tick);
    else if (of.complete) markEnd(of);
    else if (sounding) cancelDrain ??= clock.setTimer(cursorMs - nowMs, drained);
  }

  /** What had been sent has been heard, and nothing has come since. */
  function drained(): void {
    cancelDrain = undefined;
    if (!utterance || !sounding || utterance.next() || utterance.complete) return;
    sounding = false;
    deps.onDrained(utterance.generation);
  }

  function send(of: Utterance, segment: Segment): void {
    const first = segment.sentBytes === 0;
    const before = segment.sentBytes;
    deps.sendFrame(of.take(segment), cursorMs);
    ahead.push({ segment, bytes: segment.sentBytes - before, atMs: cursorMs });
    cursorMs += FRAME_MS;
    started = true;
    if (!sounding) {
      sounding = true;
      deps.onSounding(of.generation);
    }
    if (!audible && !segment.filler) {
      audible = true;
      deps.onAudible(of.generation);
    }
    if (first) deps.onSegment(of.generation, segment.text, segment.filler);
  }

  function forgetHeard(nowMs: number): void {
    let heard = 0;
    while ((ahead[heard]?.atMs ?? Infinity) + FRAME_MS <= nowMs) heard += 1;
    if (heard > 0) ahead = ahead.slice(heard);
  }

  function unheardFrames(): SentFrame[] {
    const nowMs = clock.monotonicMs();
    return ahead.filter((frame) => frame.atMs >= nowMs);
  }

  function markEnd(of: Utterance): void {
    if (mark !== null) return;
    sounding = false;
    if (!started) return finish(of.generation);
    // After a pause, the mark of before may still come back.
    mark = `utterance-${of.generation}${marks > 0 ? `-${marks}` : ''}`;
    marks += 1;
    deps.sendMark(mark);
    const waitMs = Math.max(0, cursorMs - clock.monotonicMs()) + MARK_GRACE_MS;
    cancelFinish = clock.setTimer(waitMs, () => finish(of.generation));
  }

  function finish(generation: number): void {
    if (utterance?.generation !== generation) return;
    const heard = utterance.heardText();
    reset();
    deps.onFinished(generation, heard);
  }

  function stopTimers(): void {
    cancelTick?.();
    cancelTick = undefined;
    cancelDrain?.();
    cancelDrain = undefined;
    cancelFinish?.();
    cancelFinish = undefined;
  }

  function reset(): void {
    stopTimers();
    ahead = [];
    utterance = null;
    held = paused = sounding = audible = started = false;
    mark = null;
    marks = 0;
  }

  /** Silence, and the frames that nobody heard are still to be sent. */
  function pause(): number | null {
    if (!utterance || paused) return null;
    const cutAtMs = takeBack();
    paused = true;
    if (cutAtMs !== null) deps.sendClear();
    return cutAtMs;
  }

  /** Nothing more leaves, and what nobody heard is to be sent again. Returns when, if anything was on its way. */
  function takeBack(): number | null {
    stopTimers();
    const nowMs = clock.monotonicMs();
    const onItsWay = started && (ahead.at(-1)?.atMs ?? -Infinity) + FRAME_MS > nowMs;
    for (const { segment, bytes } of unheardFrames()) segment.sentBytes -= bytes;
    ahead = [];
    cursorMs = nowMs;
    sounding = false;
    mark = null;
    return onItsWay ? nowMs : null;
  }

  const isAtHand = (generation: number) => utterance?.generation === generation;
  const wake = () => {
    if (cancelTick === undefined) tick();
  };

  return {
    begin(generation, options) {
      reset();
      utterance = createUtterance(generation, deps.format, deps.spoken);
      held = options?.held ?? false;
    },
    release(generation) {
      if (!isAtHand(generation)) return;
      held = false;
      wake();
    },
    append(generation, text, audio, filler = false) {
      if (!utterance || !isAtHand(generation)) return;
      utterance.append(text, audio, filler);
      // The first frame leaves at once; the rest at the line's pace.
      wake();
    },
    endSegment(generation) {
      if (!utterance || !isAtHand(generation)) return;
      utterance.endSegment();
      wake();
    },
    interject(generation, text, audio) {
      if (!utterance || !isAtHand(generation)) return;
      utterance.interject(text, audio);
      wake();
    },
    complete(generation) {
      if (!utterance || !isAtHand(generation)) return;
      utterance.complete = true;
      wake();
    },
    pause,
    suspend() {
      suspended = true;
      return utterance && !paused ? takeBack() : null;
    },
    restore() {
      suspended = false;
      wake();
    },
    abandon(generation) {
      if (utterance && isAtHand(generation)) utterance.abandon();
    },
    resume(generation) {
      if (!isAtHand(generation) || !paused) return;
      paused = false;
      wake();
    },
    interrupt() {
      const stopped = utterance;
      if (!stopped) return null;
      const wasStarted = started;
      pause();
      const heard = stopped.heardText();
      reset();
      return wasStarted ? { heard, cutAtMs: clock.monotonicMs() } : null;
    },
    get heard() {
      if (!utterance) return '';
      const unheard = unheardFrames();
      for (const { segment, bytes } of unheard) segment.sentBytes -= bytes;
      const words = utterance.heardText();
      for (const { segment, bytes } of unheard) segment.sentBytes += bytes;
      return words;
    },
    get leftMs() {
      if (!utterance) return 0;
      return utterance.complete
        ? utterance.unsentMs + Math.max(0, cursorMs - clock.monotonicMs())
        : Infinity;
    },
    onMark(name) {
      if (utterance && name === mark) finish(utterance.generation);
    },
    close: reset,
  };
}
