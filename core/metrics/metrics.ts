import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallRecords } from '../calls/index.ts';

/** Around the 800 ms that people notice, finely; in seconds, as Prometheus has it. */
const WAIT_BUCKETS = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.25, 1.5, 2, 3, 5];
const HTTP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LOOP_RESOLUTION_MS = 10;

export type Metrics = ReturnType<typeof createMetrics>;

export interface HttpRequestFigures {
  readonly method: string;
  /** The route's pattern, never the address itself: ids would make a series each. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
}

/**
 * What this process counts, in Prometheus' terms. `jobsByState` is asked when somebody reads:
 * queue → state → how many.
 */
export function createMetrics(deps: {
  jobsByState: () => Promise<Readonly<Record<string, Readonly<Record<string, number>>>>>;
}) {
  const registry = new Registry();
  const registers = [registry];
  const voiceToVoice = new Histogram({
    name: 'alo_voice_to_voice_seconds',
    help: "From the caller's last sound to the agent's first, by what took longest",
    labelNames: ['cause'] as const,
    buckets: WAIT_BUCKETS,
    registers,
  });
  const activeCalls = new Gauge({
    name: 'alo_calls_active',
    help: 'Calls whose media this process has',
    registers,
  });
  const providerFailures = new Counter({
    name: 'alo_provider_failures_total',
    help: 'Times a provider failed a call',
    labelNames: ['provider', 'kind'] as const,
    registers,
  });
  const http = new Histogram({
    name: 'alo_http_request_seconds',
    help: 'How long requests took, by route',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: HTTP_BUCKETS,
    registers,
  });
  const { jobsByState } = deps;
  const jobs = new Gauge({
    name: 'alo_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'] as const,
    registers: [],
    async collect() {
      for (const [queue, states] of Object.entries(await jobsByState()))
        for (const [state, count] of Object.entries(states)) this.set({ queue, state }, count);
    },
  });
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  const lateness = new Gauge({
    name: 'alo_event_loop_delay_seconds',
    help: 'How much later than asked a timer ran, since the last reading',
    labelNames: ['quantile'] as const,
    registers: [],
    collect() {
      const seconds = (nanos: number) => Math.max(0, nanos / 1e6 - LOOP_RESOLUTION_MS) / 1_000;
      this.set({ quantile: '0.5' }, seconds(loop.percentile(50)));
      this.set({ quantile: '0.99' }, seconds(loop.percentile(99)));
      this.set({ quantile: '1' }, seconds(loop.max));
      loop.reset();
    },
  });
  const memory = new Gauge({
    name: 'alo_memory_bytes',
    help: 'Memory of this process',
    labelNames: ['kind'] as const,
    registers: [],
    collect() {
      const { rss, heapUsed, external } = process.memoryUsage();
      this.set({ kind: 'resident' }, rss);
      this.set({ kind: 'heap' }, heapUsed);
      this.set({ kind: 'external' }, external);
    },
  });

  for (const gauge of [jobs, lateness, memory]) registry.registerMetric(gauge);

  return {
    contentType: registry.contentType,
    /** Everything, in the text format. */
    read: () => registry.metrics(),
    callBegan: () => activeCalls.inc(),
    callEnded: () => activeCalls.dec(),
    /** What calls have to keep is what there is to count of them. */
    kept(records: readonly CallRecords[]): void {
      for (const { turns, events } of records) {
        for (const { audioOutMs, callerEndMs, cause } of turns) {
          if (audioOutMs === null || callerEndMs === null) continue;
          voiceToVoice.observe({ cause: cause ?? 'unknown' }, (audioOutMs - callerEndMs) / 1_000);
        }
        for (const { type, data } of events) {
          if (type !== 'provider.failed') continue;
          const { provider, kind } = data;
          providerFailures.inc({ provider: String(provider), kind: String(kind) });
        }
      }
    },
    httpRequest({ method, route, status, ms }: HttpRequestFigures): void {
      http.observe({ method, route, status }, ms / 1_000);
    },
    close: () => loop.disable(),
  };
}
