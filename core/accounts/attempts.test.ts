import { describe, expect, it } from 'vitest';
import { createMemoryCounters } from '../counters/index.ts';
import { AppError, createVirtualClock, limits, type Clock } from '../kernel/index.ts';
import { createAttempts } from './attempts.ts';

const start = (clock: Clock = createVirtualClock()) =>
  createAttempts(createMemoryCounters(clock), 'code');

const wrong = () => Promise.reject(new AppError('invalid_otp'));
const { failuresMax, windowMs } = limits.auth.guesses;

async function codesOf(times: number, work: () => Promise<unknown>): Promise<(string | null)[]> {
  const codes: (string | null)[] = [];
  for (let count = 0; count < times; count++) {
    codes.push(
      await work().then(
        () => null,
        (error: AppError) => error.code,
      ),
    );
  }
  return codes;
}

describe('guessing', () => {
  it('stops at the bound for one address, not for another, and opens again after the window', async () => {
    const clock = createVirtualClock();
    const attempts = start(clock);
    const codes = await codesOf(failuresMax + 1, () => attempts.guard('a@x.co', wrong));
    expect(codes.at(-2)).toBe('invalid_otp');
    expect(codes.at(-1)).toBe('rate_limited');
    await expect(attempts.guard('b@x.co', async () => 1)).resolves.toBe(1);
    await clock.advance(windowMs);
    await expect(attempts.guard('a@x.co', async () => 1)).resolves.toBe(1);
  });

  it('counts tries made side by side', async () => {
    const attempts = start();
    const tries = Array.from({ length: failuresMax * 3 }, () => attempts.guard('a@x.co', wrong));
    const settled = await Promise.allSettled(tries);
    const codes = settled.map((each) => (each as PromiseRejectedResult).reason.code as string);
    expect(codes.filter((code) => code === 'invalid_otp')).toHaveLength(failuresMax);
  });

  it('forgets failures at a success, and does not count what is nobody’s guess', async () => {
    const attempts = start();
    const down = () => Promise.reject(new Error('down'));
    await codesOf(failuresMax - 1, () => attempts.guard('a@x.co', wrong));
    await codesOf(50, () => attempts.guard('a@x.co', down));
    await expect(attempts.guard('a@x.co', async () => 1)).resolves.toBe(1);
    const codes = await codesOf(failuresMax, () => attempts.guard('a@x.co', wrong));
    expect(codes).not.toContain('rate_limited');
  });
});
