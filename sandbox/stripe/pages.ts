import type { FastifyInstance, FastifyReply } from 'fastify';
import { formatMinor } from '@alo/core/kernel';
import { escapeHtml, renderPage } from '../kit/page.ts';
import { parseForm, textOf } from './form.ts';
import { registerStripePortal } from './portal.ts';
import type { CheckoutSession, Invoice } from './state.ts';
import type { StripeVendor } from './vendor.ts';

const accent = '#635bff';
const html = (reply: FastifyReply, title: string, body: string, status = 200) =>
  reply.code(status).type('text/html; charset=utf-8').send(renderPage({ title, accent, body }));

/** The hosted pages: checkout at a session's `url`, an invoice at its own, the customer's portal. */
export function registerStripePages(app: FastifyInstance, vendor: StripeVendor): void {
  app.get<{ Params: { id: string } }>('/c/pay/:id', (request, reply) =>
    html(reply, 'Plan Pro de Aló', checkoutBody(vendor.session(request.params.id))),
  );

  app.post<{ Params: { id: string } }>('/c/pay/:id/pay', (request, reply) => {
    const session = vendor.session(request.params.id);
    const form = parseForm(String(request.body ?? ''));
    const taxId = textOf(form, 'tax_id')?.trim();
    const refuse = (why?: string) =>
      html(reply, 'Plan Pro de Aló', checkoutBody(session, why), 402);
    if (session.status === 'expired') return refuse();
    if (textOf(form, 'outcome') === 'declined') {
      return refuse(
        session.status === 'open' ? 'La tarjeta fue rechazada. Pruebe otra vez.' : undefined,
      );
    }
    if (taxId && !isNit(taxId)) return refuse('El NIT no es válido: 900123456-7.');
    vendor.pay(session, taxId);
    const target = session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
    return reply.redirect(target, 303);
  });

  app.post<{ Params: { id: string } }>('/c/pay/:id/cancel', (request, reply) => {
    const session = vendor.session(request.params.id);
    return reply.redirect(session.cancel_url ?? session.success_url, 303);
  });

  app.get<{ Params: { id: string } }>('/i/:id', (request, reply) =>
    html(reply, 'Factura', invoiceBody(vendor.invoice(request.params.id))),
  );
  // What a browser would print; the real one is a PDF.
  app.get<{ Params: { id: string } }>('/i/:id/pdf', (request, reply) =>
    html(reply, 'Factura', invoiceBody(vendor.invoice(request.params.id))),
  );
  app.post<{ Params: { id: string } }>('/i/:id/pay', (request, reply) => {
    vendor.collect(vendor.invoice(request.params.id), 'paid');
    return reply.redirect(`/i/${encodeURIComponent(request.params.id)}`, 303);
  });

  registerStripePortal(app, vendor, html);
}

/** Nine or ten digits and a check digit, with the dots and hyphen that people write. */
const isNit = (text: string) => /^\d{6,10}-?\d$/.test(text.replaceAll('.', ''));

function checkoutBody(session: CheckoutSession, notice?: string): string {
  const amount = formatMinor(session.amount_total, 'COP');
  const heading = `<h1>Plan Pro de Aló</h1><p class="amount">${amount} <small>al mes</small></p>`;
  const said = notice === undefined ? '' : `<p class="notice">${escapeHtml(notice)}</p>`;
  const closed = {
    open: undefined,
    complete: 'Este pago ya se hizo. Puede cerrar la página.',
    expired: 'Este enlace venció. Pida uno nuevo.',
  }[session.status];
  const path = `/c/pay/${session.id}`;
  const who = session.customer_email
    ? `<p class="soft">Recibo para ${escapeHtml(session.customer_email)}</p>`
    : '';
  const nit = session.tax_id_collection?.enabled
    ? `<label>NIT <input name="tax_id" placeholder="900123456-7 (opcional)" autocomplete="off"></label>`
    : '';
  const forms =
    closed === undefined
      ? `${who}<form method="post" action="${path}/pay">${nit}<button>Suscribirse</button></form>
         <form method="post" action="${path}/pay"><button class="quiet" name="outcome" value="declined">Probar una tarjeta rechazada</button></form>
         <form method="post" action="${path}/cancel"><button class="quiet">Volver sin pagar</button></form>`
      : `<p>${closed}</p>`;
  return heading + said + forms;
}

function invoiceBody(invoice: Invoice): string {
  const said = { open: 'Por pagar', paid: 'Pagada', void: 'Anulada' }[invoice.status];
  const nit = (invoice.customer_tax_ids ?? [])
    .map(({ value }) => `<p class="soft">NIT ${escapeHtml(value)}</p>`)
    .join('');
  const form =
    invoice.status === 'open'
      ? `<form method="post" action="/i/${invoice.id}/pay"><button>Pagar</button></form>`
      : '';
  return `<h1>Factura ${invoice.number}</h1>
    <p class="amount">${formatMinor(invoice.total, 'COP')}</p>
    <p>${said}</p>${nit}${form}`;
}
