import { AppError, limits, sha256Hex } from '../kernel/index.ts';
import type { Counters } from '../ports/index.ts';

const { mailIntervalMs } = limits.auth;

interface MailPace {
  /** Runs `mail`, unless one was asked for to this address within the interval: `rate_limited`. */
  run<T>(address: string, mail: () => Promise<T>): Promise<T>;
  /** Whoever has shown that the address is theirs need not wait for the next mail. */
  release(address: string): Promise<void>;
}

/**
 * One mail a minute to an address, of whatever kind, whether or not it has an account. The identity
 * service keeps such a pace too, but only for accounts, and a pace for each kind of mail: alone, its
 * refusals would tell which addresses have an account.
 */
export function createMailPace(counters: Counters): MailPace {
  const keyOf = (address: string) => `mail:${sha256Hex(address)}`;
  return {
    async run(address, mail) {
      const key = keyOf(address);
      const { count, resetsInMs } = await counters.hit(key, mailIntervalMs);
      if (count > 1) throw tooSoon(resetsInMs);
      try {
        return await mail();
      } catch (error) {
        // What was not mailed may be asked for again; a refusal of the pace itself stands.
        const paced = error instanceof AppError && error.code === 'rate_limited';
        if (!paced) await counters.clear(key);
        throw error;
      }
    },
    release: (address) => counters.clear(keyOf(address)),
  };
}

function tooSoon(retryAfterMs: number): AppError {
  return new AppError('rate_limited', {
    retryAfterMs,
    detail: {
      es: 'Ya enviamos un correo hace poco. Espere un minuto y vuelva a intentar.',
      en: 'A mail went out a moment ago. Wait a minute and try again.',
    },
  });
}
