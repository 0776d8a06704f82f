import { Redis } from 'ioredis';
import type { Clock, Log } from '../kernel/index.ts';
import type { Counters } from '../ports/index.ts';
import { createMemoryCounters } from './memory-counters.ts';

export interface RedisCountersOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Keeps keys apart from those of others on the same Redis. */
  readonly prefix?: string;
}

export interface RedisCounters extends Counters {
  close(): Promise<void>;
}

/** A request waits no longer than this for its count. */
const ANSWER_MS = 500;

/** In one step, so that a count never stays behind without its end. */
const HIT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return { count, redis.call('PTTL', KEYS[1]) }`;
/** Only what is there: a DECR of nothing would leave a key that never ends. */
const UNDO = `
if tonumber(redis.call('GET', KEYS[1]) or 0) > 0 then redis.call('DECR', KEYS[1]) end`;

/**
 * Counts on Redis, shared by every process that uses it. When Redis does not answer, this process
 * counts by itself: a bound per process is worth more than none, and than nobody getting in.
 */
export function createRedisCounters(options: RedisCountersOptions): RedisCounters {
  const { clock, log, prefix = 'alo:count:' } = options;
  const alone = createMemoryCounters(clock);
  const redis = new Redis(options.url, {
    commandTimeout: ANSWER_MS,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
  });
  let isAway = false;
  redis.on('error', (error) => notice(error));
  redis.on('ready', () => {
    if (isAway) log.info('counters are shared again');
    isAway = false;
  });

  /** Said once an outage, not once a request. */
  function notice(error: unknown): void {
    if (!isAway) log.warn({ err: error }, 'Redis does not answer: this process counts by itself');
    isAway = true;
  }

  async function shared<T>(work: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
    // During an outage nobody waits to hear once more that there is one.
    if (isAway && redis.status !== 'ready') return otherwise();
    try {
      return await work();
    } catch (error) {
      notice(error);
      return otherwise();
    }
  }

  return {
    hit: (key, windowMs) =>
      shared(
        async () => {
          const answer = await redis.eval(HIT, 1, prefix + key, windowMs);
          const [count, leftMs] = answer as [number, number];
          return { count, resetsInMs: Math.max(0, leftMs) };
        },
        () => alone.hit(key, windowMs),
      ),
    undo: (key) =>
      shared(
        async () => void (await redis.eval(UNDO, 1, prefix + key)),
        () => alone.undo(key),
      ),
    clear: (key) =>
      shared(
        async () => void (await redis.del(prefix + key)),
        () => alone.clear(key),
      ),
    async close() {
      redis.disconnect();
    },
  };
}
