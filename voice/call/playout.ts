import { limits, type Clock } from '@alo/core/kernel';

const FRAME_MS = 20;
const FRAME_BYTES = 160;
/** G.711 µ-law silence. */
const SILENCE = 0xff;
/** How far ahead of real time frames leave: enough for a late timer, little enough to fall silent at once. */
const LEAD_MS = 160;
/** How long after the last frame should have been played we still wait for the carrier's mark. */
const MARK_GRACE_MS = 1_000;
/** Speech rate to guess the length of text whose audio has not all arrived. */
const MS_PER_CHAR = 68;

export interface PlayoutDeps {
  readonly clock: Clock;
  /** Sends 20 ms of audio to the carrier. `atMs`: when it will be heard, on the clock's own scale. */
  sendFrame(payload: Uint8Array, atMs: number): void;
  sendMark(name: string): void;
  /** Tells the carrier to forget what it has not played. */
  sendClear(): void;
  /** The first frame of an utterance has left. */
  onAudible(generation: number): void;
  /** A stretch of text has begun to be heard. */
  onSegment(generation: number, text: string): void;
  /** An utterance has been heard to its end. */
  onFinished(generation: number, heard: string): void;
}

/**
 * The playout ledger: paces frames to the carrier and knows at any moment what has really been
 * heard. One utterance at a time, named by its generation; audio of any other is dropped.
 */
export interface Playout {
  begin(generation: number): void;
  /** Adds audio of the segment at hand. Any size. */
  append(generation: number, text: string, audio: Uint8Array): void;
  /** The segment's audio is complete. */
  endSegment(generation: number): void;
  /** No further segment will come. */
  complete(generation: number): void;
  /** Falls silent now. Returns what had been heard, or null if no audio had left. */
  interrupt(): { readonly heard: string; readonly cutAtMs: number } | null;
  onMark(name: string): void;
  close(): void;
}

interface Segment {
  readonly text: string;
  framesQueued: number;
  framesSent: number;
  ended: boolean;
}

interface Utterance {
  readonly generation: number;
  readonly segments: Segment[];
  audible: boolean;
  complete: boolean;
  marked: boolean;
}

export function createPlayout(deps: PlayoutDeps): Playout {
  const { clock } = deps;
  let utterance: Utterance | null = null;
  let queue: { payload: Uint8Array; segment: Segment }[] = [];
  let remainder = new Uint8Array(0);
  /** Frames on their way that have not been heard yet. */
  let ahead: { segment: Segment; atMs: number }[] = [];
  /** When the next frame would be heard. */
  let cursorMs = 0;
  let cancelTick: (() => void) | undefined;
  let cancelFinish: (() => void) | undefined;

  const openSegment = (of: Utterance, text: string): Segment => {
    const last = of.segments.at(-1);
    if (last && !last.ended) return last;
    const segment: Segment = { text, framesQueued: 0, framesSent: 0, ended: false };
    of.segments.push(segment);
    return segment;
  };

  const enqueue = (segment: Segment, payload: Uint8Array) => {
    // A minute of speech nobody has heard yet is a voice gone wild: the rest of it is dropped.
    if (queue.length >= limits.call.playoutFramesMax) return;
    queue.push({ payload, segment });
    segment.framesQueued += 1;
  };

  const tick = () => {
    cancelTick = undefined;
    const nowMs = clock.monotonicMs();
    ahead = ahead.filter((frame) => frame.atMs + FRAME_MS > nowMs);
    cursorMs = Math.max(cursorMs, nowMs);
    let sent = 0;
    while (sent < queue.length && cursorMs < nowMs + LEAD_MS) {
      const frame = queue[sent];
      if (!frame || !utterance) break;
      sent += 1;
      sendOne(utterance, frame.segment, frame.payload);
    }
    if (sent > 0) queue = queue.slice(sent);
    if (queue.length > 0) schedule();
    else maybeFinish();
  };

  const sendOne = (of: Utterance, segment: Segment, payload: Uint8Array) => {
    deps.sendFrame(payload, cursorMs);
    ahead.push({ segment, atMs: cursorMs });
    cursorMs += FRAME_MS;
    segment.framesSent += 1;
    if (!of.audible) {
      of.audible = true;
      deps.onAudible(of.generation);
    }
    if (segment.framesSent === 1) deps.onSegment(of.generation, segment.text);
  };

  const schedule = () => {
    cancelTick ??= clock.setTimer(FRAME_MS, tick);
  };

  const maybeFinish = () => {
    if (!utterance?.complete || queue.length > 0 || utterance.marked) return;
    utterance.marked = true;
    const { generation } = utterance;
    if (!utterance.audible) return finish(generation);
    deps.sendMark(markName(generation));
    const waitMs = Math.max(0, cursorMs - clock.monotonicMs()) + MARK_GRACE_MS;
    cancelFinish = clock.setTimer(waitMs, () => finish(generation));
  };

  const finish = (generation: number) => {
    cancelFinish?.();
    cancelFinish = undefined;
    if (utterance?.generation !== generation) return;
    const heard = utterance.segments.map((segment) => segment.text).join(' ');
    utterance = null;
    deps.onFinished(generation, heard);
  };

  const reset = () => {
    cancelTick?.();
    cancelTick = undefined;
    cancelFinish?.();
    cancelFinish = undefined;
    queue = [];
    remainder = new Uint8Array(0);
    ahead = [];
    utterance = null;
  };

  return {
    begin(generation) {
      reset();
      utterance = { generation, segments: [], audible: false, complete: false, marked: false };
    },
    append(generation, text, audio) {
      if (utterance?.generation !== generation) return;
      const segment = openSegment(utterance, text);
      const bytes = remainder.length === 0 ? audio : Buffer.concat([remainder, audio]);
      let offset = 0;
      for (; offset + FRAME_BYTES <= bytes.length; offset += FRAME_BYTES) {
        enqueue(segment, bytes.subarray(offset, offset + FRAME_BYTES));
      }
      remainder = bytes.slice(offset);
      // The first frame leaves at once; the rest at the line's pace.
      if (cancelTick === undefined) tick();
    },
    endSegment(generation) {
      const segment = utterance?.generation === generation ? utterance.segments.at(-1) : undefined;
      if (!segment || segment.ended) return;
      if (remainder.length > 0) {
        const padded = new Uint8Array(FRAME_BYTES).fill(SILENCE);
        padded.set(remainder);
        remainder = new Uint8Array(0);
        enqueue(segment, padded);
        schedule();
      }
      segment.ended = true;
    },
    complete(generation) {
      if (utterance?.generation !== generation) return;
      utterance.complete = true;
      if (cancelTick === undefined) tick();
    },
    interrupt() {
      const stopped = utterance;
      const unheard = ahead;
      if (!stopped) return null;
      const cutAtMs = clock.monotonicMs();
      reset();
      cursorMs = cutAtMs;
      if (!stopped.audible) return null;
      deps.sendClear();
      return { heard: heardText(stopped.segments, unheard, cutAtMs), cutAtMs };
    },
    onMark(name) {
      if (utterance?.marked && name === markName(utterance.generation))
        finish(utterance.generation);
    },
    close: reset,
  };
}

function markName(generation: number): string {
  return `utterance-${generation}`;
}

/** The words of the segments that were really played, cut in proportion within the last one. */
function heardText(
  segments: readonly Segment[],
  ahead: readonly { segment: Segment; atMs: number }[],
  nowMs: number,
): string {
  const heard: string[] = [];
  for (const segment of segments) {
    const unheard = ahead.filter(
      (frame) => frame.segment === segment && frame.atMs >= nowMs,
    ).length;
    const played = segment.framesSent - unheard;
    const guessed = Math.ceil((segment.text.length * MS_PER_CHAR) / FRAME_MS);
    const total = segment.ended ? segment.framesQueued : Math.max(segment.framesQueued, guessed);
    if (played >= total) {
      heard.push(segment.text);
      continue;
    }
    const words = segment.text.split(/\s+/);
    heard.push(words.slice(0, Math.floor((words.length * played) / Math.max(1, total))).join(' '));
    break;
  }
  return heard.join(' ').trim();
}
