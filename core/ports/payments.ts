import type { Currency, Language } from '../kernel/index.ts';
import type { WebhookRequest } from './webhook.ts';

export interface SubscriptionCheckoutRequest {
  readonly organizationId: string;
  readonly email: string;
  /** The vendor's customer id, if this organization has one already. */
  readonly customerId: string | undefined;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly idempotencyKey: string;
}

/** A hosted checkout as the vendor has it now. */
export interface SubscriptionCheckout {
  readonly status: 'open' | 'complete' | 'expired';
  /** Once complete. */
  readonly subscriptionId: string | undefined;
  readonly organizationId: string | undefined;
}

export type SubscriptionStatus =
  | 'active'
  | 'trialing'
  | 'past_due'
  | 'unpaid'
  | 'canceled'
  | 'incomplete'
  | 'incomplete_expired'
  | 'paused';

export interface SubscriptionState {
  readonly subscriptionId: string;
  readonly customerId: string;
  readonly organizationId: string | undefined;
  readonly status: SubscriptionStatus;
  readonly createdAt: Date | undefined;
  readonly currentPeriodEnd: Date | undefined;
  readonly cancelAtPeriodEnd: boolean;
}

export interface SubscriptionInvoice {
  readonly invoiceId: string;
  /** As printed on it; none while it is a draft. */
  readonly number: string | undefined;
  readonly status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void';
  readonly totalMinor: number;
  readonly paidMinor: number;
  /** ISO 4217, upper case. May be one that wallets are not held in. */
  readonly currency: string;
  readonly createdAt: Date;
  /** The vendor's page of it, where it can also be paid. */
  readonly url: string | undefined;
  readonly pdfUrl: string | undefined;
  /** The payer's tax id on it (a NIT). */
  readonly taxId: string | undefined;
  /** How often a charge has been tried. */
  readonly attempts: number;
}

export interface PlanPrice {
  readonly amountMinor: number;
  readonly currency: string;
  readonly interval: 'day' | 'week' | 'month' | 'year';
}

export type SubscriptionEvent = {
  readonly eventId: string;
  readonly occurredAt: Date;
  /** The vendor's own name of the event. */
  readonly name: string;
} & (
  | {
      readonly type: 'checkout.completed';
      readonly organizationId: string | undefined;
      readonly customerId: string;
      readonly subscriptionId: string;
    }
  | { readonly type: 'subscription.changed'; readonly subscriptionId: string }
  | {
      readonly type: 'invoice.payment_failed';
      readonly subscriptionId: string;
      readonly invoiceId: string;
    }
  | { readonly type: 'other' }
);

/** Stripe: the "Pro" subscription. */
export interface SubscriptionProvider {
  readonly name: string;
  createCheckout(
    request: SubscriptionCheckoutRequest,
  ): Promise<{ readonly id: string; readonly url: string }>;
  getCheckout(checkoutId: string): Promise<SubscriptionCheckout>;
  /** Closes the page of an open checkout. One that is closed already is no error. */
  expireCheckout(checkoutId: string): Promise<void>;
  /** A page where the customer changes card and tax id, sees invoices, cancels. */
  createPortal(request: {
    readonly customerId: string;
    readonly returnUrl: string;
    readonly language: Language;
  }): Promise<{ readonly url: string }>;
  /** Reads the subscription as it is now: the source of truth whatever order events come in. */
  getSubscription(subscriptionId: string): Promise<SubscriptionState>;
  /** Every subscription of a customer, ended ones too. */
  listSubscriptions(customerId: string): Promise<readonly SubscriptionState[]>;
  /** Cancels at the end of the paid period, or takes that back. */
  setCancelAtPeriodEnd(subscriptionId: string, cancel: boolean): Promise<SubscriptionState>;
  /** Ends it now; `refund` first gives back what its newest invoice was paid with. May be repeated. */
  endSubscription(subscriptionId: string, options: { readonly refund: boolean }): Promise<void>;
  /** Newest first; `after` is the last invoice of the page before. */
  listInvoices(
    customerId: string,
    page: { readonly limit: number; readonly after: string | undefined },
  ): Promise<{ readonly invoices: readonly SubscriptionInvoice[]; readonly hasMore: boolean }>;
  getInvoice(invoiceId: string): Promise<SubscriptionInvoice>;
  /** What the plan costs. */
  getPrice(): Promise<PlanPrice>;
  parseWebhook(request: WebhookRequest): Promise<SubscriptionEvent>;
}

export type PaymentStatus = 'pending' | 'approved' | 'declined' | 'voided' | 'error';

export interface TopUpCheckoutRequest {
  /** Ours, unique. */
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly email: string;
  readonly redirectUrl: string;
}

export interface ProviderPayment {
  readonly providerPaymentId: string;
  /** Ours, or the vendor's id of the checkout it was paid at. */
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: PaymentStatus;
  /** Given back so far, of an approved payment; all of a voided one. */
  readonly refundedMinor: number;
}

export type PaymentEvent = {
  /** The same change has the same id however often it comes. */
  readonly eventId: string;
  readonly name: string;
} & (
  | {
      readonly type: 'payment.changed';
      readonly providerPaymentId: string;
      /** What the event says; a re-read that is still behind it has to be tried again. */
      readonly status: PaymentStatus;
    }
  | { readonly type: 'other' }
);

/** Wompi and Bold: prepaid wallet top-ups. */
export interface TopUpProvider {
  readonly name: string;
  /** A hosted page to pay at; `checkoutId` where the vendor gives it an id of its own. */
  createCheckout(
    request: TopUpCheckoutRequest,
  ): Promise<{ readonly url: string; readonly checkoutId: string | undefined }>;
  /** Re-reads a payment: only this is believed, never the event's own fields. */
  getPayment(providerPaymentId: string): Promise<ProviderPayment>;
  /** Every attempt at paying that the vendor knows of. None: nobody tried, or it cannot be searched. */
  findPayments(topUp: {
    readonly reference: string;
    readonly checkoutId: string | undefined;
  }): Promise<readonly ProviderPayment[]>;
  parseWebhook(request: WebhookRequest): Promise<PaymentEvent>;
}
