import { describe, expect, it } from 'vitest';
import { limits } from '../kernel/index.ts';
import type { WebhookResult } from '../ports/index.ts';
import { askingOf, attemptsMax, isLost, retryWaitsMs, settlementOf } from './attempt.rules.ts';

const answered = (status: number, retryAfterMs?: number): WebhookResult => ({
  type: 'answered',
  status,
  excerpt: '',
  retryAfterMs,
});
const HOUR = 3_600_000;

describe('what an attempt means', () => {
  it.each([200, 201, 202, 204, 299])('%i is delivered', (status) => {
    expect(settlementOf(answered(status), 1, 0)).toEqual({
      delivery: 'delivered',
      endpoint: 'healthy',
    });
  });

  it.each([100, 199, 301, 302, 307, 308, 400, 401, 404, 409, 418, 429, 500, 503, 504])(
    '%i is tried again: only 2xx counts, and no redirect is followed',
    (status) => {
      expect(settlementOf(answered(status), 1, 0)).toEqual({
        delivery: 'retry',
        waitMs: 5_000,
        endpoint: 'failing',
      });
    },
  );

  it.each(['timeout', 'dns_failed', 'blocked_address', 'connection_failed'] as const)(
    'no answer (%s) is tried again',
    (error) => {
      expect(settlementOf({ type: 'unanswered', error }, 1, 0)).toMatchObject({
        delivery: 'retry',
      });
    },
  );

  it('410 ends the delivery and the endpoint', () => {
    expect(settlementOf(answered(410), 1, 0)).toEqual({ delivery: 'failed', endpoint: 'gone' });
  });
});

describe('the schedule', () => {
  const waits = (random: number) =>
    Array.from({ length: attemptsMax }, (_, index) => {
      const settlement = settlementOf(answered(500), index + 1, random);
      return settlement.delivery === 'retry' ? settlement.waitMs : null;
    });

  it("is the standard's: ten attempts in about three days, then it has failed", () => {
    expect(waits(0)).toEqual([...retryWaitsMs, null]);
    const totalMs = retryWaitsMs.reduce((sum, wait) => sum + wait, 0);
    expect(totalMs).toBe(5_000 + 35 * 60_000 + 75 * HOUR);
  });

  it('is jittered, by a fifth at most, and never early', () => {
    for (const [index, waitMs] of waits(0.999).entries()) {
      const planned = retryWaitsMs[index];
      if (planned === undefined || waitMs === null) continue;
      expect(waitMs).toBeGreaterThan(planned);
      expect(waitMs).toBeLessThanOrEqual(planned * 1.2);
    }
  });

  it('waits longer where the endpoint asks for it, a day at most, and never shorter', () => {
    const wait = (retryAfterMs: number) => settlementOf(answered(429, retryAfterMs), 1, 0);
    expect(wait(60_000)).toMatchObject({ waitMs: 60_000 });
    expect(wait(1)).toMatchObject({ waitMs: 5_000 });
    expect(wait(365 * 24 * HOUR)).toMatchObject({ waitMs: 24 * HOUR });
  });
});

it('an endpoint is given up after days without a success', () => {
  const since = new Date('2026-11-01T00:00:00Z');
  const after = (ms: number) => isLost(since, new Date(since.getTime() + ms));
  expect(after(limits.webhooks.failingMsMax - 1)).toBe(false);
  expect(after(limits.webhooks.failingMsMax)).toBe(true);
});

it('the same asking has the same name, a later one another', () => {
  const due = new Date('2026-11-01T00:00:00Z');
  const name = (lateMs: number, dueMs = 0) =>
    askingOf(
      { id: 'dlv_1', next_attempt_at: new Date(due.getTime() + dueMs) },
      new Date(due.getTime() + lateMs),
    );
  expect(name(0)).toBe(name(59_000));
  expect(name(0)).not.toBe(name(60_000));
  expect(name(0)).not.toBe(name(0, 5_000));
});
