import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecords } from '../calls/index.ts';
import { newId } from '../kernel/index.ts';
import { createMetrics, type Metrics } from './metrics.ts';

let metrics: Metrics;
beforeEach(() => {
  metrics = createMetrics({ jobsByState: async () => ({ calls: { waiting: 3 } }) });
});
afterEach(() => metrics.close());

const turn: CallRecords['turns'][number] = {
  position: 0,
  callerText: 'hola',
  agentText: 'buenas',
  interrupted: false,
  toolCalls: [],
  callerEndMs: 1_000,
  endOfTurnMs: 1_300,
  speculativeStartMs: null,
  llmFirstTokenMs: 1_400,
  ttsFirstByteMs: 1_500,
  fillerOutMs: null,
  audioOutMs: 1_750,
  toolMs: 0,
  failure: null,
  cause: 'model',
};
const records = (more: Partial<CallRecords>): CallRecords[] => [
  { callId: newId('call'), orgId: newId('org'), turns: [], events: [], ...more },
];

describe('the metrics of a process', () => {
  it('have how long callers waited by cause, and not what the agent said unasked', async () => {
    metrics.kept(records({ turns: [turn, { ...turn, callerEndMs: null, cause: null }] }));
    const text = await metrics.read();
    expect(text).toContain('alo_voice_to_voice_seconds_bucket{le="0.7",cause="model"} 0');
    expect(text).toContain('alo_voice_to_voice_seconds_bucket{le="0.8",cause="model"} 1');
    expect(text).not.toContain('cause="unknown"');
  });

  it('count active calls, failures of providers, jobs and requests', async () => {
    metrics.callBegan();
    metrics.callBegan();
    metrics.callEnded();
    const data = { provider: 'groq', kind: 'timeout' };
    metrics.kept(records({ events: [{ type: 'provider.failed', atMs: 1, data }] }));
    metrics.httpRequest({ method: 'GET', route: '/v1/calls/:call_id', status: 200, ms: 7 });
    const text = await metrics.read();
    expect(text).toContain('alo_calls_active 1');
    expect(text).toContain('alo_provider_failures_total{provider="groq",kind="timeout"} 1');
    expect(text).toContain('alo_jobs{queue="calls",state="waiting"} 3');
    expect(text).toMatch(
      /alo_http_request_seconds_bucket\{le="0.01",method="GET",route="\/v1\/calls\/:call_id",status="200"\} 1/,
    );
    expect(text).toMatch(/alo_event_loop_delay_seconds\{quantile="0.99"\} \d/);
    expect(text).toMatch(/alo_memory_bytes\{kind="heap"\} \d+/);
  });
});
