import type { FastifyInstance, FastifyReply } from 'fastify';
import { constantTimeEqual, formatMinor } from '@alo/core/kernel';
import { escapeHtml, renderPage } from '../kit/page.ts';
import { integrityOf } from './signatures.ts';
import {
  newTransaction,
  paymentMethods,
  transactionStatuses,
  type PaymentMethod,
  type Transaction,
  type TransactionStatus,
} from './state.ts';
import type { WompiVendor } from './vendor.ts';

const accent = '#00825a';

/** The parameters of a checkout link, checked. */
interface Checkout {
  readonly reference: string;
  readonly amountInCents: number;
  readonly email: string | null;
  readonly redirectUrl: string | null;
}

/** The web checkout at `/p/`: the page, and what its form does. */
export function registerWompiCheckout(
  app: FastifyInstance,
  vendor: WompiVendor,
  integritySecrets: Readonly<Record<string, string>>,
): void {
  app.get('/p/', (request, reply) => {
    const query = queryOf(request.url);
    const checkout = readCheckout(new URLSearchParams(query), integritySecrets, vendor.now());
    if (typeof checkout === 'string') return refuse(reply, checkout);
    return sendPage(reply, 200, checkoutPage(checkout, query));
  });

  app.post('/p/pay', (request, reply) => {
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const query = queryOf(request.url);
    // What the link says counts; the form adds how it is paid.
    const fields = new URLSearchParams([...new URLSearchParams(query), ...form]);
    const checkout = readCheckout(fields, integritySecrets, vendor.now());
    if (typeof checkout === 'string') return refuse(reply, checkout);
    const outcome = oneOf(transactionStatuses, fields.get('outcome'), 'APPROVED');
    const method = oneOf(paymentMethods, fields.get('method'), 'NEQUI');
    if (!outcome || !method) return refuse(reply, 'Ese resultado o medio de pago no existe.');
    if (vendor.isTaken(checkout.reference)) {
      return refuse(reply, 'La referencia ya ha sido usada en otro pago.');
    }
    return settle(reply, vendor, checkout, method, outcome);
  });
}

function settle(
  reply: FastifyReply,
  vendor: WompiVendor,
  checkout: Checkout,
  method: PaymentMethod,
  status: TransactionStatus,
): FastifyReply {
  const transaction = newTransaction(
    {
      amount_in_cents: checkout.amountInCents,
      reference: checkout.reference,
      currency: 'COP',
      customer_email: checkout.email,
      redirect_url: checkout.redirectUrl,
      method,
      status,
    },
    vendor.now(),
  );
  vendor.add(transaction);
  if (checkout.redirectUrl === null) return sendPage(reply, 200, resultPage(transaction));
  const target = new URL(checkout.redirectUrl);
  target.searchParams.set('id', transaction.id);
  target.searchParams.set('env', 'test');
  return reply.redirect(target.href, 303);
}

/** The checkout that a link describes, or why it is not one. */
function readCheckout(
  fields: URLSearchParams,
  integritySecrets: Readonly<Record<string, string>>,
  now: Date,
): Checkout | string {
  const field = (name: string) => fields.get(name) ?? '';
  const [reference, amountInCents, currency] = [
    field('reference'),
    field('amount-in-cents'),
    field('currency'),
  ];
  const expiration = field('expiration-time');
  const publicKey = field('public-key');
  if (!Object.hasOwn(integritySecrets, publicKey)) return 'La llave pública no es válida.';
  if (currency !== 'COP') return 'La moneda debe ser COP.';
  if (!/^[1-9]\d{0,12}$/.test(amountInCents)) return 'El monto no es válido.';
  if (!/^[\w-]{1,255}$/.test(reference)) return 'La referencia no es válida.';
  const signature = integrityOf(
    { reference, amountInCents, currency, expiration },
    integritySecrets[publicKey] ?? '',
  );
  if (!constantTimeEqual(field('signature:integrity'), signature)) {
    return 'La firma de integridad no es válida.';
  }
  if (expiration !== '' && !(new Date(expiration) > now)) return 'El enlace de pago venció.';
  const redirectUrl = fields.get('redirect-url');
  if (redirectUrl !== null && !URL.canParse(redirectUrl)) return 'La URL de regreso no es válida.';
  return {
    reference,
    amountInCents: Number(amountInCents),
    email: fields.get('customer-data:email'),
    redirectUrl,
  };
}

function oneOf<T extends string>(
  known: readonly T[],
  given: string | null,
  fallback: T,
): T | undefined {
  if (given === null) return fallback;
  return known.find((value) => value === given.toUpperCase());
}

const queryOf = (url: string) => (url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');

const sendPage = (reply: FastifyReply, status: number, html: string) =>
  reply.code(status).type('text/html; charset=utf-8').send(html);

function refuse(reply: FastifyReply, why: string): FastifyReply {
  const body = `<h1>El pago no se puede hacer</h1><p class="notice">${escapeHtml(why)}</p>`;
  return sendPage(reply, 422, renderPage({ title: 'Wompi', accent, body }));
}

function checkoutPage(checkout: Checkout, query: string): string {
  const action = `/p/pay?${escapeHtml(query)}`;
  const choice = (method: PaymentMethod, name: string, checked = '') =>
    `<label><input type="radio" name="method" value="${method}" ${checked}>${name}</label>`;
  const body = `<h1>Recarga de saldo de Aló</h1>
    <p class="amount">${formatMinor(checkout.amountInCents, 'COP')}</p>
    <form method="post" action="${action}">
      <fieldset>${choice('NEQUI', 'Nequi', 'checked')}${choice('PSE', 'PSE, desde su banco')}${choice('CARD', 'Tarjeta de crédito o débito')}</fieldset>
      <button>Pagar</button>
      <button class="quiet" name="outcome" value="DECLINED">Probar un pago rechazado</button>
    </form>
    <small>Referencia ${escapeHtml(checkout.reference)}</small>`;
  return renderPage({ title: 'Recarga de saldo', accent, body });
}

function resultPage(transaction: Transaction): string {
  const said = {
    PENDING: 'El pago está en proceso.',
    APPROVED: 'El pago fue aprobado.',
    DECLINED: 'El pago fue rechazado.',
    VOIDED: 'El pago fue anulado.',
    ERROR: 'El pago falló.',
  }[transaction.status];
  const body = `<h1>${said}</h1><p class="soft">Transacción ${escapeHtml(transaction.id)}</p>`;
  return renderPage({ title: 'Wompi', accent, body });
}
