import type { Clock } from '@alo/core/kernel';
import type { WebhookOutbox } from '../kit/webhook-outbox.ts';
import {
  newBoldId,
  newNotification,
  type BoldState,
  type Notification,
  type Outcome,
  type Payment,
  type PaymentLink,
  type PaymentMethod,
} from './state.ts';

export type LinkStatus = 'ACTIVE' | 'PROCESSING' | 'PAID' | 'REJECTED' | 'EXPIRED';

/** What happens at Bold, whoever causes it: the payer's page, the API, the merchant. */
export interface BoldVendor {
  readonly state: BoldState;
  createLink(given: Omit<PaymentLink, 'id'>): PaymentLink;
  link(id: string): PaymentLink | undefined;
  /** The status of a link, and the payment that it comes from. */
  statusOf(link: PaymentLink): { status: LinkStatus; payment: Payment | undefined };
  pay(link: PaymentLink, method: PaymentMethod, outcome: Outcome): Payment;
  payment(id: string): Payment | undefined;
  /** The bank has decided. */
  decide(payment: Payment, outcome: 'APPROVED' | 'REJECTED'): void;
  /** Gives back so many pesos of an approved payment; false: no more than was paid. */
  void(payment: Payment, pesos: number): boolean;
}

export function createBoldVendor(deps: {
  state: BoldState;
  outbox: WebhookOutbox;
  save: () => void;
  clock: Clock;
}): BoldVendor {
  const { state, outbox, save, clock } = deps;

  function notify(type: Notification['type'], payment: Payment, total: number): void {
    const notification = newNotification(type, payment, total, clock.now());
    state.notifications.push(notification);
    save();
    outbox.post(notification.id, JSON.stringify(notification));
  }

  const known = <T>(objects: Record<string, T>, id: string): T | undefined =>
    Object.hasOwn(objects, id) ? objects[id] : undefined;

  function decide(payment: Payment, outcome: Outcome): void {
    payment.outcome = outcome;
    save();
    if (outcome === 'PENDING') return;
    notify(outcome === 'APPROVED' ? 'SALE_APPROVED' : 'SALE_REJECTED', payment, payment.total);
  }

  return {
    state,
    createLink(given) {
      const link = { id: newBoldId('LNK_'), ...given };
      state.links[link.id] = link;
      save();
      return link;
    },
    link: (id) => known(state.links, id),
    payment: (id) => known(state.payments, id),

    statusOf(link) {
      const payments = Object.values(state.payments).filter((one) => one.link === link.id);
      const paid = payments.find(({ outcome }) => outcome === 'APPROVED');
      if (paid) return { status: 'PAID', payment: paid };
      const waiting = payments.find(({ outcome }) => outcome === 'PENDING');
      if (waiting) return { status: 'PROCESSING', payment: waiting };
      const expired = link.expires_at_ms !== null && link.expires_at_ms <= clock.now().getTime();
      if (expired) return { status: 'EXPIRED', payment: undefined };
      const last = payments.at(-1);
      return { status: last ? 'REJECTED' : 'ACTIVE', payment: last };
    },

    pay(link, method, outcome) {
      const payment: Payment = {
        id: newBoldId('CNP'),
        link: link.id,
        reference: link.reference,
        total: link.total,
        method,
        payer_email: link.payer_email,
        created_at: clock.now().toISOString(),
        outcome: 'PENDING',
        voided: 0,
      };
      state.payments[payment.id] = payment;
      decide(payment, outcome);
      return payment;
    },

    decide: (payment, outcome) => {
      if (payment.outcome === 'PENDING') decide(payment, outcome);
    },

    void(payment, pesos) {
      if (payment.outcome !== 'APPROVED' || payment.voided + pesos > payment.total) {
        notify('VOID_REJECTED', payment, pesos);
        return false;
      }
      payment.voided += pesos;
      notify('VOID_APPROVED', payment, pesos);
      return true;
    },
  };
}
