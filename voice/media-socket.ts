import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { limits, type Log } from '@alo/core/kernel';
import {
  CarrierDecodeError,
  type Carrier,
  type CarrierEvent,
  type Wire,
} from './carriers/carrier.ts';
import { createOutbox } from './outbox.ts';

/** A peer that keeps sending what is not its own format is no carrier. */
const BAD_FRAMES_MAX = 50;
/** Events that may come before anybody follows: 2 s. */
const EARLY_EVENTS_MAX = 100;
/** Of one second. A line is 50 messages; what a stall of some seconds held up comes all at once. */
const MESSAGES_MAX = 2_000;
const BYTES_MAX = 2 * 1_048_576;
/** Looks, a second apart: a quiet peer is asked for a sign of life, and given up without one. */
const PING_AFTER = 3;
const DEAD_AFTER = 8;
/** A peer that has not taken what it was sent for so long is gone. */
const STALLED_AFTER = 5;
/** A line that has a second's frames each second was heard of in the last look but one. */
const QUIET_AFTER = 2;
/** Closed on purpose: normally, because the page was left, or with a close frame that names no code. */
const CLEAN_CLOSES: readonly number[] = [1000, 1001, 1005];

/** `dropped`: nobody meant it, and the peer may come back. `refused`: by us, for how it behaved. */
export type Closing = 'clean' | 'dropped' | 'refused';

type Started = Extract<CarrierEvent, { type: 'started' }>;

/** One WebSocket of a carrier: its messages decoded, its manners watched. */
export interface MediaSocket {
  readonly carrier: Carrier;
  send(wire: Wire): void;
  /** Runs with the first `start`, or with null if the socket closes before. */
  onStart(onStart: (event: Started | null) => void): void;
  /** Hands over everything that came since it opened, and everything to come. Again: to somebody else. */
  follow(onEvent: (event: CarrierEvent) => void, onClosed: (closing: Closing) => void): void;
  /** Nothing has been heard of the peer for a second or more. */
  readonly quiet: boolean;
  /** Once a second. */
  look(): void;
  /** Ends it with a word. */
  close(code: number, reason?: string): void;
  /** Drops it: another one has taken its place. */
  terminate(): void;
}

export function createMediaSocket(
  socket: WebSocket,
  line: Duplex,
  carrier: Carrier,
  log: Log,
): MediaSocket {
  const outbox = createOutbox(socket, line);
  let messages = 0;
  let bytes = 0;
  let silentLooks = 0;
  let stalledLooks = 0;
  let badFrames = 0;
  let refused = false;
  let closing: Closing | null = null;
  let early: CarrierEvent[] = [];
  let onEvent = (event: CarrierEvent) => {
    if (early.length < EARLY_EVENTS_MAX) early.push(event);
  };
  let onClosed: (closing: Closing) => void = () => undefined;
  let onStart: (event: Started | null) => void = () => undefined;
  let begun: Started | null = null;

  function deliver(event: CarrierEvent): void {
    if (event.type !== 'started') return onEvent(event);
    // A second `start` of the same socket is a repetition, not a second call.
    if (begun) return;
    begun = event;
    onStart(event);
  }

  function refuse(code: number, why: string): void {
    if (refused) return;
    refused = true;
    log.warn({ carrier: carrier.name, why }, 'media socket refused');
    socket.close(code, why);
  }

  function take(data: RawData, isBinary: boolean): void {
    if (refused) return;
    messages += 1;
    bytes += (data as Buffer).length;
    silentLooks = 0;
    if (messages > MESSAGES_MAX || bytes > BYTES_MAX) return refuse(1008, 'too much');
    try {
      const event = carrier.decode(isBinary ? (data as Buffer) : String(data));
      if (event) deliver(event);
    } catch (error) {
      if (!(error instanceof CarrierDecodeError)) throw error;
      badFrames += 1;
      // The first of them tells what is wrong; a flood of them is no reason to flood the log.
      if (badFrames === 1) log.warn({ err: error, carrier: carrier.name }, 'frame refused');
      if (badFrames > BAD_FRAMES_MAX) refuse(1003, 'malformed frames');
    }
  }

  socket.on('message', take);
  socket.on('pong', () => void (silentLooks = 0));
  socket.on('error', (error) => log.warn({ err: error }, 'media socket error'));
  socket.on('close', (code: number) => {
    const clean = CLEAN_CLOSES.includes(code);
    closing = refused ? 'refused' : clean ? 'clean' : 'dropped';
    if (!begun) onStart(null);
    onClosed(closing);
  });

  return {
    carrier,
    send: outbox.send,
    onStart(next) {
      onStart = next;
      if (begun) next(begun);
      else if (closing !== null) next(null);
    },
    follow(nextEvent, nextClosed) {
      onEvent = nextEvent;
      onClosed = nextClosed;
      const waiting = early;
      early = [];
      for (const event of waiting) onEvent(event);
      if (closing !== null) onClosed(closing);
    },
    get quiet() {
      return silentLooks >= QUIET_AFTER;
    },
    look() {
      messages = 0;
      bytes = 0;
      silentLooks += 1;
      stalledLooks = outbox.full ? stalledLooks + 1 : 0;
      const gone = silentLooks >= DEAD_AFTER || stalledLooks >= STALLED_AFTER;
      if (gone) socket.terminate();
      else if (silentLooks >= PING_AFTER) socket.ping();
    },
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
  };
}

/** Looks after all media sockets of a process, once a second. */
export interface SocketWatch {
  /** The returned function ends it. */
  add(socket: MediaSocket): () => void;
}

export function createSocketWatch(clock: {
  setTimer(ms: number, fn: () => void): () => void;
}): SocketWatch {
  const sockets = new Set<MediaSocket>();
  let cancel: (() => void) | undefined;
  const next = () => {
    cancel = clock.setTimer(limits.voice.lookMs, () => {
      for (const socket of sockets) socket.look();
      next();
    });
  };
  return {
    add(socket) {
      sockets.add(socket);
      if (!cancel) next();
      return () => {
        sockets.delete(socket);
        if (sockets.size > 0) return;
        cancel?.();
        cancel = undefined;
      };
    },
  };
}
