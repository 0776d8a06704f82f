import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PaymentStatus, ProviderPayment } from '../ports/index.ts';
import {
  attemptsThatCount,
  decidePayment,
  nextCheckoutCheck,
  nextPaymentCheck,
  payAfter,
  type PaymentRecord,
  type TopUpStatus,
} from './payment.rules.ts';

const AMOUNT = 100;
const ours = (
  status: TopUpStatus,
  providerPaymentId: string | null = 't1',
  refundedMinor = 0,
): PaymentRecord => ({
  status,
  providerPaymentId,
  amountMinor: AMOUNT,
  refundedMinor,
  currency: 'COP',
});
const theirs = (
  status: PaymentStatus,
  providerPaymentId = 't1',
  refundedMinor = 0,
): ProviderPayment => ({
  providerPaymentId,
  reference: 'r',
  amountMinor: AMOUNT,
  currency: 'COP',
  status,
  refundedMinor,
});

describe('a payment', () => {
  it.each([
    ['pending', null, 'pending', 't1', 'record'],
    ['pending', 't1', 'pending', 't1', 'nothing'],
    ['pending', null, 'approved', 't1', 'credit'],
    ['pending', null, 'voided', 't1', 'record'],
    ['pending', 't1', 'declined', 't2', 'nothing'],
    ['pending', 't1', 'approved', 't2', 'credit'],
    ['expired', null, 'approved', 't1', 'credit'],
    ['expired', null, 'pending', 't1', 'record'],
    ['declined', 't1', 'approved', 't2', 'credit'],
    ['declined', 't1', 'declined', 't1', 'nothing'],
    ['error', 't1', 'approved', 't1', 'credit'],
    ['approved', 't1', 'approved', 't1', 'nothing'],
    ['approved', 't1', 'pending', 't1', 'nothing'],
    ['approved', 't1', 'declined', 't2', 'nothing'],
    ['approved', 't1', 'voided', 't2', 'nothing'],
    ['approved', 't1', 'voided', 't1', 'refund'],
    ['approved', 't1', 'approved', 't2', 'alarm'],
    ['voided', 't1', 'approved', 't1', 'nothing'],
    ['voided', 't1', 'approved', 't2', 'alarm'],
  ] as const)('%s (%s), seen %s (%s): %s', (status, id, seen, seenId, does) => {
    expect(decidePayment(ours(status, id), theirs(seen, seenId)).do).toBe(does);
  });

  it('given back in parts is taken back by what is new, and voided when it is all', () => {
    const first = decidePayment(ours('approved'), theirs('approved', 't1', 30));
    expect(first).toEqual({ do: 'refund', amountMinor: 30 });
    const after = payAfter(ours('approved'), theirs('approved', 't1', 30), first);
    expect(after).toEqual(ours('approved', 't1', 30));
    expect(decidePayment(after, theirs('approved', 't1', 30)).do).toBe('nothing');
    expect(decidePayment(after, theirs('approved', 't1', 20)).do).toBe('nothing');
    const last = decidePayment(after, theirs('voided', 't1', 100));
    expect(last).toEqual({ do: 'refund', amountMinor: 70 });
    expect(payAfter(after, theirs('voided', 't1', 100), last).status).toBe('voided');
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

  it('is credited at most once and never gives back more than that, in whatever order it is looked at', () => {
    const status = fc.constantFrom<PaymentStatus>(
      'pending',
      'approved',
      'declined',
      'voided',
      'error',
    );
    const look = fc.tuple(status, fc.constantFrom('t1', 't2'), fc.integer({ min: 0, max: 150 }));
    fc.assert(
      fc.property(fc.array(look, { maxLength: 25 }), (looks) => {
        let record = ours('pending', null);
        let booked = 0;
        let credits = 0;
        for (const [seenStatus, id, refunded] of looks) {
          const seen = theirs(seenStatus, id, refunded);
          for (let step = 0; step < 5; step++) {
            const decision = decidePayment(record, seen);
            if (decision.do === 'nothing' || decision.do === 'alarm') break;
            expect(step).toBeLessThan(3);
            if (decision.do === 'credit') credits += 1;
            booked += decision.do === 'credit' ? AMOUNT : 0;
            booked -= decision.do === 'refund' ? decision.amountMinor : 0;
            record = payAfter(record, seen, decision);
          }
          expect(booked).toBeGreaterThanOrEqual(0);
          expect(record.refundedMinor).toBeLessThanOrEqual(AMOUNT);
        }
        expect(credits).toBeLessThanOrEqual(1);
        if (credits > 0) expect(booked).toBe(AMOUNT - record.refundedMinor);
      }),
    );
  });
});

describe('of several attempts at one reference', () => {
  const ids = (list: readonly ProviderPayment[], onRecord: string | null = null) =>
    attemptsThatCount(list, onRecord).map(({ providerPaymentId }) => providerPaymentId);

  it('all that moved money count, else the one under way, else the one on record', () => {
    const [d1, d2] = [theirs('declined', 'd1'), theirs('error', 'd2')];
    expect(ids([d1, theirs('approved', 'a'), theirs('voided', 'v')])).toEqual(['a', 'v']);
    expect(ids([d1, theirs('pending', 'p'), d2])).toEqual(['p']);
    expect(ids([d1, d2], 'd1')).toEqual(['d1']);
    expect(ids([d1, d2])).toEqual(['d2']);
    expect(ids([])).toEqual([]);
  });
});

describe('the next look at a payment', () => {
  const createdAt = new Date('2026-11-23T12:00:00Z');
  const [minute, day] = [60_000, 24 * 3_600_000];
  /** How often it is looked at, and how old it is at the last time. */
  const looks = (status: TopUpStatus, providerPaymentId: string | null = null) => {
    const ages: number[] = [];
    let now = createdAt;
    for (let n = 0; n < 100; n++) {
      const next = nextPaymentCheck({ status, providerPaymentId, createdAt }, now);
      if (!next) break;
      ages.push(next.getTime() - createdAt.getTime());
      now = next;
    }
    return ages;
  };

  it('backs off, and ends', () => {
    const ages = looks('pending');
    expect(ages.slice(0, 4)).toEqual([1, 2, 4, 8].map((n) => n * minute));
    expect(ages.length).toBeLessThan(20);
    expect(ages.at(-1)).toBeLessThan(5 * day);
    expect(looks('pending', 't1').at(-1)).toBeGreaterThanOrEqual(14 * day);
    expect(looks('approved').length).toBeLessThan(45);
    expect(looks('voided')).toEqual([]);
    expect(looks('expired')).toEqual([]);
  });

  it('at a checkout does the same', () => {
    expect(nextCheckoutCheck(createdAt, createdAt)).toEqual(new Date(createdAt.getTime() + minute));
    const old = new Date(createdAt.getTime() + 3 * day);
    expect(nextCheckoutCheck(createdAt, old)).toBeUndefined();
  });
});
