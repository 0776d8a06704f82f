import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaymentStatus, SubscriptionStatus } from '../ports/index.ts';
import { decidePayment, type PaymentRecord } from './payment.rules.ts';
import { chooseSubscription, planOf } from './subscription.rules.ts';

const state = (subscriptionId: string, status: SubscriptionStatus) => ({
  subscriptionId,
  customerId: 'cus_1',
  organizationId: 'org_1',
  status,
  currentPeriodEnd: undefined,
  cancelAtPeriodEnd: false,
});

describe('the plan', () => {
  it.each([
    ['active', 'pro'],
    ['trialing', 'pro'],
    ['past_due', 'pro'],
    ['unpaid', 'free'],
    ['canceled', 'free'],
    ['incomplete', 'free'],
    ['incomplete_expired', 'free'],
    ['paused', 'free'],
  ] as const)('of a subscription that is %s is %s', (status, plan) => {
    expect(planOf(status)).toBe(plan);
  });
});

describe('the subscription that counts', () => {
  it.each([
    ['the only one', undefined, state('a', 'incomplete'), 'a', false],
    ['the same one, changed', state('a', 'active'), state('a', 'canceled'), 'a', false],
    ['the new one after the old ended', state('a', 'canceled'), state('b', 'active'), 'b', false],
    [
      'the new one when the old’s late event comes',
      state('b', 'active'),
      state('a', 'canceled'),
      'b',
      false,
    ],
    [
      'the first of two that are both paid, with an alarm',
      state('a', 'active'),
      state('b', 'active'),
      'a',
      true,
    ],
    [
      'the one on record when neither lives',
      state('a', 'canceled'),
      state('b', 'incomplete'),
      'a',
      false,
    ],
  ] as const)('is %s', (_which, current, changed, kept, alarm) => {
    const choice = chooseSubscription(current, changed);
    expect([choice.subscription.subscriptionId, choice.alarm]).toEqual([kept, alarm]);
  });
});

describe('a payment', () => {
  const ours = (status: PaymentStatus, id: string | null = 't1'): PaymentRecord => ({
    status,
    providerPaymentId: id,
    amountMinor: 100,
    currency: 'COP',
  });
  const theirs = (status: PaymentStatus, providerPaymentId = 't1') => ({
    providerPaymentId,
    reference: 'r',
    amountMinor: 100,
    currency: 'COP',
    status,
  });

  it.each([
    ['pending', null, 'pending', 't1', 'record'],
    ['pending', 't1', 'pending', 't1', 'nothing'],
    ['pending', null, 'approved', 't1', 'credit'],
    ['pending', null, 'voided', 't1', 'record'],
    ['declined', 't1', 'approved', 't2', 'credit'],
    ['declined', 't1', 'declined', 't1', 'nothing'],
    ['approved', 't1', 'approved', 't1', 'nothing'],
    ['approved', 't1', 'pending', 't1', 'nothing'],
    ['approved', 't1', 'declined', 't2', 'nothing'],
    ['approved', 't1', 'voided', 't2', 'nothing'],
    ['approved', 't1', 'voided', 't1', 'reverse'],
    ['approved', 't1', 'approved', 't2', 'alarm'],
    ['voided', 't1', 'approved', 't1', 'nothing'],
    ['voided', 't1', 'approved', 't2', 'alarm'],
  ] as const)('%s (%s), seen %s (%s): %s', (status, id, seen, seenId, does) => {
    expect(decidePayment(ours(status, id), theirs(seen, seenId)).do).toBe(does);
  });

  it('of another amount or currency books nothing, whatever its state', () => {
    for (const wrong of [{ amountMinor: 99 }, { currency: 'USD' }]) {
      const seen = { ...theirs('approved'), ...wrong };
      expect(decidePayment(ours('pending', null), seen)).toEqual({
        do: 'alarm',
        why: 'wrong_amount',
      });
    }
  });

  it('is credited at most once and reversed at most once, in whatever order it is looked at', () => {
    const status = fc.constantFrom<PaymentStatus>(
      'pending',
      'approved',
      'declined',
      'voided',
      'error',
    );
    const look = fc.tuple(status, fc.constantFrom('t1', 't2'));
    fc.assert(
      fc.property(fc.array(look, { maxLength: 20 }), (looks) => {
        let record = ours('pending', null);
        const done: string[] = [];
        for (const [seenStatus, id] of looks) {
          const decision = decidePayment(record, theirs(seenStatus, id));
          done.push(decision.do);
          if (decision.do === 'nothing' || decision.do === 'alarm') continue;
          record = ours(seenStatus, id);
        }
        const times = (what: string) => done.filter((one) => one === what).length;
        expect(times('credit')).toBeLessThanOrEqual(1);
        expect(times('reverse')).toBeLessThanOrEqual(times('credit'));
      }),
    );
  });
});
