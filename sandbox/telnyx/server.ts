import type { FastifyError, FastifyInstance } from 'fastify';
import { ZodError } from 'zod';
import { systemClock, type Log } from '@alo/core/kernel';
import {
  startSandboxServer,
  type Faults,
  type SandboxOptions,
  type SandboxServer,
} from '../kit/index.ts';
import { startCall } from './call.ts';
import { createCallerBook } from './callers.ts';
import { createCallRegistry } from './calls.ts';
import { registerControl } from './control.ts';
import { TelnyxSandboxError, errorBody, type TelnyxErrorCode } from './errors.ts';
import { registerRest } from './rest.ts';
import { createTelnyxFaults } from './vendor-faults.ts';
import { createVoices } from './voices.ts';
import { createWebhookSender } from './webhook-sender.ts';
import { createSigningKeys } from './webhook.ts';

export interface TelnyxSandboxOptions extends SandboxOptions {
  /** The one key that is let in; absent: any. */
  readonly apiKey?: string | undefined;
  /** 32 bytes from which the signing keys grow; absent: fresh keys. */
  readonly signingSeed?: Uint8Array | undefined;
  /** How long it rings before somebody answers. Default 600 ms. */
  readonly ringMs?: number | undefined;
  /** The codec of the calls, and so of what the application receives. Default PCMU. */
  readonly codec?: 'PCMU' | 'PCMA' | undefined;
  readonly rates?:
    | {
        /** Default 30, counted over 5 s. */
        readonly dialsPerSecond?: number;
        /** Calls at once; the network refuses more. Default 10. */
        readonly callsMax?: number;
        /** Millionths of a US dollar. Default 15 000 ($ 0.015). */
        readonly usdMicrosPerMinute?: number;
      }
    | undefined;
  readonly log?: Log | undefined;
}

export interface TelnyxSandbox extends SandboxServer {
  /** Verifies the webhooks: base64 of 32 raw bytes, as in the vendor's portal. */
  readonly publicKey: string;
}

/**
 * Telnyx Call Control v2 with somebody at the other end of the line: REST under `/v2`, signed
 * webhooks, media streaming as a WebSocket client, and a caller who speaks, listens and hangs up.
 */
export async function startTelnyxSandbox(
  options: TelnyxSandboxOptions = {},
): Promise<TelnyxSandbox> {
  const keys = createSigningKeys(options.signingSeed);
  const server = await startSandboxServer('telnyx', options, (app, faults) =>
    register(app, faults, keys, options),
  );
  return { ...server, publicKey: keys.publicKey };
}

async function register(
  app: FastifyInstance,
  kitFaults: Faults,
  keys: ReturnType<typeof createSigningKeys>,
  options: TelnyxSandboxOptions,
) {
  // What goes wrong is chance by design; a test passes its own seed.
  // oxlint-disable-next-line eslint/no-restricted-properties
  const { clock = systemClock, random = Math.random, rates = {}, log } = options;
  const faults = createTelnyxFaults(random);
  const calls = createCallRegistry(clock);
  const callers = createCallerBook(options.codec ?? 'PCMU');
  const webhooks = createWebhookSender({ keys, clock, random, faults, log });
  const callDeps = {
    clock,
    random,
    webhooks,
    log,
    faults: kitFaults,
    telnyxFaults: faults,
    voiceOf: createVoices(clock),
    ringMs: options.ringMs ?? 600,
    usdMicrosPerMinute: rates.usdMicrosPerMinute ?? 15_000,
  };

  answerErrorsAsTelnyx(app);
  registerControl(app, { callers, calls, faults });
  await app.register(
    async (v2) =>
      registerRest(v2, {
        clock,
        calls,
        faults,
        apiKey: options.apiKey,
        dialsPerSecond: rates.dialsPerSecond ?? 30,
        callsMax: rates.callsMax ?? 10,
        place: (order, refusedBy) => startCall(callDeps, order, callers.find(order.to), refusedBy),
      }),
    { prefix: '/v2' },
  );
  app.addHook('onClose', async () => {
    webhooks.close();
    for (const call of calls.all()) call.abandon();
  });
}

/** By HTTP status, for what never reached a route of ours. */
const codeOfStatus: Record<number, TelnyxErrorCode> = {
  404: '10005',
  408: '10015',
  415: '10014',
  429: '10011',
};

function answerErrorsAsTelnyx(app: FastifyInstance) {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof TelnyxSandboxError) {
      return reply.code(error.status).send(errorBody(error.items));
    }
    if (error instanceof ZodError) {
      return reply.code(400).send({ error: { message: error.message, issues: error.issues } });
    }
    const status = error.statusCode ?? 500;
    const isJson = error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError;
    const code = isJson ? '10023' : (codeOfStatus[status] ?? (status < 500 ? '10015' : '10007'));
    return reply.code(status).send(errorBody([{ code, detail: error.message }]));
  });
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send(errorBody([{ code: '10005', detail: 'The requested URL could not be found.' }])),
  );
  // The kit's faults know no vendor: their body is put into this one's words.
  app.addHook('preSerialization', async (request, reply, payload) => {
    const isFault = reply.statusCode >= 400 && isKitFault(payload);
    if (!isFault || request.url.startsWith('/__sandbox')) return payload;
    const code = codeOfStatus[reply.statusCode] ?? (reply.statusCode < 500 ? '10015' : '10007');
    return errorBody([{ code, detail: 'A fault that was asked for.' }]);
  });
}

const isKitFault = (payload: unknown) =>
  typeof payload === 'object' && payload !== null && 'error' in payload;
