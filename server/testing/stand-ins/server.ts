import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** The body as JSON; `{}` if there is none. */
  json(): Record<string, unknown>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** An object goes out as JSON. */
  readonly body?: object | string | Buffer;
  /** Instead of `body`: writes the answer by itself. */
  stream?(response: ServerResponse): void;
}

export interface StandInServer {
  readonly url: string;
  /** `METHOD /path` of every request, in order. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

async function read(request: IncomingMessage): Promise<Incoming> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? 'GET',
    path: pathname,
    query: searchParams,
    headers: request.headers,
    body,
    json: () => (body.length === 0 ? {} : (JSON.parse(body.toString()) as Record<string, unknown>)),
  };
}

function write(response: ServerResponse, answer: Answer): void {
  const { status = 200, headers = {}, body = '' } = answer;
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
  const type = isJson ? { 'content-type': 'application/json' } : {};
  response.writeHead(status, { ...type, ...headers });
  if (answer.stream) answer.stream(response);
  else response.end(isJson ? JSON.stringify(body) : body);
}

/** An HTTP server on a free port of loopback, with WebSockets where `onSocket` is given. */
export async function serve(
  answer: (request: Incoming) => Answer | Promise<Answer>,
  onSocket?: (
    url: URL,
    headers: IncomingMessage['headers'],
  ) => number | ((socket: WebSocket) => void),
): Promise<StandInServer> {
  const log: string[] = [];
  const http = createServer((request, response) => {
    void read(request)
      .then((incoming) => {
        log.push(`${incoming.method} ${incoming.path}`);
        return answer(incoming);
      })
      .catch((error: unknown) => ({ status: 500, body: { error: { message: String(error) } } }))
      .then((result) => write(response, result));
  });
  const sockets = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    log.push(`WS ${url.pathname}`);
    const accepted = onSocket?.(url, request.headers) ?? 404;
    if (typeof accepted === 'number') {
      socket.end(`HTTP/1.1 ${accepted} No\r\nConnection: close\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, accepted);
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    log,
    async close() {
      for (const client of sockets.clients) client.terminate();
      http.closeAllConnections();
      await new Promise((done) => http.close(done));
    },
  };
}
