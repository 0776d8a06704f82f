import { isIPv6 } from 'node:net';
import { AppError, limits } from '../kernel/index.ts';
import type { Counters } from '../ports/index.ts';

/** Who asks, before anybody has signed in. */
export interface Visitor {
  readonly ip: string;
  /** What the client calls its installation (`Alo-Device`); its own word, so it only adds bounds. */
  readonly device: string | undefined;
}

type Deed = keyof (typeof limits.auth)['perHour'];

interface Velocity {
  /** Counts one more of these by this visitor. Error: `rate_limited`, with how long to wait. */
  check(deed: Deed, visitor: Visitor): Promise<void>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * How often one network address, and one device, may sign up, have mails sent or try credentials.
 * The bounds per address are wide: behind one address of a mobile carrier there is a whole town.
 */
export function createVelocity(counters: Counters): Velocity {
  const { perMinute, perHour, perHourOfDevice } = limits.auth;
  return {
    async check(deed, { ip, device }) {
      const network = networkOf(ip);
      const bounds: [key: string, windowMs: number, max: number][] = [
        [`minute:${network}`, MINUTE_MS, perMinute[deed]],
        [`hour:${network}`, HOUR_MS, perHour[deed]],
      ];
      if (device !== undefined) bounds.push([`device:${device}`, HOUR_MS, perHourOfDevice[deed]]);
      const waits = await Promise.all(
        bounds.map(async ([key, windowMs, max]) => {
          const { count, resetsInMs } = await counters.hit(`velocity:${deed}:${key}`, windowMs);
          return count > max ? resetsInMs : 0;
        }),
      );
      const waitMs = Math.max(...waits);
      if (waitMs > 0) throw new AppError('rate_limited', { retryAfterMs: waitMs });
    },
  };
}

/** An IPv6 customer has a whole /64 to choose addresses from: it counts as one. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = (ip.split('%')[0] ?? '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  const prefix = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${prefix.join(':')}::/64`;
}
