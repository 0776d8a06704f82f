import { createHmac, randomUUID } from 'node:crypto';
import { serve, type Answer, type Incoming, type StandInServer } from './server.ts';

export interface StripeStandIn extends StandInServer {
  /** Tells where to post events; until then they wait. */
  deliverTo(url: string): void;
  readonly deliveries: readonly { readonly event: string; readonly status: number }[];
}

interface Options {
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly priceId: string;
  /** Whether subscriptions carry the metadata of their checkout; only the session names the payer else. */
  readonly copiesMetadata?: boolean;
}

const refuse = (status: number, code: string, message: string, param?: string): Answer => ({
  status,
  headers: { 'request-id': `req_${randomUUID()}` },
  body: { error: { type: 'invalid_request_error', code, message, ...(param ? { param } : {}) } },
});

/** Checkout sessions that pay for themselves at once. */
export async function startStripeStandIn(options: Options): Promise<StripeStandIn> {
  const target = Promise.withResolvers<string>();
  const deliveries: { event: string; status: number }[] = [];
  const subscriptions = new Map<string, object>();
  const replays = new Map<string, object>();

  const post = async (id: string, type: string, object: object, created: number) => {
    const body = JSON.stringify({
      id,
      object: 'event',
      api_version: '2026-10-28.endive',
      created,
      type,
      livemode: false,
      pending_webhooks: 1,
      request: { id: null, idempotency_key: null },
      data: { object },
    });
    const t = Math.floor(Date.now() / 1_000);
    const v1 = createHmac('sha256', options.webhookSecret).update(`${t}.${body}`).digest('hex');
    const answer = await fetch(await target.promise, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': `t=${t},v1=${v1},v0=ff`,
      },
      body,
    }).catch(() => ({ status: 0 }));
    deliveries.push({ event: type, status: answer.status });
  };

  const pay = async (session: Record<string, unknown>, metadata: object) => {
    const now = Math.floor(Date.now() / 1_000);
    const id = `sub_${randomUUID()}`;
    const customer = `cus_${randomUUID()}`;
    const subscription = {
      id,
      object: 'subscription',
      customer,
      status: 'active',
      metadata,
      cancel_at_period_end: false,
      cancel_at: null,
      items: {
        object: 'list',
        data: [{ id: `si_${id}`, current_period_start: now, current_period_end: now + 2_592_000 }],
      },
    };
    subscriptions.set(id, subscription);
    const paid = {
      ...session,
      status: 'complete',
      payment_status: 'paid',
      customer,
      subscription: id,
    };
    const invoice = {
      id: `in_${id}`,
      object: 'invoice',
      customer,
      status: 'paid',
      parent: {
        type: 'subscription_details',
        subscription_details: { subscription: id, metadata },
      },
    };
    const ids = Array.from({ length: 4 }, () => `evt_${randomUUID()}`);
    // The oldest last, and everything twice.
    for (let round = 0; round < 2; round++) {
      await post(ids[0] ?? '', 'invoice.paid', invoice, now + 2);
      await post(ids[1] ?? '', 'checkout.session.completed', paid, now + 3);
      await post(ids[2] ?? '', 'customer.subscription.updated', subscription, now + 1);
      await post(
        ids[3] ?? '',
        'customer.subscription.created',
        { ...subscription, status: 'incomplete' },
        now,
      );
    }
  };

  const checkout = (request: Incoming): Answer => {
    const key = String(request.headers['idempotency-key'] ?? '');
    const before = replays.get(key);
    if (before) return { body: before };
    const form = new URLSearchParams(request.body.toString());
    if (form.get('line_items[0][price]') !== options.priceId)
      return refuse(400, 'resource_missing', 'No such price', 'line_items[0][price]');
    const id = `cs_test_${randomUUID()}`;
    const session = {
      id,
      object: 'checkout.session',
      url: `${server.url}/c/pay/${id}`,
      mode: form.get('mode'),
      status: 'open',
      payment_status: 'unpaid',
      customer: null,
      subscription: null,
      client_reference_id: form.get('client_reference_id'),
    };
    replays.set(key, session);
    const metadata = Object.fromEntries(
      [...form].flatMap(([name, value]) => {
        const field = /^subscription_data\[metadata\]\[(.+)\]$/.exec(name)?.[1];
        return field === undefined ? [] : [[field, value]];
      }),
    );
    void pay(session, options.copiesMetadata === false ? {} : metadata);
    return { headers: { 'request-id': `req_${id}` }, body: session };
  };

  const server = await serve((request) => {
    const { method, path, headers } = request;
    if (headers.authorization !== `Bearer ${options.secretKey}`)
      return refuse(401, 'api_key_invalid', 'Invalid API Key provided');
    if (method === 'POST' && path === '/v1/checkout/sessions') return checkout(request);
    const subscription = subscriptions.get(
      /^\/v1\/subscriptions\/(\w+[\w-]*)$/.exec(path)?.[1] ?? '',
    );
    if (method === 'GET' && subscription) return { body: subscription };
    return refuse(404, 'resource_missing', `Unrecognized request URL (${method}: ${path})`);
  });
  return { ...server, deliveries, deliverTo: target.resolve };
}
