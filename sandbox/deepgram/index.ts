import { randomUUID } from 'node:crypto';
import { systemClock } from '@alo/core/kernel';
import { startSandboxServer, type SandboxOptions, type SandboxServer } from '../kit/index.ts';
import { fluxEndpoint, listenEndpoint } from './listen-socket.ts';
import { registerRest } from './rest.ts';
import { speakEndpoint } from './speak-socket.ts';
import { defaultTimings, type DeepgramTimings } from './timings.ts';
import { serveSockets } from './upgrade.ts';

export type { DeepgramTimings } from './timings.ts';

export interface DeepgramSandboxOptions extends SandboxOptions {
  /** The only key that is let in. Without it any key is, but never none. */
  readonly apiKey?: string | undefined;
  readonly timings?: Partial<DeepgramTimings> | undefined;
}

/**
 * Deepgram on loopback: `/v1/listen` (Nova) and `/v2/listen` (Flux) hear what sandbox voices say in the audio they
 * are sent, `/v1/speak` (Aura-2) speaks Spanish with a made-up voice per model name; `POST /v1/listen` and
 * `POST /v1/speak` do the same without a stream. Messages, limits, refusals and close codes are the vendor's.
 */
export function startDeepgramSandbox(options: DeepgramSandboxOptions = {}): Promise<SandboxServer> {
  return startSandboxServer('deepgram', options, (app, faults) => {
    const clock = options.clock ?? systemClock;
    const timings = { ...defaultTimings, ...options.timings };
    // Uneven pieces of audio are chance by design; a test passes its own seed.
    // oxlint-disable-next-line eslint/no-restricted-properties
    const deps = { clock, faults, timings, random: options.random ?? Math.random };
    const shared = { apiKey: options.apiKey, newRequestId: randomUUID };
    registerRest(app, { clock, ...shared });
    serveSockets(app, faults, {
      ...shared,
      endpoints: {
        '/v1/listen': listenEndpoint(deps),
        '/v2/listen': fluxEndpoint(deps),
        '/v1/speak': speakEndpoint(deps),
      },
    });
  });
}
