import { readMessage, type LineMessage, type LineOrder } from './wire.ts';

/** The platform keeps a call whose line dropped for five seconds. */
const patienceMs = 5_000;
const retryMs = 250;
/** How long the platform may take to say goodbye. */
const goodbyeMs = 3_000;
/** What a line in trouble may have waiting: sound that comes later than that is no help. */
const waitingBytesMax = 32_000;
/** Ended by the platform because the call is over; or because it is not ours, or badly spoken. */
const closeOver: readonly number[] = [1000, 1001];
const closeRefused: readonly number[] = [1003, 1008];

export interface LineUser {
  onMessage(message: LineMessage): void;
  /** Nobody hears, and nobody is heard, until `onBack`. */
  onLost(): void;
  onBack(): void;
}

/** `over`: the call is. `lost`: the line dropped and did not come back. `refused`: it is not ours. */
export type LineEnd = 'over' | 'lost' | 'refused';

/** The media line of a talk: a WebSocket, and another in its place where it drops. */
export interface Line {
  /** What is written waits for the line to come back; of the rest nobody asks any more then. */
  send(order: LineOrder): void;
  sendAudio(pcm: Uint8Array<ArrayBuffer>): void;
  /** Ends the call. */
  hangUp(): void;
  readonly ended: Promise<LineEnd>;
}

export function openLine(url: string, user: LineUser): Line {
  const { promise: ended, resolve } = Promise.withResolvers<LineEnd>();
  let socket: WebSocket | null = null;
  let wasOpen = false;
  let hangingUp = false;
  let isOver = false;
  let giveUp: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let unsent: LineOrder[] = [];

  const sendNow = (order: LineOrder) => socket?.send(JSON.stringify(order));

  function end(how: LineEnd): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(giveUp);
    clearTimeout(retry);
    socket?.close();
    resolve(how);
  }

  function connect(): void {
    const opening = new WebSocket(url);
    opening.binaryType = 'arraybuffer';
    opening.addEventListener('open', () => {
      if (isOver) return opening.close();
      socket = opening;
      clearTimeout(giveUp);
      giveUp = undefined;
      for (const order of [{ type: 'hello' } as const, ...unsent]) sendNow(order);
      unsent = [];
      if (wasOpen) user.onBack();
      wasOpen = true;
      if (hangingUp) sayBye();
    });
    opening.addEventListener('message', ({ data }) => {
      const message = isOver ? null : readMessage(data);
      if (message) user.onMessage(message);
    });
    opening.addEventListener('close', ({ code }) => onClosed(code, opening === socket));
    // What went wrong is in the close that follows.
    opening.addEventListener('error', () => undefined);
  }

  function onClosed(code: number, hadOpened: boolean): void {
    socket = null;
    if (isOver) return;
    if (closeOver.includes(code) || (hangingUp && hadOpened)) return end('over');
    if (closeRefused.includes(code)) return end('refused');
    if (hadOpened) user.onLost();
    giveUp ??= setTimeout(() => end('lost'), patienceMs);
    retry = setTimeout(connect, retryMs);
  }

  function sayBye(): void {
    sendNow({ type: 'bye' });
    giveUp ??= setTimeout(() => end('over'), goodbyeMs);
  }

  giveUp = setTimeout(() => end('lost'), patienceMs);
  connect();
  return {
    send(order) {
      if (socket) sendNow(order);
      else if (order.type === 'text') unsent.push(order);
    },
    sendAudio(pcm) {
      if (socket && socket.bufferedAmount < waitingBytesMax) socket.send(pcm);
    },
    hangUp() {
      if (hangingUp) return;
      hangingUp = true;
      sayBye();
    },
    ended,
  };
}
