import { randomUUID } from 'node:crypto';
import type { Clock, Log } from '@alo/core/kernel';
import type { TelnyxFaults } from './vendor-faults.ts';
import {
  createSigningKeys,
  signWebhook,
  webhookBody,
  type SigningKeys,
  type WebhookEvent,
} from './webhook.ts';

export interface WebhookTarget {
  readonly url: string;
  /** Delays between attempts by event type; without one, `defaultRetriesMs`. */
  readonly retriesMs: Readonly<Record<string, readonly number[]>>;
}

export interface WebhookSender {
  /** Starts the delivery and returns: a call never waits for a webhook. */
  send(target: WebhookTarget, event: WebhookEvent): void;
  /** Gives up on what is under way. */
  close(): void;
}

const defaultRetriesMs = [500, 2_000, 5_000, 15_000, 30_000];
const ANSWER_TIMEOUT_MS = 10_000;
const HELD_BACK_MS_MAX = 1_500;
const STALE_MS = 600_000;

interface SenderDeps {
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly random: () => number;
  readonly faults: TelnyxFaults;
  readonly log: Log | undefined;
}

/** Delivers signed events, again on anything but a 2xx. Each attempt is signed anew. */
export function createWebhookSender(deps: SenderDeps): WebhookSender {
  const { keys, clock, random, faults, log } = deps;
  const closing = new AbortController();

  async function attempt(url: string, body: string, signedAt = clock.now(), signer = keys) {
    const timeout = new AbortController();
    const cancel = clock.setTimer(ANSWER_TIMEOUT_MS, () => timeout.abort());
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'telnyx-webhooks',
          ...signWebhook(signer, body, signedAt),
        },
        body,
        signal: AbortSignal.any([closing.signal, timeout.signal]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch (error) {
      log?.debug({ err: error, url }, 'webhook not delivered');
      return false;
    } finally {
      cancel();
    }
  }

  async function deliver(target: WebhookTarget, event: WebhookEvent) {
    const delays = target.retriesMs[event.eventType] ?? defaultRetriesMs;
    if (faults.happens('webhook_reorder_probability')) {
      await clock.sleep(random() * HELD_BACK_MS_MAX, closing.signal);
    }
    for (let number = 1; ; number++) {
      if (await attempt(target.url, webhookBody(event, number, target.url))) return;
      const delayMs = delays[number - 1];
      if (delayMs === undefined || closing.signal.aborted) break;
      await clock.sleep(delayMs, closing.signal);
    }
    log?.warn({ event: event.eventType, url: target.url }, 'webhook given up');
  }

  /** What an attacker or a replay would send; the receiver must refuse it. */
  async function deceive(target: WebhookTarget, event: WebhookEvent) {
    const body = webhookBody({ ...event, id: randomUUID() }, 1, target.url);
    if (faults.happens('webhook_forged_probability')) {
      await attempt(target.url, body, clock.now(), createSigningKeys());
    }
    if (faults.happens('webhook_stale_probability')) {
      await attempt(target.url, body, new Date(clock.now().getTime() - STALE_MS));
    }
  }

  /** Closing ends waits by rejecting them; nothing else in here throws. */
  const inBackground = (work: Promise<void>) =>
    void work.catch((error: unknown) => {
      if (!closing.signal.aborted) log?.error({ err: error }, 'webhook delivery broke');
    });

  return {
    send(target, event) {
      if (closing.signal.aborted) return;
      inBackground(deliver(target, event));
      if (faults.happens('webhook_duplicate_probability')) inBackground(deliver(target, event));
      inBackground(deceive(target, event));
    },
    close: () => closing.abort(),
  };
}
