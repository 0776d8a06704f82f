import { expect, it } from 'vitest';
import type { CallRuntime } from '@alo/core/calls';
import { createMetrics } from '@alo/core/metrics';
import { countCalls } from './metrics.ts';

it('calls of a process are active from their claim to their end; what is not claimed never was', async () => {
  const metrics = createMetrics({ jobsByState: async () => ({}) });
  const calls = [{ callId: 'call_1' }, null];
  const runtime = countCalls(
    {
      claim: async () => calls.shift() ?? null,
      finish: async () => undefined,
      keep: async () => undefined,
    } as unknown as CallRuntime,
    metrics,
  );
  const active = async () => /alo_calls_active (\d+)/.exec(await metrics.read())?.[1];
  const call = await runtime.claim('token', 'v3:1');
  await runtime.claim('token', 'v3:1');
  expect(await active()).toBe('1');
  if (call)
    await runtime.finish(call, {
      reason: 'caller_hangup',
      durationMs: 1,
      recording: new Uint8Array(),
    });
  expect(await active()).toBe('0');
  metrics.close();
});
