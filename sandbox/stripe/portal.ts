import type { FastifyInstance, FastifyReply } from 'fastify';
import { formatMinor } from '@alo/core/kernel';
import { escapeHtml } from '../kit/page.ts';
import type { Invoice, Subscription } from './state.ts';
import type { StripeVendor } from './vendor.ts';

type SendPage = (reply: FastifyReply, title: string, body: string) => FastifyReply;

const outcomes = ['paid', 'failed'] as const;
const endings = ['unpaid', 'canceled'] as const;

/**
 * The customer's portal at `/p/session/<customer>`, where somebody who tries things out can also make
 * time pass: renewals that are charged or fail. The same for programs under `/__sandbox/`:
 * `POST /subscriptions/<id>/renew {"outcome"}`, `POST /invoices/<id>/collect {"outcome"}`,
 * `POST /subscriptions/<id>/give_up {"status"}`.
 */
export function registerStripePortal(
  app: FastifyInstance,
  vendor: StripeVendor,
  html: SendPage,
): void {
  app.get<{ Params: { customer: string }; Querystring: { return_url?: string } }>(
    '/p/session/:customer',
    (request, reply) => {
      const { return_url: back } = request.query;
      const isPage = typeof back === 'string' && /^https?:\/\//.test(back);
      const link = isPage ? `<p><a href="${escapeHtml(back)}">Volver a Aló</a></p>` : '';
      return html(reply, 'Su suscripción', portalBody(vendor, request.params.customer) + link);
    },
  );

  const act = (action: string, run: (subscription: Subscription) => void) =>
    app.post<{ Params: { customer: string; id: string } }>(
      `/p/session/:customer/${action}/:id`,
      (request, reply) => {
        const { customer, id } = request.params;
        const subscription = vendor.subscription(id);
        if (subscription.customer === customer) run(subscription);
        return reply.redirect(`/p/session/${encodeURIComponent(customer)}`, 303);
      },
    );
  const cancelling = (cancel: boolean) => (subscription: Subscription) => {
    if (subscription.cancel_at_period_end === cancel) return;
    vendor.changeSubscription(subscription, { cancelAtPeriodEnd: cancel });
  };
  act('cancel', cancelling(true));
  act('resume', cancelling(false));
  act('renew', (subscription) => vendor.renew(subscription, 'paid'));
  act('fail', (subscription) => vendor.renew(subscription, 'failed'));

  type Control = { Params: { id: string }; Body: Record<string, unknown> | null };
  app.post<Control>('/__sandbox/subscriptions/:id/renew', ({ params, body }) => {
    const outcome = outcomes.find((one) => one === body?.['outcome']) ?? 'paid';
    vendor.renew(vendor.subscription(params.id), outcome);
    return vendor.subscription(params.id);
  });
  app.post<Control>('/__sandbox/subscriptions/:id/give_up', ({ params, body }) => {
    const status = endings.find((one) => one === body?.['status']) ?? 'unpaid';
    vendor.giveUp(vendor.subscription(params.id), status);
    return vendor.subscription(params.id);
  });
  app.post<Control>('/__sandbox/invoices/:id/collect', ({ params, body }) => {
    const outcome = outcomes.find((one) => one === body?.['outcome']) ?? 'paid';
    vendor.collect(vendor.invoice(params.id), outcome);
    return vendor.invoice(params.id);
  });
}

function portalBody(vendor: StripeVendor, customer: string): string {
  const of = <T extends { customer: string }>(objects: Record<string, T>) =>
    Object.values(objects).filter((one) => one.customer === customer);
  const subscriptions = of(vendor.state.subscriptions).map((one) =>
    subscriptionPart(one, customer),
  );
  const invoices = of(vendor.state.invoices).toReversed().map(invoicePart);
  return `<h1>Su suscripción</h1>${subscriptions.join('') || '<p>No hay ninguna.</p>'}
    ${invoices.length > 0 ? `<h1>Facturas</h1>${invoices.join('')}` : ''}`;
}

function subscriptionPart(subscription: Subscription, customer: string): string {
  const ends = subscription.items.data[0]?.current_period_end ?? 0;
  const day = new Date(ends * 1_000).toISOString().slice(0, 10);
  const button = (action: string, label: string) =>
    `<form method="post" action="/p/session/${encodeURIComponent(customer)}/${action}/${subscription.id}"><button class="quiet">${label}</button></form>`;
  if (subscription.status === 'canceled') return '<p>Plan Pro: terminado.</p>';
  const time = `${button('renew', 'Simular la próxima renovación, pagada')}${button('fail', 'Simular una renovación que no se pudo cobrar')}`;
  if (subscription.cancel_at_period_end) {
    return `<p>Plan Pro: termina el ${day}.</p>${button('resume', 'Seguir con el plan')}${time}`;
  }
  const isPaid = subscription.status === 'active' || subscription.status === 'trialing';
  const said = isPaid ? `se renueva el ${day}` : 'hay un pago pendiente';
  return `<p>Plan Pro: ${said}.</p>${button('cancel', 'Cancelar al final del periodo')}${time}`;
}

function invoicePart(invoice: Invoice): string {
  const said = { open: 'por pagar', paid: 'pagada', void: 'anulada' }[invoice.status];
  return `<p><a href="/i/${invoice.id}">${invoice.number}</a>: ${formatMinor(invoice.total, 'COP')}, ${said}</p>`;
}
