import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../kernel/index.ts';
import type { SubscriptionState, SubscriptionStatus } from '../ports/index.ts';
import {
  chooseSubscription,
  nextSubscriptionCheck,
  pastDueSince,
  planOf,
} from './subscription.rules.ts';

const now = new Date('2026-11-23T12:00:00Z');
const later = (ms: number) => new Date(now.getTime() + ms);
const state = (
  subscriptionId: string,
  status: SubscriptionStatus,
  createdAt: Date | undefined = now,
): SubscriptionState => ({
  subscriptionId,
  customerId: 'cus_1',
  organizationId: 'org_1',
  status,
  createdAt,
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
    expect(planOf({ status, pastDueSince: null }, now)).toBe(plan);
  });

  it('of one that owes is kept until the grace period ends, to the millisecond', () => {
    const owes = { status: 'past_due', pastDueSince: now } as const;
    expect(planOf(owes, later(limits.billing.graceMs - 1))).toBe('pro');
    expect(planOf(owes, later(limits.billing.graceMs))).toBe('free');
  });

  it('is owed for since it was first seen so, anew after a payment, and apart for another one', () => {
    const owes = state('a', 'past_due');
    expect(pastDueSince(undefined, owes, now)).toEqual(now);
    const before = { subscriptionId: 'a', pastDueSince: now };
    expect(pastDueSince(before, owes, later(1_000))).toEqual(now);
    expect(pastDueSince(before, state('a', 'active'), later(1_000))).toBeNull();
    expect(pastDueSince({ ...before, pastDueSince: null }, owes, later(5))).toEqual(later(5));
    expect(pastDueSince({ ...before, subscriptionId: 'b' }, owes, later(5))).toEqual(later(5));
  });
});

describe('the subscription that counts', () => {
  const old = state('a', 'active');
  const fresh = state('b', 'active', later(60_000));
  it.each([
    ['the only one', [state('a', 'incomplete')], null, 'a', []],
    ['the new one after the old ended', [state('a', 'canceled'), fresh], 'a', 'b', []],
    ['the new one when the old’s late event comes', [state('a', 'canceled'), fresh], 'b', 'b', []],
    ['the one on record of two that are paid', [old, fresh], 'b', 'b', [['a', true]]],
    ['the first of two that are paid, none on record', [fresh, old], null, 'a', [['b', true]]],
    [
      'the paid one before one that owes',
      [state('a', 'past_due'), fresh],
      'a',
      'b',
      [['a', false]],
    ],
    [
      'the one that owes before an unpaid one',
      [state('a', 'unpaid'), state('b', 'past_due')],
      'a',
      'b',
      [['a', false]],
    ],
    [
      'the one on record when none lives',
      [state('a', 'canceled'), state('b', 'incomplete')],
      'a',
      'a',
      [],
    ],
    [
      'the last one when none lives nor is on record',
      [state('a', 'canceled'), state('b', 'canceled', later(1))],
      null,
      'b',
      [],
    ],
  ] as const)('is %s', (_which, candidates, onRecord, kept, surplus) => {
    const choice = chooseSubscription(candidates, onRecord);
    expect(choice.subscription?.subscriptionId).toBe(kept);
    expect(choice.surplus.map((one) => [one.subscription.subscriptionId, one.refund])).toEqual(
      surplus,
    );
  });

  it('does not depend on the order they are listed in, and leaves at most one that charges', () => {
    const statuses: SubscriptionStatus[] = ['active', 'trialing', 'past_due', 'unpaid', 'canceled'];
    const made = fc
      .array(fc.constantFrom(...statuses), { minLength: 1, maxLength: 6 })
      .map((list) => list.map((status, n) => state(`s${n}`, status, later(n * 1_000))));
    const shuffled = made.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
        fc.constantFrom(null, 's0', 's3'),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([list, other, onRecord]) => {
        const [one, two] = [
          chooseSubscription(list, onRecord),
          chooseSubscription(other, onRecord),
        ];
        expect(two.subscription).toEqual(one.subscription);
        const ended = new Set(one.surplus.map(({ subscription }) => subscription.subscriptionId));
        const left = list.filter(
          ({ subscriptionId, status }) => status !== 'canceled' && !ended.has(subscriptionId),
        );
        expect(left.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the next look at a subscription', () => {
  const at = (fields: Partial<Parameters<typeof nextSubscriptionCheck>[0]>) =>
    nextSubscriptionCheck(
      { status: 'active', currentPeriodEnd: null, pastDueSince: null, ...fields },
      now,
    );
  const hours = (n: number) => later(n * 3_600_000);

  it('is daily, after the renewal if that is sooner, never sooner than ten minutes', () => {
    expect(at({})).toEqual(hours(24));
    expect(at({ currentPeriodEnd: hours(3) })).toEqual(hours(5));
    expect(at({ currentPeriodEnd: hours(-1.99) })).toEqual(later(600_000));
    expect(at({ currentPeriodEnd: hours(-100) })).toEqual(hours(24));
  });

  it('is when the grace period ends', () => {
    const pastDueSince = later(3_600_000 - limits.billing.graceMs);
    expect(at({ status: 'past_due', pastDueSince })).toEqual(hours(1));
  });

  it('is never once it is over', () => {
    expect(at({ status: 'canceled' })).toBeUndefined();
    expect(at({ status: 'incomplete_expired' })).toBeUndefined();
  });
});
