import type { Stripe } from 'stripe';
import { describe, expect, it } from 'vitest';
import { toSubscriptionEvent, toSubscriptionState } from './wire.ts';

const event = (type: string, object: object) =>
  toSubscriptionEvent({
    id: 'evt_1',
    created: 1_700_000_000,
    type,
    data: { object },
  } as unknown as Stripe.Event);

const subscription = (fields: object) =>
  toSubscriptionState({
    id: 'sub_1',
    customer: 'cus_1',
    status: 'active',
    cancel_at_period_end: false,
    cancel_at: null,
    metadata: {},
    items: { data: [{ current_period_end: 1_700_000_000 }] },
    ...fields,
  } as unknown as Stripe.Subscription);

describe('an event', () => {
  it('of a completed subscription checkout names organization, customer and subscription', () => {
    const session = {
      mode: 'subscription',
      client_reference_id: 'org_1',
      customer: 'cus_1',
      subscription: { id: 'sub_1' },
    };
    expect(event('checkout.session.completed', session)).toMatchObject({
      type: 'checkout.completed',
      organizationId: 'org_1',
      customerId: 'cus_1',
      subscriptionId: 'sub_1',
    });
  });

  it('of a checkout that is no subscription means nothing to us', () => {
    const session = { mode: 'payment', client_reference_id: 'org_1', customer: 'cus_1' };
    expect(event('checkout.session.completed', session).type).toBe('other');
  });

  it.each(['created', 'updated', 'deleted', 'paused', 'resumed', 'trial_will_end'])(
    'customer.subscription.%s names the subscription',
    (change) => {
      expect(event(`customer.subscription.${change}`, { id: 'sub_1' })).toMatchObject({
        type: 'subscription.changed',
        subscriptionId: 'sub_1',
      });
    },
  );

  it('of an invoice finds the subscription where newer versions keep it', () => {
    const parent = { subscription_details: { subscription: 'sub_1' } };
    for (const type of ['invoice.paid', 'invoice.payment_failed']) {
      expect(event(type, { parent })).toMatchObject({ subscriptionId: 'sub_1' });
      expect(event(type, { parent: null }).type).toBe('other');
    }
  });
});

describe('a failed charge', () => {
  it('names its invoice, so that the charge can be told of', () => {
    const parent = { subscription_details: { subscription: 'sub_1' } };
    expect(event('invoice.payment_failed', { id: 'in_1', parent })).toMatchObject({
      type: 'invoice.payment_failed',
      subscriptionId: 'sub_1',
      invoiceId: 'in_1',
    });
  });
});

describe('a subscription', () => {
  it('ends its period where its item does', () => {
    expect(subscription({}).currentPeriodEnd).toEqual(new Date(1_700_000_000_000));
    expect(subscription({ items: { data: [] } }).currentPeriodEnd).toBeUndefined();
  });

  it('that has a date to end is cancelled at the end, however that was said', () => {
    expect(subscription({}).cancelAtPeriodEnd).toBe(false);
    expect(subscription({ cancel_at_period_end: true }).cancelAtPeriodEnd).toBe(true);
    expect(subscription({ cancel_at: 1_700_000_000 }).cancelAtPeriodEnd).toBe(true);
  });

  it('in a state we do not know is refused rather than guessed', () => {
    expect(() => subscription({ status: 'frozen' })).toThrow(/unknown status frozen/);
  });
});
