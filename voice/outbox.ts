import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';

/**
 * Sends messages on a WebSocket over `line`. What is said in one turn of the event loop leaves in one
 * packet: each packet costs the system more than all the work on a frame of audio.
 */
export function createOutbox(
  socket: Pick<WebSocket, 'readyState' | 'OPEN' | 'send'>,
  line: Pick<Duplex, 'cork' | 'uncork'>,
): (raw: string) => void {
  let corked = false;
  const uncork = () => {
    corked = false;
    line.uncork();
  };
  return (raw) => {
    if (socket.readyState !== socket.OPEN) return;
    if (!corked) {
      corked = true;
      line.cork();
      process.nextTick(uncork);
    }
    socket.send(raw);
  };
}
