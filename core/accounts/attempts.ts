import { AppError, limits, sha256Hex } from '../kernel/index.ts';
import type { Counters } from '../ports/index.ts';

const { failuresMax, windowMs } = limits.auth.guesses;

interface Attempts {
  /** Runs a try at an address's credential; too many failures before it: `rate_limited`. */
  guard<T>(address: string, work: () => Promise<T>): Promise<T>;
}

/**
 * Bounds guessing at one address's password or code, from however many places it comes. A success
 * clears the count. `what` keeps the guesses at one credential apart from those at another.
 */
export function createAttempts(counters: Counters, what: string): Attempts {
  return {
    async guard(address, work) {
      const key = `guess:${what}:${sha256Hex(address)}`;
      // Counted before it is known to fail: tries side by side must not pass as one.
      const { count, resetsInMs } = await counters.hit(key, windowMs);
      if (count > failuresMax) throw tooManyFailures(resetsInMs);
      try {
        const result = await work();
        await counters.clear(key);
        return result;
      } catch (error) {
        const guessedWrong =
          error instanceof AppError &&
          (error.code === 'invalid_credentials' || error.code === 'invalid_otp');
        if (!guessedWrong) await counters.undo(key);
        throw error;
      }
    },
  };
}

function tooManyFailures(retryAfterMs: number): AppError {
  return new AppError('rate_limited', {
    retryAfterMs,
    detail: {
      es: 'Demasiados intentos fallidos. Espere unos minutos.',
      en: 'Too many failed tries. Wait a few minutes.',
    },
  });
}
