import { systemClock, type Log } from '@alo/core/kernel';
import { startSandboxServer, type SandboxOptions, type SandboxServer } from '../kit/index.ts';
import { openKeptState } from '../kit/kept-state.ts';
import {
  createWebhookOutbox,
  registerWebhookControl,
  type WebhookFaults,
} from '../kit/webhook-outbox.ts';
import { registerWompiApi } from './api.ts';
import { registerWompiCheckout } from './checkout.ts';
import { registerWompiMerchant } from './merchant.ts';
import { signEvent } from './signatures.ts';
import { emptyState, type Transaction } from './state.ts';
import { createWompiVendor } from './vendor.ts';

export interface WompiSandboxOptions extends SandboxOptions {
  readonly publicKey: string;
  /** Absent: any key that looks like one. */
  readonly privateKey?: string | undefined;
  readonly integritySecret: string;
  readonly eventsSecret: string;
  /** Where events go; asked at each attempt. */
  readonly eventsUrl: () => string;
  /** Where transactions are kept. Absent: in memory. */
  readonly dataDir?: string | undefined;
  readonly log?: Log | undefined;
}

export interface WompiSandbox extends SandboxServer {
  setWebhookFaults(faults: Partial<WebhookFaults>): void;
  /** Resolves once every event has been delivered. */
  settled(): Promise<void>;
}

/**
 * Wompi Colombia on loopback: the web checkout, transactions, merchants, signed events.
 * API base URL: `<url>/v1`; checkout base URL: `<url>/p/`.
 *
 * A program pays a checkout link with one request: **`POST <url>/p/pay?<the link's own query>`**,
 * that is the link with `/p/` → `/p/pay`. Form fields, both optional: `outcome` (`APPROVED`,
 * `DECLINED`, `PENDING`, `VOIDED`, `ERROR`) and `method` (`NEQUI`, `PSE`, `CARD`). The answer is a 303 to the
 * link's `redirect-url` with `?id=<transaction>&env=test`; the event `transaction.updated` follows.
 * `PUT /__sandbox/transactions/<id> {"status"}` moves a transaction on, and so does a merchant at
 * `/comercios`; `/__sandbox/webhooks` rules over deliveries (kit/webhook-outbox.ts).
 */
export async function startWompiSandbox(options: WompiSandboxOptions): Promise<WompiSandbox> {
  const clock = options.clock ?? systemClock;
  const kept = await openKeptState({
    vendor: 'wompi',
    fresh: emptyState(),
    dataDir: options.dataDir,
    log: options.log,
  });
  const { state, save } = kept;
  state.integritySecrets[options.publicKey] = options.integritySecret;

  const outbox = createWebhookOutbox({
    url: options.eventsUrl,
    sign: (content) =>
      signEvent(JSON.parse(content) as Transaction, options.eventsSecret, clock.now()),
    pending: state.pending,
    save,
    clock,
    // Faults are chance by design; a test passes its own seed.
    // oxlint-disable-next-line eslint/no-restricted-properties
    random: options.random ?? Math.random,
    log: options.log,
  });
  const vendor = createWompiVendor({ state, outbox, save, clock });

  const server = await startSandboxServer('wompi', options, (app) => {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, text, done) => done(null, text),
    );
    registerWebhookControl(app, outbox);
    registerWompiApi(app, vendor, {
      publicKey: options.publicKey,
      privateKey: options.privateKey,
    });
    registerWompiCheckout(app, vendor, state.integritySecrets);
    registerWompiMerchant(app, vendor, state);
  });
  save();
  outbox.resume();

  return {
    ...server,
    setWebhookFaults: (faults) => outbox.setFaults(faults),
    settled: () => outbox.settled(),
    async close() {
      outbox.close();
      await server.close();
      await kept.settled();
    },
  };
}
