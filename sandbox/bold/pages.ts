import type { FastifyInstance, FastifyReply } from 'fastify';
import { formatMinor } from '@alo/core/kernel';
import { escapeHtml, renderPage } from '../kit/page.ts';
import { outcomes, paymentMethods, type Payment, type PaymentLink } from './state.ts';
import type { BoldVendor } from './vendor.ts';

const accent = '#ee424e';
const SHOWN_MAX = 20;

const send = (reply: FastifyReply, title: string, body: string, status = 200) =>
  reply.code(status).type('text/html; charset=utf-8').send(renderPage({ title, accent, body }));

const pesos = (amount: number) => formatMinor(amount * 100, 'COP');

/** The page of a payment link, and the merchant's dashboard at `/ventas`. */
export function registerBoldPages(app: FastifyInstance, vendor: BoldVendor): void {
  app.get<{ Params: { id: string } }>('/:id', (request, reply) => {
    const link = vendor.link(request.params.id);
    if (!link) return send(reply, 'Bold', '<h1>El link no existe</h1>', 404);
    return send(reply, 'Recarga de saldo', linkBody(vendor, link));
  });

  app.post<{ Params: { id: string } }>('/:id/pay', (request, reply) => {
    const link = vendor.link(request.params.id);
    if (!link) return send(reply, 'Bold', '<h1>El link no existe</h1>', 404);
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const method = paymentMethods.find((one) => one === (form.get('method') ?? 'NEQUI'));
    const outcome = outcomes.find((one) => one === (form.get('outcome') ?? 'APPROVED'));
    const { status } = vendor.statusOf(link);
    if (!method || !outcome || (status !== 'ACTIVE' && status !== 'REJECTED')) {
      return send(reply, 'Recarga de saldo', linkBody(vendor, link), 422);
    }
    const payment = vendor.pay(link, method, outcome);
    if (link.callback_url === null) return send(reply, 'Bold', linkBody(vendor, link));
    const target = new URL(link.callback_url);
    target.searchParams.set('bold-order-id', link.reference);
    target.searchParams.set('bold-tx-status', payment.outcome.toLowerCase());
    return reply.redirect(target.href, 303);
  });

  app.get('/ventas', (_request, reply) => {
    const rows = Object.values(vendor.state.payments).toReversed().slice(0, SHOWN_MAX).map(row);
    return send(reply, 'Ventas', `<h1>Ventas</h1>${rows.join('') || '<p>No hay ninguna.</p>'}`);
  });
  app.post<{ Params: { id: string; action: string } }>('/ventas/:id/:action', (request, reply) => {
    const payment = vendor.payment(request.params.id);
    if (payment) act(vendor, payment, request.params.action, undefined);
    return reply.redirect('/ventas', 303);
  });

  // Not Bold's: the same for programs. `{"pesos"}` gives back a part.
  app.post<{ Params: { id: string; action: string }; Body: { pesos?: unknown } | null }>(
    '/__sandbox/payments/:id/:action',
    (request, reply) => {
      const payment = vendor.payment(request.params.id);
      const asked = request.body?.pesos;
      const part = typeof asked === 'number' && Number.isInteger(asked) && asked > 0;
      if (!payment || !act(vendor, payment, request.params.action, part ? asked : undefined)) {
        return reply.code(404).send({ errors: [{ message: 'no such payment or action' }] });
      }
      return { payment };
    },
  );
}

/** Approves, rejects or gives back. Whether there is such an action. */
function act(
  vendor: BoldVendor,
  payment: Payment,
  action: string,
  part: number | undefined,
): boolean {
  if (action === 'approve') vendor.decide(payment, 'APPROVED');
  else if (action === 'reject') vendor.decide(payment, 'REJECTED');
  else if (action === 'void') vendor.void(payment, part ?? payment.total - payment.voided);
  else return false;
  return true;
}

function linkBody(vendor: BoldVendor, link: PaymentLink): string {
  const { status } = vendor.statusOf(link);
  const heading = `<h1>${escapeHtml(link.description)}</h1><p class="amount">${pesos(link.total)}</p>`;
  const closed = {
    ACTIVE: undefined,
    REJECTED: undefined,
    PAID: 'El pago fue aprobado.',
    PROCESSING: 'El pago está en proceso.',
    EXPIRED: 'Este link venció.',
  }[status];
  if (closed !== undefined) return `${heading}<p>${closed}</p>`;
  const notice = status === 'REJECTED' ? '<p class="notice">El pago fue rechazado.</p>' : '';
  const choice = (method: string, name: string, checked = '') =>
    `<label><input type="radio" name="method" value="${method}" ${checked}>${name}</label>`;
  return `${heading}${notice}<form method="post" action="/${link.id}/pay">
      <fieldset>${choice('NEQUI', 'Nequi', 'checked')}${choice('PSE', 'PSE, desde su banco')}${choice('CARD_WEB', 'Tarjeta de crédito o débito')}</fieldset>
      <button>Pagar</button>
      <button class="quiet" name="outcome" value="PENDING">Probar un pago que queda en proceso</button>
      <button class="quiet" name="outcome" value="REJECTED">Probar un pago rechazado</button>
    </form>
    <small>Referencia ${escapeHtml(link.reference)}</small>`;
}

function row(payment: Payment): string {
  const button = (action: string, label: string) =>
    `<form method="post" action="/ventas/${payment.id}/${action}"><button class="quiet">${label}</button></form>`;
  const said = {
    APPROVED: payment.voided === 0 ? 'aprobado' : `anulado: ${pesos(payment.voided)}`,
    REJECTED: 'rechazado',
    PENDING: 'en proceso',
  }[payment.outcome];
  const canVoid = payment.outcome === 'APPROVED' && payment.voided < payment.total;
  const buttons =
    payment.outcome === 'PENDING'
      ? button('approve', 'Aprobar') + button('reject', 'Rechazar')
      : canVoid
        ? button('void', 'Anular')
        : '';
  return `<p>${pesos(payment.total)} <small>${escapeHtml(payment.reference)} · ${said}</small></p>${buttons}`;
}
