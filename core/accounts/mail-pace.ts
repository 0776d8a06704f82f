import { AppError, limits, type Clock } from '../kernel/index.ts';

const { mailIntervalMs, guesses } = limits.auth;

interface MailPace {
  /** Runs `mail`, unless one was asked for to this address within the interval: `rate_limited`. */
  run(address: string, mail: () => Promise<void>): Promise<void>;
  /** Starts the interval. */
  note(address: string): void;
}

/**
 * One mail a minute to an address, whether or not it has an account. The identity service keeps
 * that pace too, but only for accounts: alone, its refusals would tell which addresses have one.
 */
export function createMailPace(clock: Clock): MailPace {
  const lastMs = new Map<string, number>();

  function note(address: string) {
    lastMs.delete(address);
    lastMs.set(address, clock.monotonicMs());
    if (lastMs.size > guesses.addressesMax) lastMs.delete(lastMs.keys().next().value ?? '');
  }

  return {
    note,
    async run(address, mail) {
      const last = lastMs.get(address);
      if (last !== undefined && clock.monotonicMs() - last < mailIntervalMs) throw tooSoon();
      note(address);
      try {
        await mail();
      } catch (error) {
        // What was not mailed may be asked for again; a refusal of the pace itself stands.
        if (!(error instanceof AppError)) lastMs.delete(address);
        throw error;
      }
    },
  };
}

function tooSoon(): AppError {
  return new AppError('rate_limited', {
    detail: {
      es: 'Ya enviamos un correo hace poco. Espere un minuto y vuelva a intentar.',
      en: 'A mail went out a moment ago. Wait a minute and try again.',
    },
  });
}
