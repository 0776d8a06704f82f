import type { FastifyInstance } from 'fastify';
import { formatMinor } from '@alo/core/kernel';
import { escapeHtml, renderPage } from '../kit/page.ts';
import { parseForm, textOf } from './form.ts';
import type { CheckoutSession } from './state.ts';
import type { StripeVendor } from './vendor.ts';

const accent = '#635bff';

/** The hosted pages: checkout at a session's `url`, and the customer's portal. */
export function registerStripePages(app: FastifyInstance, vendor: StripeVendor): void {
  app.get<{ Params: { id: string } }>('/c/pay/:id', (request, reply) =>
    reply.type('text/html; charset=utf-8').send(checkoutPage(vendor.session(request.params.id))),
  );

  app.post<{ Params: { id: string } }>('/c/pay/:id/pay', (request, reply) => {
    const session = vendor.session(request.params.id);
    const outcome = textOf(parseForm(String(request.body ?? '')), 'outcome');
    if (session.status === 'expired' || outcome === 'declined') {
      const said =
        session.status === 'open' ? 'La tarjeta fue rechazada. Pruebe otra vez.' : undefined;
      return reply.code(402).type('text/html; charset=utf-8').send(checkoutPage(session, said));
    }
    vendor.pay(session);
    const target = session.success_url.replaceAll('{CHECKOUT_SESSION_ID}', session.id);
    return reply.redirect(target, 303);
  });

  app.post<{ Params: { id: string } }>('/c/pay/:id/cancel', (request, reply) => {
    const session = vendor.session(request.params.id);
    return reply.redirect(session.cancel_url ?? session.success_url, 303);
  });

  app.get<{ Params: { customer: string }; Querystring: { return_url?: string } }>(
    '/p/session/:customer',
    (request, reply) => {
      const { customer } = request.params;
      return reply.type('text/html; charset=utf-8').send(portalPage(vendor, customer));
    },
  );
  app.post<{ Params: { customer: string; id: string } }>(
    '/p/session/:customer/cancel/:id',
    (request, reply) => {
      const { customer, id } = request.params;
      const subscription = vendor.subscription(id);
      if (subscription.customer === customer && !subscription.cancel_at_period_end) {
        vendor.changeSubscription(subscription, { cancelAtPeriodEnd: true });
      }
      return reply.redirect(`/p/session/${encodeURIComponent(customer)}`, 303);
    },
  );
}

function checkoutPage(session: CheckoutSession, notice?: string): string {
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
  const forms =
    closed === undefined
      ? `${who}<form method="post" action="${path}/pay"><button>Suscribirse</button></form>
         <form method="post" action="${path}/pay"><button class="quiet" name="outcome" value="declined">Probar una tarjeta rechazada</button></form>
         <form method="post" action="${path}/cancel"><button class="quiet">Volver sin pagar</button></form>`
      : `<p>${closed}</p>`;
  return renderPage({ title: 'Plan Pro de Aló', accent, body: heading + said + forms });
}

function portalPage(vendor: StripeVendor, customer: string): string {
  const rows = Object.values(vendor.state.subscriptions)
    .filter((subscription) => subscription.customer === customer)
    .map((subscription) => {
      const ends = subscription.items.data[0]?.current_period_end ?? 0;
      const day = new Date(ends * 1_000).toISOString().slice(0, 10);
      if (subscription.status === 'canceled') return '<p>Plan Pro: terminado.</p>';
      if (subscription.cancel_at_period_end) return `<p>Plan Pro: termina el ${day}.</p>`;
      const action = `/p/session/${encodeURIComponent(customer)}/cancel/${subscription.id}`;
      return `<p>Plan Pro: se renueva el ${day}.</p>
        <form method="post" action="${action}"><button class="quiet">Cancelar al final del periodo</button></form>`;
    });
  const body = `<h1>Su suscripción</h1>${rows.join('') || '<p>No hay ninguna.</p>'}`;
  return renderPage({ title: 'Su suscripción', accent, body });
}
