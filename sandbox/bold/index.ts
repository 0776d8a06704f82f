import { createHmac } from 'node:crypto';
import { systemClock, type Log } from '@alo/core/kernel';
import { startSandboxServer, type SandboxOptions, type SandboxServer } from '../kit/index.ts';
import { openKeptState } from '../kit/kept-state.ts';
import {
  createWebhookOutbox,
  registerWebhookControl,
  type WebhookFaults,
} from '../kit/webhook-outbox.ts';
import { registerBoldApi } from './api.ts';
import { registerBoldPages } from './pages.ts';
import { emptyState } from './state.ts';
import { createBoldVendor } from './vendor.ts';

export interface BoldSandboxOptions extends SandboxOptions {
  /** The "llave de identidad". Absent: any. */
  readonly apiKey?: string | undefined;
  /** The "llave secreta" that webhooks are signed with; empty, as in Bold's own test mode. */
  readonly secretKey: string;
  /** Where webhooks go; asked at each attempt. */
  readonly webhookUrl: () => string;
  /** Where links and payments are kept. Absent: in memory. */
  readonly dataDir?: string | undefined;
  readonly log?: Log | undefined;
}

export interface BoldSandbox extends SandboxServer {
  setWebhookFaults(faults: Partial<WebhookFaults>): void;
  /** Resolves once every webhook has been delivered. */
  settled(): Promise<void>;
}

/**
 * Bold on loopback: payment links and their pages, signed webhooks, the fallback list of
 * notifications. Unlike Bold's test mode it sends its webhooks.
 *
 * A program pays a link with one request: **`POST <link>/pay`**. Form fields, both optional:
 * `outcome` (`APPROVED`, `REJECTED`, `PENDING`) and `method` (`NEQUI`, `PSE`, `CARD_WEB`). The answer
 * is a 303 to the link's `callback_url`; the webhook follows. What comes later is decided at
 * `/ventas`, or by `POST /__sandbox/payments/<id>/{approve,reject,void}`; `/__sandbox/webhooks` rules
 * over deliveries (kit/webhook-outbox.ts).
 */
export async function startBoldSandbox(options: BoldSandboxOptions): Promise<BoldSandbox> {
  const clock = options.clock ?? systemClock;
  const kept = await openKeptState({
    vendor: 'bold',
    fresh: emptyState(),
    dataDir: options.dataDir,
    log: options.log,
  });
  const { state, save } = kept;

  const outbox = createWebhookOutbox({
    url: options.webhookUrl,
    sign(body) {
      // Written apart from the adapter's: each checks the other.
      const message = Buffer.from(body, 'utf8').toString('base64');
      const signature = createHmac('sha256', options.secretKey).update(message).digest('hex');
      return { body, headers: { 'x-bold-signature': signature } };
    },
    pending: state.pending,
    save,
    clock,
    // Faults are chance by design; a test passes its own seed.
    // oxlint-disable-next-line eslint/no-restricted-properties
    random: options.random ?? Math.random,
    log: options.log,
  });
  const vendor = createBoldVendor({ state, outbox, save, clock });

  const server = await startSandboxServer('bold', options, (app) => {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, text, done) => done(null, text),
    );
    registerWebhookControl(app, outbox);
    registerBoldApi(app, vendor, options.apiKey);
    registerBoldPages(app, vendor);
  });
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
