import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Clock, Log } from '@alo/core/kernel';

const ANSWER_TIMEOUT_MS = 10_000;
const HELD_BACK_MS_MAX = 1_500;
/** Real vendors wait minutes to hours between tries; nobody at a laptop would. */
const RETRIES_MS = [500, 2_000, 5_000, 15_000, 60_000, 300_000, 300_000, 300_000, 300_000];

const probability = z.number().min(0).max(1);
const faultSettings = z.object({
  /** A webhook is delivered twice. */
  webhook_duplicate_probability: probability,
  /** A webhook is held back, so that later ones overtake it. */
  webhook_reorder_probability: probability,
});
export type WebhookFaults = z.infer<typeof faultSettings>;

export interface WebhookOutbox {
  /** Delivers in the background until it is answered with a 2xx; what is posted survives a restart. */
  post(id: string, content: string): void;
  /** Delivers what an earlier process could not. */
  resume(): void;
  setFaults(faults: Partial<WebhookFaults>): void;
  /** Resolves once nothing is being delivered. */
  settled(): Promise<void>;
  /** Stops delivering; what was not delivered is kept. */
  close(): void;
}

export interface WebhookOutboxOptions {
  /** Where the receiver is, asked at each attempt: it may start later than the stand-in. */
  readonly url: () => string;
  /** Signs one attempt: keys and time are those of the attempt, which may be after a restart. */
  readonly sign: (content: string) => { body: string; headers: Record<string, string> };
  /** Contents of undelivered webhooks by id: part of the vendor's state. */
  readonly pending: Record<string, string>;
  /** Keeps the vendor's state. */
  readonly save: () => void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log?: Log | undefined;
}

/** The webhooks of a payment vendor: at least once, in no particular order. */
export function createWebhookOutbox(options: WebhookOutboxOptions): WebhookOutbox {
  const { clock, random, pending, save, log } = options;
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  let faults: WebhookFaults = { webhook_duplicate_probability: 0, webhook_reorder_probability: 0 };

  async function attempt(content: string): Promise<boolean> {
    const { body, headers } = options.sign(content);
    try {
      const response = await fetch(options.url(), {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch (error) {
      log?.debug({ err: error }, 'webhook not delivered');
      return false;
    }
  }

  async function deliver(id: string, content: string): Promise<void> {
    if (random() < faults.webhook_reorder_probability) {
      await clock.sleep(random() * HELD_BACK_MS_MAX, closing.signal);
    }
    for (const delayMs of [...RETRIES_MS, null]) {
      if (await attempt(content)) {
        Reflect.deleteProperty(pending, id);
        save();
        return;
      }
      if (delayMs === null || closing.signal.aborted) return;
      await clock.sleep(delayMs, closing.signal);
    }
  }

  function start(id: string, content: string): void {
    if (closing.signal.aborted) return;
    const work = deliver(id, content)
      // Closing ends waits by rejecting them; nothing else in there throws.
      .catch(() => undefined)
      .finally(() => underWay.delete(work));
    underWay.add(work);
  }

  return {
    post(id, content) {
      pending[id] = content;
      save();
      start(id, content);
      if (random() < faults.webhook_duplicate_probability) start(id, content);
    },
    resume() {
      for (const [id, content] of Object.entries(pending)) start(id, content);
    },
    setFaults(next) {
      faults = { ...faults, ...faultSettings.partial().strict().parse(next) };
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: () => closing.abort(),
  };
}

/** `PUT /__sandbox/webhooks` sets the probabilities from outside. */
export function registerWebhookControl(app: FastifyInstance, outbox: WebhookOutbox): void {
  app.put('/__sandbox/webhooks', (request, reply) => {
    const settings = faultSettings.partial().strict().safeParse(request.body);
    if (!settings.success) return reply.code(400).send({ error: settings.error.message });
    outbox.setFaults(settings.data);
    return settings.data;
  });
}
