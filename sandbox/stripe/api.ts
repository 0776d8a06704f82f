import type { FastifyInstance, FastifyRequest } from 'fastify';
import { sha256Hex } from '@alo/core/kernel';
import { StripeError } from './errors.ts';
import { API_VERSION } from './events.ts';
import { parseForm, textOf, textsOf, type FormObject } from './form.ts';
import { newCustomer, newSession, objectId, priceOf } from './objects.ts';
import { onWire, type StripeVendor } from './vendor.ts';

const ANSWER_KEPT_S = 86_400;
const PAGE_MAX = 100;

/** The endpoints of `/v1` that a subscription needs: docs.stripe.com/api. */
export function registerStripeApi(
  app: FastifyInstance,
  vendor: StripeVendor,
  secretKey: string | undefined,
): void {
  const { state, nowS } = vendor;

  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/v1/')) return;
    reply.header('request-id', objectId('req'));
    reply.header('stripe-version', request.headers['stripe-version'] ?? API_VERSION);
    requireKey(request, secretKey);
  });

  const read = (path: string, answer: (id: string, query: FormObject) => object) =>
    app.get<{ Params: { id: string } }>(path, (request) =>
      answer(request.params.id, parseForm(request.url.split('?')[1] ?? '')),
    );

  /** A POST or DELETE, answered from memory when its idempotency key has been seen. */
  const write = (
    method: 'POST' | 'DELETE',
    path: string,
    answer: (form: FormObject, id: string, origin: string) => object,
  ) =>
    app.route<{ Params: { id: string } }>({
      method,
      url: path,
      handler: (request, reply) => {
        const text = typeof request.body === 'string' ? request.body : '';
        const key = request.headers['idempotency-key'];
        const requestHash = sha256Hex(`${method} ${request.url}\n${text}`);
        const stored = typeof key === 'string' ? state.answers[key] : undefined;
        if (stored && stored.at > nowS() - ANSWER_KEPT_S) {
          if (stored.requestHash !== requestHash) throw keyReused(String(key));
          return reply.header('idempotent-replayed', 'true').code(stored.status).send(stored.body);
        }
        // The address this was asked at is where its hosted pages are.
        const origin = `${request.protocol}://${request.host}`;
        const body = answer(parseForm(text), request.params.id, origin);
        if (typeof key === 'string') {
          const kept = JSON.parse(JSON.stringify(body)) as unknown;
          state.answers[key] = { requestHash, status: 200, body: kept, at: nowS() };
        }
        vendor.save();
        return reply.send(body);
      },
    });

  write('POST', '/v1/customers', (form) => {
    const customer = newCustomer(
      {
        email: textOf(form, 'email') ?? null,
        name: textOf(form, 'name') ?? null,
        metadata: textsOf(form['metadata']),
      },
      nowS(),
    );
    state.customers[customer.id] = customer;
    const { tax_ids: _taxIds, ...visible } = customer;
    return visible;
  });
  read('/v1/customers/:id', (id) => {
    const { tax_ids: _taxIds, ...customer } = found(state.customers[id], 'customer', id);
    return customer;
  });
  read('/v1/customers/:id/tax_ids', (id, query) => {
    const { tax_ids: taxIds } = found(state.customers[id], 'customer', id);
    return page(
      `/v1/customers/${id}/tax_ids`,
      taxIds.map((one) => ({ id: one.value, ...one })),
      query,
    );
  });

  write('POST', '/v1/checkout/sessions', (form, _id, origin) => {
    const session = newSession(readCheckout(form, vendor, origin), nowS());
    state.sessions[session.id] = session;
    return onWire(session);
  });
  read('/v1/checkout/sessions/:id', (id) => onWire(vendor.session(id)));
  write('POST', '/v1/checkout/sessions/:id/expire', (_form, id) => {
    const session = vendor.session(id);
    if (session.status !== 'open') {
      throw new StripeError(400, {
        type: 'invalid_request_error',
        message: 'Only Checkout Sessions with a status in ["open"] can be expired.',
      });
    }
    session.status = 'expired';
    return onWire(session);
  });

  read('/v1/subscriptions/:id', (id) => vendor.subscription(id));
  read('/v1/subscriptions', (_id, query) => listSubscriptions(vendor, query));
  write('POST', '/v1/subscriptions/:id', (form, id) => {
    const subscription = vendor.subscription(id);
    const cancel = textOf(form, 'cancel_at_period_end');
    vendor.changeSubscription(subscription, {
      metadata: textsOf(form['metadata']),
      ...(cancel === undefined ? {} : { cancelAtPeriodEnd: cancel === 'true' }),
    });
    return subscription;
  });
  write('DELETE', '/v1/subscriptions/:id', (_form, id) => {
    const subscription = vendor.subscription(id);
    vendor.cancelSubscription(subscription);
    return subscription;
  });

  write('POST', '/v1/billing_portal/sessions', (form, _id, origin) => {
    const customer = requireCustomer(vendor, textOf(form, 'customer'));
    const returnUrl = textOf(form, 'return_url') ?? null;
    const query = returnUrl === null ? '' : `?return_url=${encodeURIComponent(returnUrl)}`;
    return {
      id: objectId('bps'),
      object: 'billing_portal.session',
      created: nowS(),
      customer,
      return_url: returnUrl,
      url: `${origin}/p/session/${customer}${query}`,
      livemode: false,
    };
  });

  write('POST', '/v1/refunds', (form) => {
    const paymentIntent = textOf(form, 'payment_intent');
    if (paymentIntent === undefined) throw StripeError.missingParam('payment_intent');
    return vendor.refund(paymentIntent, textOf(form, 'reason') ?? null);
  });

  read('/v1/prices/:id', (id) => found(priceOf(id), 'price', id));
  read('/v1/invoices/:id', (id) => vendor.invoice(id));
  read('/v1/invoices', (_id, query) => {
    const customer = textOf(query, 'customer');
    const all = Object.values(state.invoices);
    const own = all.filter((one) => customer === undefined || one.customer === customer);
    return page('/v1/invoices', own, query);
  });
  read('/v1/invoice_payments', (_id, query) => {
    const invoice = textOf(query, 'invoice');
    const all = Object.values(state.payments);
    const own = all.filter((one) => invoice === undefined || one.invoice === invoice);
    return page('/v1/invoice_payments', own, query);
  });
}

function requireKey(request: FastifyRequest, secretKey: string | undefined): void {
  const key = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (key !== undefined && (secretKey === undefined ? /^(sk|rk)_/.test(key) : key === secretKey)) {
    return;
  }
  throw new StripeError(401, {
    type: 'invalid_request_error',
    message:
      key === undefined
        ? 'You did not provide an API key.'
        : `Invalid API Key provided: ${key.slice(0, 8)}***${key.slice(-4)}`,
  });
}

function keyReused(key: string): StripeError {
  return new StripeError(400, {
    type: 'idempotency_error',
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

function found<T extends object>(object: T | undefined, name: string, id: string): T {
  if (!object) throw StripeError.missing(name, id);
  return object;
}

/** A reference in a body: 400, where a path's would be 404. */
function requireCustomer(vendor: StripeVendor, id: string | undefined): string {
  if (id === undefined) throw StripeError.missingParam('customer');
  if (vendor.state.customers[id]) return id;
  throw StripeError.invalid(400, 'resource_missing', `No such customer: '${id}'`, 'customer');
}

function readCheckout(form: FormObject, vendor: StripeVendor, origin: string) {
  const required = (...path: (string | number)[]) => {
    const value = textOf(form, ...path);
    if (value !== undefined) return value;
    const [first, ...rest] = path;
    throw StripeError.missingParam(`${first}${rest.map((part) => `[${part}]`).join('')}`);
  };
  if (required('mode') !== 'subscription') {
    throw StripeError.invalid(
      400,
      'parameter_invalid',
      'This stand-in only knows mode=subscription.',
      'mode',
    );
  }
  const priceId = required('line_items', 0, 'price');
  const price = priceOf(priceId);
  if (!price) {
    const message = `No such price: '${priceId}'`;
    throw StripeError.invalid(400, 'resource_missing', message, 'line_items[0][price]');
  }
  const customer = textOf(form, 'customer');
  const collectsTaxId = textOf(form, 'tax_id_collection', 'enabled') === 'true';
  if (
    customer !== undefined &&
    collectsTaxId &&
    textOf(form, 'customer_update', 'name') !== 'auto'
  ) {
    const message =
      'Tax ID collection requires updating business name on the customer. To enable tax ID collection for an existing customer, please set `customer_update[name]` to `auto`.';
    throw StripeError.invalid(400, 'parameter_invalid', message, 'customer_update[name]');
  }
  return {
    origin,
    price,
    customer: customer === undefined ? null : requireCustomer(vendor, customer),
    customerEmail: textOf(form, 'customer_email') ?? null,
    clientReferenceId: textOf(form, 'client_reference_id') ?? null,
    successUrl: required('success_url'),
    cancelUrl: textOf(form, 'cancel_url') ?? null,
    metadata: textsOf(form['metadata']),
    subscriptionMetadata: textsOf(
      (form['subscription_data'] as FormObject | undefined)?.['metadata'],
    ),
    trialDays: Number(textOf(form, 'subscription_data', 'trial_period_days') ?? 0) || 0,
    collectsTaxId,
  };
}

function listSubscriptions(vendor: StripeVendor, query: FormObject): object {
  const asked = textOf(query, 'customer');
  const customer = asked === undefined ? undefined : requireCustomer(vendor, asked);
  const status = textOf(query, 'status') ?? 'not canceled';
  const matching = Object.values(vendor.state.subscriptions)
    .filter((subscription) => customer === undefined || subscription.customer === customer)
    .filter(
      (subscription) =>
        status === 'all' ||
        (status === 'not canceled'
          ? subscription.status !== 'canceled'
          : subscription.status === status),
    );
  return page('/v1/subscriptions', matching, query);
}

/** One page of a list: newest first, `limit` and `starting_after` as Stripe has them. */
function page(url: string, objects: readonly { id: string }[], query: FormObject): object {
  const limit = Math.min(Math.max(Number(textOf(query, 'limit') ?? 10) || 10, 1), PAGE_MAX);
  const after = textOf(query, 'starting_after');
  const newest = objects.toReversed();
  const start = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1;
  return {
    object: 'list',
    url,
    has_more: newest.length > start + limit,
    data: newest.slice(start, start + limit),
  };
}
