import { systemClock, type Log } from '@alo/core/kernel';
import { startSandboxServer, type SandboxOptions, type SandboxServer } from '../kit/index.ts';
import { openKeptState } from '../kit/kept-state.ts';
import {
  createWebhookOutbox,
  registerWebhookControl,
  type WebhookFaults,
} from '../kit/webhook-outbox.ts';
import { registerStripeApi } from './api.ts';
import { StripeError } from './errors.ts';
import { signatureHeader } from './events.ts';
import { registerStripePages } from './pages.ts';
import { emptyState } from './state.ts';
import { createStripeVendor } from './vendor.ts';

export interface StripeSandboxOptions extends SandboxOptions {
  /** Absent: any key that looks like one. */
  readonly secretKey?: string | undefined;
  /** The `whsec_…` that events are signed with. */
  readonly webhookSecret: string;
  /** Where events go; asked at each attempt. */
  readonly webhookUrl: () => string;
  /** Where customers, sessions and subscriptions are kept. Absent: in memory. */
  readonly dataDir?: string | undefined;
  readonly log?: Log | undefined;
}

export interface StripeSandbox extends SandboxServer {
  setWebhookFaults(faults: Partial<WebhookFaults>): void;
  /** Resolves once every event has been delivered. */
  settled(): Promise<void>;
}

/**
 * Stripe on loopback: customers, Checkout in subscription mode, subscriptions and their renewals,
 * invoices, refunds, billing portal, signed webhooks. The official SDK works against it with host, port and protocol changed.
 *
 * A program pays a session with one request: **`POST <session.url>/pay`** (no body needed; form
 * field `outcome=declined` has the card refused, `tax_id` is a NIT). The answer is a 303 to `success_url` with
 * `{CHECKOUT_SESSION_ID}` filled in; `checkout.session.completed`, `customer.subscription.created`
 * and `invoice.paid` follow. `POST <session.url>/cancel` goes to `cancel_url`.
 * `/__sandbox/webhooks` rules over deliveries (kit/webhook-outbox.ts), portal.ts over time.
 */
export async function startStripeSandbox(options: StripeSandboxOptions): Promise<StripeSandbox> {
  const clock = options.clock ?? systemClock;
  const kept = await openKeptState({
    vendor: 'stripe',
    fresh: emptyState(),
    dataDir: options.dataDir,
    log: options.log,
  });
  const { state, save } = kept;

  const outbox = createWebhookOutbox({
    url: options.webhookUrl,
    sign: (body) => ({
      body,
      headers: {
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'stripe-signature': signatureHeader(body, options.webhookSecret, vendor.nowS()),
      },
    }),
    pending: state.pending,
    save,
    clock,
    // Faults are chance by design; a test passes its own seed.
    // oxlint-disable-next-line eslint/no-restricted-properties
    random: options.random ?? Math.random,
    log: options.log,
  });
  const vendor = createStripeVendor({ state, outbox, save, clock });

  const server = await startSandboxServer('stripe', options, (app) => {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, text, done) => done(null, text),
    );
    app.setErrorHandler((error, request, reply) => {
      if (error instanceof StripeError) return reply.code(error.status).send(error.body);
      const malformed = error instanceof RangeError;
      options.log?.error({ err: error, url: request.url }, 'the stripe sandbox failed');
      return reply.code(malformed ? 400 : 500).send({
        error: { type: malformed ? 'invalid_request_error' : 'api_error', message: String(error) },
      });
    });
    app.setNotFoundHandler((request, reply) => {
      const message = `Unrecognized request URL (${request.method}: ${request.url.split('?')[0]}).`;
      return reply.code(404).send({ error: { type: 'invalid_request_error', message } });
    });
    registerWebhookControl(app, outbox);
    registerStripeApi(app, vendor, options.secretKey);
    registerStripePages(app, vendor);
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
