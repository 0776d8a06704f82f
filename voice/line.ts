import { limits, type Clock, type Log } from '@alo/core/kernel';
import type { CarrierEvent, Wire } from './carriers/carrier.ts';
import type { Closing, MediaSocket } from './media-socket.ts';

/** Who talks on a line. */
export interface LineUser {
  onCarrier(event: CarrierEvent): void;
  /** Nobody can be heard, and nobody hears, until `onLineBack`. */
  onLineLost(): void;
  onLineBack(): void;
  stop(reason: 'caller_hangup' | 'carrier_error'): void;
}

/**
 * A call's line: the media socket it has at the moment. One that drops leaves the call waiting for
 * another for some seconds; one that says goodbye ends it.
 */
export interface Line {
  /** Sends on the socket there is; to nobody if there is none. */
  send(wire: Wire): void;
  /** Hands everything over that came, and is to come. */
  serve(user: LineUser): void;
  /** The call is over: what becomes of the socket now is nobody's loss. */
  leave(): void;
  /** The call is on this socket from now on; the one before is dropped. */
  take(socket: MediaSocket): void;
  /** Whether another socket may take the place of the one it has: that one is gone, or silent. */
  readonly mayReturn: boolean;
  close(): void;
}

/** A line on `first`: a call that speaks while it is being set up is heard. */
export function createLine(first: MediaSocket, clock: Clock, log: Log): Line {
  let user: LineUser | null = null;
  let socket: MediaSocket | null = first;
  let lost = false;
  let closed = false;
  let cancelWait: (() => void) | undefined;

  function follow(next: MediaSocket): void {
    next.follow(
      (event) => user?.onCarrier(event),
      (closing) => {
        if (socket === next) onClosed(closing);
      },
    );
  }

  function onClosed(closing: Closing): void {
    socket = null;
    if (closed || !user) return;
    // Not every carrier says `stop` before it closes.
    if (closing === 'clean') return user.stop('caller_hangup');
    if (closing === 'refused') return user.stop('carrier_error');
    log.warn('the line dropped');
    lose(user);
  }

  function lose(of: LineUser): void {
    if (!lost) of.onLineLost();
    lost = true;
    cancelWait ??= clock.setTimer(limits.voice.reconnectMs, () => of.stop('carrier_error'));
  }

  function stopWaiting(): void {
    cancelWait?.();
    cancelWait = undefined;
  }

  return {
    send(wire) {
      socket?.send(wire);
    },
    serve(next) {
      user = next;
      follow(first);
    },
    leave() {
      user = null;
      stopWaiting();
    },
    take(next) {
      const before = socket;
      if (user && before) lose(user);
      socket = next;
      before?.follow(
        () => undefined,
        () => undefined,
      );
      before?.terminate();
      stopWaiting();
      if (lost) {
        lost = false;
        log.info('the line came back');
        user?.onLineBack();
      }
      follow(next);
    },
    get mayReturn() {
      return !closed && (socket === null || socket.quiet);
    },
    close() {
      closed = true;
      stopWaiting();
      socket?.close(1000);
    },
  };
}
