import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** A webhook as an application receives it. */
export interface ReceivedWebhook {
  readonly rawBody: string;
  readonly headers: IncomingMessage['headers'];
  readonly event: string;
  readonly data: { id: string; occurred_at: string; payload: Record<string, unknown> };
}

/** A frame of the media socket, loosely typed: tests state what they expect of it. */
export interface ReceivedFrame {
  readonly event: string;
  readonly [key: string]: unknown;
}

/** One connection of the carrier to the application's media socket. */
export interface MediaConnection {
  readonly headers: IncomingMessage['headers'];
  readonly frames: ReceivedFrame[];
  readonly isClosed: boolean;
  send(frame: object | string): void;
  close(code?: number): void;
  /** The first frame, present or to come, that matches. */
  frame(matches: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame>;
  closed(): Promise<void>;
}

/**
 * The smallest application: takes webhooks (answering what `answer` says) and media sockets. Everything
 * is kept; what a test waits for is awaited as an event, never by sleeping.
 */
export async function startTestAgent(options: { refuseMedia?: boolean } = {}) {
  const webhooks: ReceivedWebhook[] = [];
  const connections: MediaConnection[] = [];
  const news = createNews();
  const agent = { answer: (_webhook: ReceivedWebhook): number => 200 };

  const server = createServer(async (request, response) => {
    let rawBody = '';
    for await (const chunk of request.setEncoding('utf8')) rawBody += chunk;
    const { data } = JSON.parse(rawBody);
    const webhook = { rawBody, headers: request.headers, event: data.event_type, data };
    response.writeHead(agent.answer(webhook)).end();
    webhooks.push(webhook);
    news.tell();
  });
  const sockets = new WebSocketServer({
    server,
    verifyClient: (_info, decide) => decide(options.refuseMedia !== true, 401),
  });
  sockets.on('connection', (socket, request) => {
    connections.push(connectionOf(socket, request, news));
    news.tell();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    webhooks,
    connections,
    agent,
    webhookUrl: `http://${address}/webhooks`,
    streamUrl: `ws://${address}/media`,
    webhook: (event: string, matches: (webhook: ReceivedWebhook) => boolean = () => true) =>
      news.find(() => webhooks.find((hook) => hook.event === event && matches(hook))),
    webhookCount: (count: number) =>
      news.find(() => (webhooks.length >= count ? webhooks : undefined)),
    connection: (index = 0) => news.find(() => connections[index]),
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type TestAgent = Awaited<ReturnType<typeof startTestAgent>>;

type News = ReturnType<typeof createNews>;

function createNews() {
  const waiting = new Set<() => void>();
  return {
    tell() {
      for (const look of waiting) look();
    },
    find: <T>(look: () => T | undefined) =>
      new Promise<T>((resolve) => {
        const again = () => {
          const found = look();
          if (found === undefined) return;
          waiting.delete(again);
          resolve(found);
        };
        waiting.add(again);
        again();
      }),
  };
}

function connectionOf(socket: WebSocket, request: IncomingMessage, news: News): MediaConnection {
  const frames: ReceivedFrame[] = [];
  let isClosed = false;
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)));
    news.tell();
  });
  socket.on('close', () => {
    isClosed = true;
    news.tell();
  });
  return {
    headers: request.headers,
    frames,
    get isClosed() {
      return isClosed;
    },
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    close: (code = 1000) => socket.close(code),
    frame: (matches) => news.find(() => frames.find(matches)),
    closed: () => news.find(() => (isClosed ? true : undefined)).then(() => undefined),
  };
}

/** What an application and a test ask of a running stand-in, over HTTP. */
export function telnyxClient(url: string, agent: TestAgent, apiKey = 'KEY') {
  const ask = async (method: string, path: string, body?: unknown, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(await response.text()),
    };
  };
  const dialBody = {
    connection_id: '1684641123236054244',
    to: '+573001112233',
    from: '+13055550100',
    webhook_url: agent.webhookUrl,
    stream_url: agent.streamUrl,
    stream_bidirectional_mode: 'rtp',
  };
  return {
    ask,
    dialBody,
    dial: (body: object = {}) => ask('POST', '/v2/calls', { ...dialBody, ...body }),
    /** Dials and returns the path of the call. */
    async call(body: object = {}) {
      const answer = await ask('POST', '/v2/calls', { ...dialBody, ...body });
      return `/v2/calls/${encodeURIComponent(answer.body.data.call_control_id)}`;
    },
    script: (script: object, number = '*') =>
      ask('PUT', `/__sandbox/callers/${encodeURIComponent(number)}`, script),
    calls: async () => (await ask('GET', '/__sandbox/calls')).body.data,
  };
}
