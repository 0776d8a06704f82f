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
  const subscriptions = new Map<string, Record<string, unknown>>();
  const sessions = new Map<string, Record<string, unknown>>();
  const invoices = new Map<string, Record<string, unknown>>();
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
    sessions.set(String(session['id']), {
      ...session,
      status: 'complete',
      customer: { id: customer },
      subscription: { id },
    });
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
      number: 'THEIRS-1',
      created: now,
      currency: 'cop',
      total: 8_900_000,
      amount_paid: 8_900_000,
      attempt_count: 1,
      customer_tax_ids: [{ type: 'co_nit', value: '900123456-7' }],
      hosted_invoice_url: `${server.url}/i/1`,
      invoice_pdf: null,
      parent: {
        type: 'subscription_details',
        subscription_details: { subscription: id, metadata },
      },
    };
    invoices.set(invoice.id, invoice);
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
    sessions.set(id, session);
    const metadata = Object.fromEntries(
      [...form].flatMap(([name, value]) => {
        const field = /^subscription_data\[metadata\]\[(.+)\]$/.exec(name)?.[1];
        return field === undefined ? [] : [[field, value]];
      }),
    );
    void pay(session, options.copiesMetadata === false ? {} : metadata);
    return { headers: { 'request-id': `req_${id}` }, body: session };
  };

  const list = (data: readonly object[]) => ({ object: 'list', data, has_more: false, url: '/' });
  const of = (objects: Map<string, Record<string, unknown>>, customer: string | null) =>
    [...objects.values()].filter((object) => object['customer'] === customer);

  /** Everything that is only read. */
  const read = ({ method, path, query }: Incoming): object | undefined => {
    if (method !== 'GET') return undefined;
    if (path === '/v1/subscriptions') return list(of(subscriptions, query.get('customer')));
    if (path === '/v1/invoices') return list(of(invoices, query.get('customer')));
    const id = path.split('/').at(-1) ?? '';
    if (path === `/v1/prices/${options.priceId}`) {
      const recurring = { interval: 'month', interval_count: 1 };
      return { id, object: 'price', currency: 'cop', unit_amount: 8_900_000, recurring };
    }
    if (path.startsWith('/v1/checkout/sessions/')) return sessions.get(id);
    if (path.startsWith('/v1/invoices/')) return invoices.get(id);
    return path.startsWith('/v1/subscriptions/') ? subscriptions.get(id) : undefined;
  };

  /** What a customer may change; no event tells of it. */
  const write = ({ method, path, body }: Incoming): object | undefined => {
    if (method !== 'POST') return undefined;
    const form = new URLSearchParams(body.toString());
    if (path === '/v1/billing_portal/sessions' && form.get('customer')) {
      const id = `bps_${randomUUID()}`;
      return { id, object: 'billing_portal.session', url: `${server.url}/p/${id}` };
    }
    const subscription = subscriptions.get(path.replace('/v1/subscriptions/', ''));
    const cancel = form.get('cancel_at_period_end');
    if (!subscription || cancel === null) return undefined;
    return Object.assign(subscription, { cancel_at_period_end: cancel === 'true' });
  };

  const server = await serve((request) => {
    const { method, path, headers } = request;
    if (headers.authorization !== `Bearer ${options.secretKey}`)
      return refuse(401, 'api_key_invalid', 'Invalid API Key provided');
    if (method === 'POST' && path === '/v1/checkout/sessions') return checkout(request);
    const answer = read(request) ?? write(request);
    if (answer) return { body: answer };
    return refuse(404, 'resource_missing', `Unrecognized request URL (${method}: ${path})`);
  });
  return { ...server, deliveries, deliverTo: target.resolve };
}
