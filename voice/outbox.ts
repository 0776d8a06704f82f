import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/** What may wait for a peer that does not read: seconds of audio, more than a call can use. */
const WAITING_BYTES_MAX = 64 * 1_024;

export interface Outbox {
  /** Sends a message; drops it while the peer is too far behind. */
  send(wire: string | Uint8Array): void;
  /** The peer is so far behind that messages are dropped. */
  readonly full: boolean;
}

/**
 * Sends messages on a WebSocket over `line`. What is said in one turn of the event loop leaves in one
 * packet: each packet costs the system more than all the work on a frame of audio. To a peer that
 * does not read nothing is sent: what it would hear would be long past.
 */
export function createOutbox(
  socket: Pick<WebSocket, 'readyState' | 'OPEN' | 'send' | 'bufferedAmount'>,
  line: Pick<Duplex, 'cork' | 'uncork'>,
): Outbox {
  let corked = false;
  const uncork = () => {
    corked = false;
    line.uncork();
  };
  const isFull = () => socket.bufferedAmount > WAITING_BYTES_MAX;
  return {
    send(wire) {
      if (socket.readyState !== socket.OPEN || isFull()) return;
      if (!corked) {
        corked = true;
        line.cork();
        process.nextTick(uncork);
      }
      socket.send(wire);
    },
    get full() {
      return isFull();
    },
  };
}
