import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as the fake API saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly body?: unknown;
  /** Server-sent events, each a JSON object with its `type`. */
  readonly events?: readonly { readonly type: string }[];
  readonly bytes?: Uint8Array;
}

export type FakeRoute = (request: SeenRequest) => FakeAnswer | Promise<FakeAnswer>;
/** `GET /v1/me` → what it answers. A segment `*` matches any. */
export type FakeRoutes = Readonly<Record<string, FakeRoute>>;

export interface FakeApi {
  readonly url: string;
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

export function problem(
  status: number,
  code: string,
  detail: string,
  extra: object = {},
): FakeAnswer {
  return {
    status,
    body: {
      type: `urn:alo:error:${code}`,
      title: detail,
      status,
      detail,
      code,
      request_id: 'req_1',
      ...extra,
    },
  };
}

/** A small HTTP server that speaks the API's wire format as far as its routes go. */
export async function startFakeApi(routes: FakeRoutes): Promise<FakeApi> {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const one = await read(request);
    seen.push(one);
    const route = find(routes, one);
    write(response, route ? await route(one) : problem(404, 'not_found', 'No existe'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? '/', 'http://fake');
  const isJson = request.headers['content-type']?.includes('json') && text !== '';
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: request.headers,
    body: isJson ? (JSON.parse(text) as unknown) : text,
  };
}

function find(routes: FakeRoutes, { method, path }: SeenRequest): FakeRoute | undefined {
  const exact = routes[`${method} ${path}`];
  if (exact) return exact;
  const segments = path.split('/');
  return Object.entries(routes).find(([key]) => {
    const [wanted, pattern = ''] = key.split(' ');
    const parts = pattern.split('/');
    return (
      wanted === method &&
      parts.length === segments.length &&
      parts.every((part, index) => part === '*' || part === segments[index])
    );
  })?.[1];
}

function write(response: ServerResponse, { status = 200, body, events, bytes }: FakeAnswer): void {
  if (events) {
    response.writeHead(status, { 'content-type': 'text/event-stream; charset=utf-8' });
    const frames = events.map(
      (event, id) => `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`,
    );
    response.end(`: open\n\n${frames.join('')}`);
    return;
  }
  if (bytes) {
    response.writeHead(status, { 'content-type': 'audio/wav' }).end(bytes);
    return;
  }
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  response
    .writeHead(status, { 'content-type': type })
    .end(body === undefined ? '' : JSON.stringify(body));
}
