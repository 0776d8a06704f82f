import type { Currency } from '../kernel/index.ts';
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
  readonly currentPeriodEnd: Date | undefined;
  readonly cancelAtPeriodEnd: boolean;
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
  | { readonly type: 'other' }
);

/** Stripe: the "Pro" subscription. */
export interface SubscriptionProvider {
  readonly name: string;
  createCheckout(
    request: SubscriptionCheckoutRequest,
  ): Promise<{ readonly id: string; readonly url: string }>;
  /** Reads the subscription as it is now: the source of truth whatever order events come in. */
  getSubscription(subscriptionId: string): Promise<SubscriptionState>;
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
  readonly reference: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly status: PaymentStatus;
}

export interface PaymentEvent {
  /** Transaction and status: the same change has the same id however often it comes. */
  readonly eventId: string;
  readonly name: string;
  readonly providerPaymentId: string;
  /** What the event says; a re-read that is still behind it has to be tried again. */
  readonly status: PaymentStatus;
}

/** Wompi: prepaid wallet top-ups. */
export interface TopUpProvider {
  readonly name: string;
  /** The signed address of the hosted payment page. No call to the vendor. */
  checkoutUrl(request: TopUpCheckoutRequest): string;
  /** Re-reads a payment: only this is believed, never the event's own fields. */
  getPayment(providerPaymentId: string): Promise<ProviderPayment>;
  parseWebhook(request: WebhookRequest): Promise<PaymentEvent>;
}
