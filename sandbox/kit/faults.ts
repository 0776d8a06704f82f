import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Clock } from '@alo/core/kernel';

const faultSettings = z.object({
  /** Added before every answer (and, where the stand-in streams, before its first byte). */
  latency_ms: z.number().int().min(0).max(60_000),
  /** The share of requests answered with `failure_status`. */
  failure_probability: z.number().min(0).max(1),
  failure_status: z.number().int().min(400).max(599),
  /** The share of streams that drop in the middle. */
  disconnect_probability: z.number().min(0).max(1),
});
export type FaultSettings = z.infer<typeof faultSettings>;

const calm: FaultSettings = {
  latency_ms: 0,
  failure_probability: 0,
  failure_status: 503,
  disconnect_probability: 0,
};

export interface Faults {
  readonly settings: Readonly<FaultSettings>;
  set(settings: Partial<FaultSettings>): void;
  /** Waits the extra latency. */
  delay(): Promise<void>;
  /** Whether this request shall fail, and how. */
  failure(): number | null;
  /** Whether this stream shall drop. */
  disconnects(): boolean;
}

export function createFaults(clock: Clock, random: () => number): Faults {
  let settings = { ...calm };
  return {
    get settings() {
      return settings;
    },
    set(next) {
      settings = { ...settings, ...faultSettings.partial().parse(next) };
    },
    delay: async () => {
      if (settings.latency_ms > 0) await clock.sleep(settings.latency_ms);
    },
    failure: () => (random() < settings.failure_probability ? settings.failure_status : null),
    disconnects: () => random() < settings.disconnect_probability,
  };
}

/**
 * `GET /__sandbox` says who answers; `PUT /__sandbox/faults` sets latency, failures and
 * disconnects from outside. The hook applies the first two to every other HTTP route.
 */
export function registerFaultControl(app: FastifyInstance, name: string, faults: Faults): void {
  app.get('/__sandbox', () => ({ sandbox: name, faults: faults.settings }));
  app.put('/__sandbox/faults', (request) => {
    faults.set(faultSettings.partial().parse(request.body));
    return faults.settings;
  });
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/__sandbox')) return;
    await faults.delay();
    const status = faults.failure();
    if (status !== null) await reply.code(status).send({ error: { message: 'sandbox fault' } });
  });
}
