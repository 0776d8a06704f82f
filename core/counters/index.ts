export { createMemoryCounters } from './memory-counters.ts';
export {
  createRedisCounters,
  type RedisCounters,
  type RedisCountersOptions,
} from './redis-counters.ts';
