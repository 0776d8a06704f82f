import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Clock, Log } from '@alo/core/kernel';

const ANSWER_TIMEOUT_MS = 10_000;
const HELD_BACK_MS_MAX = 1_500;
/** Real vendors wait minutes to hours between tries; nobody at a laptop would. */
const RETRIES_MS = [500, 2_000, 5_000, 15_000, 60_000, 300_000, 300_000, 300_000, 300_000];

/** What was posted can be delivered again by its id, as from a vendor's dashboard. */
const REMEMBERED_MAX = 500;

const probability = z.number().min(0).max(1);
const faultSettings = z.object({
  /** A webhook is delivered twice. */
  webhook_duplicate_probability: probability,
  /** A webhook is held back, so that later ones overtake it. */
  webhook_reorder_probability: probability,
  /** A webhook is never delivered. */
  webhook_drop_probability: probability,
  /** Every webhook is this late. */
  webhook_delay_ms: z.number().int().min(0).max(3_600_000),
  /** Nothing is delivered by itself: whoever is in control delivers by id, in any order. */
  webhook_paused: z.boolean(),
});
export type WebhookFaults = z.infer<typeof faultSettings>;

const calm: WebhookFaults = {
  webhook_duplicate_probability: 0,
  webhook_reorder_probability: 0,
  webhook_drop_probability: 0,
  webhook_delay_ms: 0,
  webhook_paused: false,
};

export interface WebhookOutbox {
  /** Delivers in the background until it is answered with a 2xx; what is posted survives a restart. */
  post(id: string, content: string): void;
  /** Delivers what an earlier process could not. */
  resume(): void;
  setFaults(faults: Partial<WebhookFaults>): void;
  /** Everything posted lately, oldest first, and whether it has arrived. */
  list(): { id: string; content: string; delivered: boolean }[];
  /** Delivers once, now, whatever happened to it before. The answer's status; 0: none came. */
  deliver(id: string): Promise<number>;
  /** Forgets one that was not delivered. */
  drop(id: string): void;
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
  const remembered = new Map(Object.entries(pending));
  let faults = calm;

  async function attempt(content: string): Promise<number> {
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
      return response.status;
    } catch (error) {
      log?.debug({ err: error }, 'webhook not delivered');
      return 0;
    }
  }

  function forget(id: string): void {
    Reflect.deleteProperty(pending, id);
    save();
  }

  /** Whether an attempt arrived; then it is not pending any more. */
  async function arrives(id: string, content: string): Promise<number> {
    const status = await attempt(content);
    if (status >= 200 && status < 300) forget(id);
    return status;
  }

  async function deliver(id: string, content: string): Promise<void> {
    if (random() < faults.webhook_reorder_probability) {
      await clock.sleep(random() * HELD_BACK_MS_MAX, closing.signal);
    }
    if (faults.webhook_delay_ms > 0) await clock.sleep(faults.webhook_delay_ms, closing.signal);
    for (const delayMs of [...RETRIES_MS, null]) {
      // Somebody in control may have delivered or dropped it, or stopped everything, meanwhile.
      if (faults.webhook_paused || !(id in pending)) return;
      const status = await arrives(id, content);
      if (status >= 200 && status < 300) return;
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

  /** A second delivery, which nothing depends on. */
  function startAgain(content: string): void {
    const work = attempt(content).then(() => void underWay.delete(work));
    underWay.add(work);
  }

  function resume(): void {
    for (const [id, content] of Object.entries(pending)) start(id, content);
  }

  return {
    post(id, content) {
      remembered.set(id, content);
      for (const oldest of remembered.keys()) {
        if (remembered.size <= REMEMBERED_MAX) break;
        remembered.delete(oldest);
      }
      if (random() < faults.webhook_drop_probability) return;
      pending[id] = content;
      save();
      if (faults.webhook_paused) return;
      start(id, content);
      if (random() < faults.webhook_duplicate_probability) startAgain(content);
    },
    resume,
    setFaults(next) {
      const wasPaused = faults.webhook_paused;
      faults = { ...faults, ...faultSettings.partial().strict().parse(next) };
      if (wasPaused && !faults.webhook_paused) resume();
    },
    list: () =>
      [...remembered].map(([id, content]) => ({ id, content, delivered: !(id in pending) })),
    async deliver(id) {
      const content = remembered.get(id);
      return content === undefined ? 404 : arrives(id, content);
    },
    drop: forget,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: () => closing.abort(),
  };
}

const orderSchema = z.object({ ids: z.array(z.string().max(300)).min(1).max(100) }).strict();

/**
 * Control from outside: `PUT /__sandbox/webhooks` sets chances, delay and pause; `GET` lists what was
 * posted; `POST …/deliver {"ids"}` delivers those, one after the other in this order, again if they
 * were; `DELETE …/<id>` drops one.
 */
export function registerWebhookControl(app: FastifyInstance, outbox: WebhookOutbox): void {
  app.put('/__sandbox/webhooks', (request, reply) => {
    const settings = faultSettings.partial().strict().safeParse(request.body);
    if (!settings.success) return reply.code(400).send({ error: settings.error.message });
    outbox.setFaults(settings.data);
    return settings.data;
  });
  app.get('/__sandbox/webhooks', () => ({
    data: outbox.list().map(({ id, content, delivered }) => ({
      id,
      delivered,
      content: JSON.parse(content) as unknown,
    })),
  }));
  app.post('/__sandbox/webhooks/deliver', async (request, reply) => {
    const order = orderSchema.safeParse(request.body);
    if (!order.success) return reply.code(400).send({ error: order.error.message });
    const data: { id: string; status: number }[] = [];
    for (const id of order.data.ids) data.push({ id, status: await outbox.deliver(id) });
    return { data };
  });
  app.delete<{ Params: { id: string } }>('/__sandbox/webhooks/:id', (request) => {
    outbox.drop(request.params.id);
    return { id: request.params.id };
  });
}
