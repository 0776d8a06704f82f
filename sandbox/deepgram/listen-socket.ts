import { createHash } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '@alo/core/kernel';
import type { Faults } from '../kit/index.ts';
import { createFluxSession } from './flux-session.ts';
import { createListenSession } from './listen-session.ts';
import { createOutbox } from './outbox.ts';
import { parseFlux, parseListen } from './query.ts';
import type { DeepgramTimings } from './timings.ts';
import { seconds } from './transcript.ts';
import type { SocketEndpoint } from './upgrade.ts';

export interface SocketDeps {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly timings: DeepgramTimings;
  readonly random: () => number;
}

/** The vendor's closing words; the code in front is what its documentation lists. */
const closings = {
  undecodable: [1008, 'DATA-0000: the payload cannot be decoded as audio or a known message'],
  idle: [1011, 'NET-0001: no audio data or text message within the timeout window'],
} as const;

export const bytesOf = (data: RawData): Buffer =>
  Array.isArray(data)
    ? Buffer.concat(data)
    : data instanceof ArrayBuffer
      ? Buffer.from(data)
      : data;

/** The `type` of a JSON message, with the message; null where it is none. */
export function controlOf(data: RawData): { type: unknown; message: object } | null {
  try {
    const message: unknown = JSON.parse(bytesOf(data).toString('utf8'));
    if (typeof message !== 'object' || message === null) return null;
    return { type: 'type' in message ? message.type : undefined, message };
  } catch {
    // Not JSON: the caller closes the socket, as the vendor does.
    return null;
  }
}

export const modelInfo = (model: string) => ({
  name: `general-${model}`,
  version: '2026-11-01.0',
  arch: model,
});

/** Closes when neither audio nor KeepAlive came in time; before the first audio, KeepAlive does not count. */
function createIdleWatch(clock: Clock, idleMs: number, close: () => void) {
  let heard = false;
  let cancel = clock.setTimer(idleMs, close);
  const restart = () => {
    cancel();
    cancel = clock.setTimer(idleMs, close);
  };
  return {
    audio() {
      heard = true;
      restart();
    },
    keepAlive() {
      if (heard) restart();
    },
    stop: () => cancel(),
  };
}

/** What streaming recognition does with its socket, whatever the recogniser. */
function serveRecognition(
  socket: WebSocket,
  deps: SocketDeps,
  handle: {
    audio(bytes: Buffer): readonly object[];
    /** Messages for a control message; null where it is unknown. */
    control(type: unknown, message: unknown): readonly object[] | null;
    /** What is still to be said once the client is done. */
    end(): readonly object[];
  },
): { send(messages: readonly object[]): void } {
  const drops = deps.faults.disconnects();
  const outbox = createOutbox<object | 'close'>(deps.clock, (item) => {
    if (item === 'close') return socket.close(1000);
    socket.send(JSON.stringify(item));
    if (drops) socket.terminate();
  });
  const idle = createIdleWatch(deps.clock, deps.timings.idleMs, () => {
    outbox.drain();
    socket.close(...closings.idle);
  });
  const send = (messages: readonly object[]) => {
    const afterMs = deps.timings.resultMs + deps.faults.settings.latency_ms;
    for (const message of messages) outbox.put(message, afterMs);
  };
  let ended = false;
  const end = () => {
    ended = true;
    idle.stop();
    send(handle.end());
    outbox.put('close', 0);
  };
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    idle.stop();
    outbox.clear();
  });
  socket.on('message', (data, isBinary) => {
    if (ended) return;
    if (isBinary) {
      const bytes = bytesOf(data);
      // The vendor takes an empty frame for the end of the audio.
      if (bytes.length === 0) return end();
      idle.audio();
      return send(handle.audio(bytes));
    }
    const control = controlOf(data);
    if (control?.type === 'CloseStream') return end();
    if (control?.type === 'KeepAlive') return idle.keepAlive();
    const answers = control && handle.control(control.type, control.message);
    if (answers) return send(answers);
    outbox.drain();
    socket.close(...closings.undecodable);
  });
  return { send };
}

/** `/v1/listen`: Nova. */
export function listenEndpoint(deps: SocketDeps): SocketEndpoint {
  return (url, requestId) => {
    const query = parseListen(url);
    return (socket) => {
      const digest = createHash('sha256');
      const session = createListenSession(query, deps.timings, {
        request_id: requestId,
        model_info: modelInfo(query.model),
        model_uuid: requestId,
      });
      serveRecognition(socket, deps, {
        audio(bytes) {
          digest.update(bytes);
          return session.push(bytes);
        },
        control: (type) => (type === 'Finalize' ? session.finalize(true) : null),
        end: () => [
          ...session.finalize(false),
          {
            type: 'Metadata',
            transaction_key: 'deprecated',
            request_id: requestId,
            sha256: digest.digest('hex'),
            created: deps.clock.now().toISOString(),
            duration: seconds(session.heardMs),
            channels: 1,
          },
        ],
      });
    };
  };
}

/** `/v2/listen`: Flux. */
export function fluxEndpoint(deps: SocketDeps): SocketEndpoint {
  return (url, requestId) => {
    const query = parseFlux(url);
    return (socket) => {
      const session = createFluxSession(query, requestId);
      const { send } = serveRecognition(socket, deps, {
        audio: (bytes) => session.push(bytes),
        control(type, message) {
          if (type === 'Configure') return [session.configure(message)];
          if (type === 'ForceEndTurn') return session.forceEndTurn();
          send([session.error('UNPARSABLE_CLIENT_MESSAGE', 'The message could not be parsed.')]);
          return null;
        },
        end: () => [],
      });
      send([session.connected()]);
    };
  };
}
