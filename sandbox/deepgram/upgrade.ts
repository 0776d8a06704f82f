import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Faults } from '../kit/index.ts';
import { authorize, Refusal, refusalAnswer, refusalOf } from './refusal.ts';

/**
 * One streaming endpoint. `open` checks the address, throwing a `Refusal`, and returns what to do with the socket
 * once it is there.
 */
export type SocketEndpoint = (url: URL, requestId: string) => (socket: WebSocket) => void;

/** The largest message taken; the vendor closes with 1009 above. */
const MESSAGE_BYTES_MAX = 2 * 1_048_576;

function refuse(stream: Duplex, refusal: Refusal, requestId: string): void {
  const { body, headers } = refusalAnswer(refusal, requestId);
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...headers,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  stream.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}\r\n${lines.join('')}\r\n${text}`,
  );
}

/** Serves WebSockets on the application's own server: key first, then the address, then the socket. */
export function serveSockets(
  app: FastifyInstance,
  faults: Faults,
  options: {
    apiKey: string | undefined;
    newRequestId: () => string;
    endpoints: Readonly<Record<string, SocketEndpoint>>;
  },
): void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX });
  const pending = new Set<Duplex>();

  async function admit(request: IncomingMessage, requestId: string) {
    await faults.delay();
    const failure = faults.failure();
    if (failure !== null) throw refusalOf(failure);
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const endpoint = options.endpoints[url.pathname];
    if (!endpoint) throw new Refusal(404, 'NOT_FOUND', 'Not Found');
    authorize(request.headers.authorization, options.apiKey);
    return endpoint(url, requestId);
  }

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const requestId = options.newRequestId();
    try {
      const serve = await admit(request, requestId);
      if (stream.destroyed) return;
      sockets.once('headers', (headers: string[]) => headers.push(`dg-request-id: ${requestId}`));
      sockets.handleUpgrade(request, stream, head, serve);
    } catch (error) {
      refuse(stream, error instanceof Refusal ? error : refusalOf(500), requestId);
    }
  }

  app.server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    pending.add(stream);
    stream.once('close', () => pending.delete(stream));
    // A client that hangs up during the handshake is no concern of the server's.
    stream.on('error', () => stream.destroy());
    void upgrade(request, stream, head);
  });

  app.addHook('preClose', () => {
    for (const socket of sockets.clients) socket.terminate();
    for (const stream of pending) stream.destroy();
  });
}
