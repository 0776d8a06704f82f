import { afterEach, expect, it } from 'vitest';
import { startFakeApi, type FakeApi } from '../../testing/fake-api.ts';
import { cli, freshFolder } from '../../testing/run.ts';

const report = {
  since: '2026-11-16T12:00:00.000Z',
  until: '2026-11-23T12:00:00.000Z',
  calls: 12,
  turns: 200,
  target_ms: 800,
  voice_to_voice_ms: { p50: 610, p95: 940, p99: 1_400 },
  over_target: { turns: 16, share: 0.08 },
  speculated: 90,
  failed: 2,
  causes: [
    { cause: 'endpointing', turns: 150, p50: 600, p95: 850, over_target: 4, share: 0.02 },
    { cause: 'model', turns: 40, p50: 700, p95: 1_200, over_target: 12, share: 0.06 },
    { cause: 'voice', turns: 10, p50: 500, p95: 700, over_target: 0, share: 0 },
  ],
};
let api: FakeApi;
afterEach(() => api.close());

async function run(answer: object, argv: readonly string[], tty = true) {
  api = await startFakeApi({ 'GET /v1/calls/latency': () => ({ body: answer }) });
  const env = { ALO_HOME: await freshFolder(), ALO_API_URL: api.url, ALO_API_KEY: 'alo_sk_test_x' };
  return cli(['latency', 'report', ...argv], { env, tty });
}

it('shows the percentiles and, as bars, what the late answers waited for, the commonest first', async () => {
  const { code, stdout } = await run(report, ['--since', '24h']);
  expect(code).toBe(0);
  expect(api.seen[0]?.query.get('since')).toBe('24h');
  expect(stdout).toContain('200 respuestas en 12 llamadas');
  expect(stdout).toContain('p50 610 ms · p95 940 ms · p99 1,4 s');
  expect(stdout).toMatch(/Más de 800 ms: 8\s?%/);
  expect(stdout).toMatch(/modelo\s+█{24}\s+6\s?%[^]*fin del turno\s+█{8}░{16}\s+2\s?%/);
  expect(stdout).not.toMatch(/^ *voz/m);
  expect(stdout).toContain('90 empezadas antes de tiempo · 2 con fallas de un proveedor');
});

it('says so when nobody called, in the language asked for', async () => {
  const nobody = { ...report, turns: 0, calls: 0, voice_to_voice_ms: null, causes: [] };
  const { code, stdout } = await run(nobody, ['--lang', 'en']);
  expect([code, stdout]).toEqual([0, 'Nobody called in that time.\n']);
});

it('gives programs the report as it is', async () => {
  const { stdout } = await run(report, ['--json'], false);
  expect(JSON.parse(stdout)).toEqual(report);
});
