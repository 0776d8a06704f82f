import type { VirtualClock } from '@alo/core/kernel';
import type { CarrierEvent } from '../carriers/carrier.ts';
import type { Sounds } from './providers.ts';
import type { World } from './providers.ts';

const FRAME_MS = 20;
const FRAME_BYTES = 160;
const LATENCY_MS = 60;

interface Message {
  readonly event: 'media' | 'mark' | 'clear';
  readonly media?: { readonly payload: string };
  readonly mark?: { readonly name: string };
}

/** What the line saw of a frame or a command of ours. */
export interface LineEvent {
  readonly atMs: number;
  readonly event: 'media' | 'clear';
  readonly mark: number;
}

/**
 * The carrier and the telephone behind it: plays what it is sent in its own time, forgets the rest on
 * `clear` and gives marks back as Telnyx does, late by the way there and back.
 */
export function createLine(
  { random, faults }: World,
  clock: VirtualClock,
  sounds: Sounds,
  toSession: (event: CarrierEvent) => void,
) {
  const queue: ({ type: 'frame'; mark: number } | { type: 'mark'; name: string })[] = [];
  const log: LineEvent[] = [];
  /** Milliseconds of each sound that were heard in the room. */
  const heardMs = new Map<number, number>();
  /** What sounded in the room, and when, frame by frame. */
  const sounded: { readonly atMs: number; readonly mark: number }[] = [];
  const inFlight = new Set<() => void>();
  let longestQueueMs = 0;
  let away = false;
  let sequence = 0;

  const later = (ms: number, work: () => void) => {
    const cancel = clock.setTimer(ms, () => {
      inFlight.delete(cancel);
      work();
    });
    inFlight.add(cancel);
  };
  const giveBack = (name: string) => {
    if (random.chance(faults.markLost)) return;
    later(LATENCY_MS, () => toSession({ type: 'mark', name }));
  };

  return {
    log,
    get away() {
      return away;
    },
    /** The socket goes, with all that was on it; another one comes after `ms`, and counts anew. */
    drop(ms: number, onBack: () => void): void {
      away = true;
      queue.length = 0;
      later(ms, () => {
        away = false;
        sequence = 0;
        onBack();
      });
    },
    heardMs,
    sounded,
    get longestQueueMs() {
      return longestQueueMs;
    },
    /** What our side sends. */
    receive(raw: string): void {
      if (away) return;
      const message = JSON.parse(raw) as Message;
      const atMs = clock.monotonicMs();
      if (message.event === 'clear') {
        log.push({ atMs, event: 'clear', mark: 0 });
        for (const item of queue.splice(0)) if (item.type === 'mark') giveBack(item.name);
        return;
      }
      if (message.event === 'mark') {
        queue.push({ type: 'mark', name: message.mark?.name ?? '' });
        return;
      }
      const audio = Buffer.from(message.media?.payload ?? '', 'base64');
      for (let at = 0; at < audio.length; at += FRAME_BYTES) {
        const mark = audio[at] ?? 0;
        log.push({ atMs, event: 'media', mark });
        queue.push({ type: 'frame', mark });
      }
      longestQueueMs = Math.max(longestQueueMs, queue.length * FRAME_MS);
    },
    /** 20 ms pass in the room: the next frame is heard, and one of the caller's is sent. */
    tick(callerFrame: Uint8Array): void {
      if (away) return;
      while (queue[0]?.type === 'mark') giveBack((queue.shift() as { name: string }).name);
      const next = queue.shift();
      if (next?.type === 'frame' && sounds.made.has(next.mark)) {
        heardMs.set(next.mark, (heardMs.get(next.mark) ?? 0) + FRAME_MS);
        sounded.push({ atMs: clock.monotonicMs(), mark: next.mark });
      }
      sequence += 1;
      const event: CarrierEvent = { type: 'media', sequence, payload: callerFrame };
      if (random.chance(faults.frameLost)) return;
      if (random.chance(faults.frameLate)) later(random.between(20, 90), () => toSession(event));
      else toSession(event);
      if (random.chance(faults.frameTwice)) toSession(event);
    },
    close(): void {
      for (const cancel of inFlight) cancel();
      inFlight.clear();
    },
  };
}
