import type { Clock } from '@alo/core/kernel';

export interface BreakerOptions {
  readonly clock: Clock;
  /** So many failures within `windowMs`, without a success in between, open it. */
  readonly failuresMax?: number;
  readonly windowMs?: number;
  /** How long it stays open before one request is let through to try. */
  readonly openMs?: number;
  /** It has opened: the provider is taken for down. */
  onOpen?(): void;
  /** It answers again. */
  onClose?(): void;
}

/** A circuit breaker: what fails again and again is left alone for a while. */
export interface Breaker {
  /** `closed`: in use. `open`: left alone. `trying`: one request may find out. */
  readonly state: 'closed' | 'open' | 'trying';
  /** It has failed moments ago, though not often enough to be left alone. */
  readonly shaky: boolean;
  succeeded(): void;
  failed(): void;
}

export function createBreaker(options: BreakerOptions): Breaker {
  const { clock, failuresMax = 5, windowMs = 30_000, openMs = 20_000 } = options;
  let failures: number[] = [];
  let openedMs: number | undefined;

  const recent = () => {
    const since = clock.monotonicMs() - windowMs;
    failures = failures.filter((atMs) => atMs > since);
    return failures.length;
  };

  return {
    get state() {
      if (openedMs === undefined) return 'closed';
      return clock.monotonicMs() - openedMs < openMs ? 'open' : 'trying';
    },
    get shaky() {
      return recent() > 0;
    },
    succeeded() {
      failures = [];
      if (openedMs === undefined) return;
      openedMs = undefined;
      options.onClose?.();
    },
    failed() {
      failures.push(clock.monotonicMs());
      // A try that fails leaves it alone for as long again; nobody is told twice.
      if (openedMs !== undefined) openedMs = clock.monotonicMs();
      else if (recent() >= failuresMax) {
        openedMs = clock.monotonicMs();
        options.onOpen?.();
      }
    },
  };
}
