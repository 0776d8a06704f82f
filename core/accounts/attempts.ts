import { AppError, limits, type Clock } from '../kernel/index.ts';

const { failuresMax, windowMs, addressesMax } = limits.auth.guesses;

interface Attempts {
  /** Runs a try at an address's credential; too many failures before it: `rate_limited`. */
  guard<T>(address: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Bounds guessing at one address's password or code, from however many places it comes. A success
 * clears the count. Kept in this process: each process of many allows as many, still far from a
 * chance at six digits.
 */
export function createAttempts(clock: Clock): Attempts {
  const failures = new Map<string, { startedMs: number; count: number }>();

  function recent(address: string) {
    const entry = failures.get(address);
    if (entry && clock.monotonicMs() - entry.startedMs < windowMs) return entry;
    failures.delete(address);
    return undefined;
  }

  return {
    async guard(address, work) {
      // Counted before it is known to fail: tries side by side must not pass as one.
      const entry = recent(address) ?? { startedMs: clock.monotonicMs(), count: 0 };
      if (entry.count >= failuresMax) throw tooManyFailures();
      entry.count += 1;
      failures.set(address, entry);
      if (failures.size > addressesMax) failures.delete(failures.keys().next().value ?? '');
      try {
        const result = await work();
        failures.delete(address);
        return result;
      } catch (error) {
        const guessedWrong =
          error instanceof AppError &&
          (error.code === 'invalid_credentials' || error.code === 'invalid_otp');
        if (!guessedWrong) entry.count -= 1;
        throw error;
      }
    },
  };
}

function tooManyFailures(): AppError {
  return new AppError('rate_limited', {
    detail: {
      es: 'Demasiados intentos fallidos. Espere unos minutos.',
      en: 'Too many failed tries. Wait a few minutes.',
    },
  });
}
