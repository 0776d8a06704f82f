import type { FastifyInstance } from 'fastify';
import { formatMinor } from '@alo/core/kernel';
import { escapeHtml, renderPage } from '../kit/page.ts';
import type { Transaction, TransactionStatus, WompiState } from './state.ts';
import type { WompiVendor } from './vendor.ts';

const SHOWN_MAX = 20;

/** What a merchant, or a bank, may still make of a transaction. */
const nextStatuses: Readonly<Record<TransactionStatus, readonly TransactionStatus[]>> = {
  PENDING: ['APPROVED', 'DECLINED', 'ERROR'],
  APPROVED: ['VOIDED'],
  DECLINED: [],
  VOIDED: [],
  ERROR: [],
};
const verbs: Readonly<Record<TransactionStatus, string>> = {
  PENDING: 'Dejar pendiente',
  APPROVED: 'Aprobar',
  DECLINED: 'Rechazar',
  VOIDED: 'Anular',
  ERROR: 'Hacer fallar',
};

/** The merchant's dashboard, as far as it moves money: `/comercios`. */
export function registerWompiMerchant(
  app: FastifyInstance,
  vendor: WompiVendor,
  state: WompiState,
): void {
  app.get('/comercios', (_request, reply) => {
    const rows = Object.values(state.transactions).toReversed().slice(0, SHOWN_MAX).map(row);
    const body = `<h1>Transacciones</h1>${rows.join('') || '<p>No hay ninguna.</p>'}`;
    return reply
      .type('text/html; charset=utf-8')
      .send(renderPage({ title: 'Transacciones', accent: '#00825a', body }));
  });
  app.post<{ Params: { id: string; status: string } }>(
    '/comercios/:id/:status',
    (request, reply) => {
      const transaction = vendor.find(request.params.id);
      const status =
        transaction &&
        nextStatuses[transaction.status].find((one) => one === request.params.status);
      if (transaction && status) vendor.change(transaction, status);
      return reply.redirect('/comercios', 303);
    },
  );
}

function row({ id, status, amount_in_cents: amount, reference }: Transaction): string {
  const buttons = nextStatuses[status].map(
    (next) =>
      `<form method="post" action="/comercios/${id}/${next}"><button class="quiet">${verbs[next]}</button></form>`,
  );
  return `<p>${formatMinor(amount, 'COP')} <small>${escapeHtml(reference)} · ${status}</small></p>${buttons.join('')}`;
}
