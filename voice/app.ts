import { tmpdir } from 'node:os';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { constantTimeEqual, limits } from '@alo/core/kernel';
import { createPhraseBook } from './call/phrases.ts';
import {
  preparePhrases,
  serveCallSocket,
  type CallSocketDeps,
  type RunningCall,
} from './call-socket.ts';
import { browserCarrier } from './carriers/browser.ts';
import type { Carrier } from './carriers/carrier.ts';
import { telnyxCarrier } from './carriers/telnyx.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createJournal } from './journal.ts';
import { createMediaSocket, createSocketWatch } from './media-socket.ts';
import { createDiskSpool } from './media/spool.ts';

/** How long calls that are ended without a word may take to be settled. */
const SETTLE_MS = 10_000;
/** Last words, and settling. */
const GOODBYE_MS = 20_000;

export { tuneForCalls } from './tuning.ts';
export { loadWebRtcVad } from './media/webrtc-vad.ts';

export interface VoiceDeps extends CallSocketDeps {
  /** Where recordings wait until their calls are over; the system's place for such by default. */
  readonly spoolDir?: string;
}

/** The path carriers connect to; the call's token is appended. */
export const telnyxMediaPath = '/media/telnyx';
const browserMediaPath = '/media/browser';

export type VoiceApp = FastifyInstance & {
  /**
   * Takes no more calls, and waits until those there are have ended by themselves: for `patienceMs`,
   * then with a goodbye. From the first moment `GET /ready` and new media sockets are answered 503,
   * so that a load balancer and the carrier turn to another process.
   */
  drain(patienceMs: number): Promise<void>;
};

/**
 * The voice engine's server: `GET /media/telnyx/:token` as a WebSocket in Telnyx media-streaming
 * format, `GET /media/browser/:token` in the browser's. Closing it ends running calls and waits until
 * they have been settled.
 */
export async function createVoiceApp(deps: VoiceDeps): Promise<VoiceApp> {
  const { clock } = deps;
  const app = Fastify({ logger: false, forceCloseConnections: true });
  const running = new Set<RunningCall>();
  const serving = new Set<Promise<void>>();
  const watch = createSocketWatch(clock);
  let draining = false;
  const shared = {
    running,
    spool: await createDiskSpool(deps.spoolDir ?? tmpdir()),
    journal: createJournal(deps),
    heartbeat: createHeartbeat(deps),
    phrases: createPhraseBook(deps),
  };
  await app.register(websocket, {
    options: { maxPayload: limits.voice.socketMessageBytesMax, perMessageDeflate: false },
    // Its own way is to close every socket before anything has been said.
    preClose: (done) => done(),
  });

  const stopListening = await deps.runtime.onHangupReported((callId) => {
    for (const call of running) if (call.callId === callId) call.session.stop('caller_hangup');
  });

  const stopObeying = await deps.runtime.onOrder(({ call_id: callId, order, by }) => {
    for (const call of running) if (call.callId === callId) call.session.operate(order, by);
  });

  const stopPreparing = await deps.runtime.onDialing((agent, carrier) =>
    preparePhrases(
      shared.phrases,
      agent,
      carrier === browserCarrier.name ? browserCarrier : telnyxCarrier,
    ),
  );

  /** Whether every call is over in time. */
  async function settled(patienceMs: number): Promise<boolean> {
    // A timer left behind would hold the whole process for as long.
    const over = new AbortController();
    const patience = clock.sleep(patienceMs, over.signal).then(
      () => false,
      () => false,
    );
    const all = Promise.allSettled(serving).then(() => true);
    const result = await Promise.race([all, patience]);
    over.abort();
    return result;
  }

  app.addHook('preClose', async () => {
    draining = true;
    await stopListening();
    await stopObeying();
    await stopPreparing();
    shared.phrases.close();
    for (const { session } of running) session.stop('shutdown');
    await settled(SETTLE_MS);
    for (const client of app.websocketServer.clients) client.terminate();
  });

  app.get('/health', { logLevel: 'silent' }, () => ({ status: 'ok', running_calls: running.size }));
  app.get('/ready', { logLevel: 'silent' }, (_request, reply) =>
    draining ? refuse(reply) : { status: 'ready' },
  );

  for (const [path, carrier] of [
    [telnyxMediaPath, telnyxCarrier],
    [browserMediaPath, browserCarrier],
  ] as const) {
    app.get<{ Params: { token: string } }>(
      `${path}/:token`,
      {
        websocket: true,
        async preValidation(request, reply) {
          const { token } = request.params;
          if (!agrees(request, token)) return reply.code(401).send();
          // A call that runs here may come back, even while nothing new is taken.
          const known = [...running].find((call) => call.token === token);
          if (known) return known.line.mayReturn ? undefined : reply.code(401).send();
          if (draining) return refuse(reply);
          if (!(await deps.runtime.admits(token, carrier.name))) return reply.code(401).send();
        },
      },
      (socket, request) => serve(carrier, socket, request),
    );
  }

  function serve(
    carrier: Carrier,
    socket: Parameters<typeof createMediaSocket>[0],
    request: FastifyRequest<{ Params: { token: string } }>,
  ): void {
    const media = createMediaSocket(socket, request.raw.socket, carrier, deps.log);
    socket.once('close', watch.add(media));
    const served = serveCallSocket(media, request.params.token, deps, shared)
      .catch((error: unknown) => {
        deps.log.error({ err: error }, 'call socket failed');
        socket.close(1011);
      })
      .finally(() => serving.delete(served));
    serving.add(served);
  }

  async function drain(patienceMs: number): Promise<void> {
    draining = true;
    if (await settled(patienceMs)) return;
    for (const { session } of running) session.sayGoodbye();
    await settled(GOODBYE_MS);
  }
  return Object.assign<FastifyInstance, Pick<VoiceApp, 'drain'>>(app, { drain });
}

/** The carrier shows the token a second time; a browser cannot. */
function agrees(request: FastifyRequest, token: string): boolean {
  const presented = request.headers['x-telnyx-streaming-auth-token'];
  if (presented === undefined) return true;
  return typeof presented === 'string' && constantTimeEqual(presented, token);
}

/** Another process takes it. */
function refuse(reply: FastifyReply): FastifyReply {
  return reply.code(503).header('retry-after', '1').send();
}
