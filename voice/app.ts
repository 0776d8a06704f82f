import websocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import { constantTimeEqual, limits } from '@alo/core/kernel';
import { createPhraseBook } from './call/phrases.ts';
import {
  preparePhrases,
  serveCallSocket,
  type CallSocketDeps,
  type RunningCall,
} from './call-socket.ts';
import { telnyxCarrier } from './carriers/telnyx.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createJournal } from './journal.ts';

/** How long running calls may take to say goodbye when the process stops. */
const DRAIN_MS = 10_000;

export type VoiceDeps = CallSocketDeps;

/** The path carriers connect to; the call's token is appended. */
export const telnyxMediaPath = '/media/telnyx';

/**
 * The voice engine's server: `GET /media/telnyx/:token` as a WebSocket in Telnyx media-streaming
 * format. Closing it ends running calls and waits until they have been settled.
 */
export async function createVoiceApp(deps: VoiceDeps): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, forceCloseConnections: true });
  const running = new Set<RunningCall>();
  const serving = new Set<Promise<void>>();
  const shared = {
    running,
    journal: createJournal(deps),
    heartbeat: createHeartbeat(deps),
    phrases: createPhraseBook(deps),
  };
  await app.register(websocket, {
    options: { maxPayload: limits.voice.socketMessageBytesMax, perMessageDeflate: false },
  });

  const stopListening = await deps.runtime.onHangupReported((callId) => {
    for (const call of running) if (call.callId === callId) call.session.stop('caller_hangup');
  });

  const stopPreparing = await deps.runtime.onDialing((agent) =>
    preparePhrases(shared.phrases, agent, telnyxCarrier),
  );

  app.addHook('preClose', async () => {
    await stopListening();
    await stopPreparing();
    shared.phrases.close();
    for (const { session } of running) session.stop('shutdown');
    // A timer left behind would hold the whole process for as long.
    const drained = new AbortController();
    const patience = deps.clock.sleep(DRAIN_MS, drained.signal).catch(() => undefined);
    await Promise.race([Promise.allSettled(serving), patience]);
    drained.abort();
  });

  app.get('/health', { logLevel: 'silent' }, () => ({ status: 'ok', running_calls: running.size }));

  app.get<{ Params: { token: string } }>(
    `${telnyxMediaPath}/:token`,
    {
      websocket: true,
      async preValidation(request, reply) {
        const { token } = request.params;
        const presented = request.headers['x-telnyx-streaming-auth-token'];
        const agrees =
          presented === undefined ||
          (typeof presented === 'string' && constantTimeEqual(presented, token));
        if (!agrees || !(await deps.runtime.admits(token))) return reply.code(401).send();
      },
    },
    (socket, request) => {
      const { token } = request.params;
      const connection = { socket, line: request.raw.socket, carrier: telnyxCarrier };
      const served = serveCallSocket(connection, token, deps, shared)
        .catch((error: unknown) => {
          deps.log.error({ err: error }, 'call socket failed');
          socket.close(1011);
        })
        .finally(() => serving.delete(served));
      serving.add(served);
    },
  );
  return app;
}
