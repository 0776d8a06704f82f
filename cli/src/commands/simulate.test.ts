import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { readScenario } from '../evals/scenario.ts';
import { call, startFakePlatform, turns } from '../testing/fake-platform.ts';
import { cli, freshFolder } from '../testing/run.ts';

const detail = {
  ...call,
  turns: turns.map((turn) => ({ ...turn, tool_calls: [] })),
  voice_to_voice_ms: { p50: 640, p95: 640 },
};
const routes = { 'GET /v1/calls/call_1': () => ({ body: detail }) };
let platform: Awaited<ReturnType<typeof startFakePlatform>> | undefined;
afterEach(async () => {
  await platform?.close();
  platform = undefined;
});

const scenario = (fact: string) =>
  `name: Horario\nnumber: 300 111 2233\nlines: [¿A qué hora abren?]\nexpect:\n  facts: [${fact}]\nlatency: { p95_ms: 700 }\n`;

async function run(
  contents: readonly string[],
  argv: readonly string[] = [],
  options: { tty?: boolean; sandbox?: readonly string[] } = {},
) {
  platform = await startFakePlatform(
    routes,
    options.sandbox ? { sandbox: options.sandbox } : undefined,
  );
  const folder = await freshFolder();
  const paths = contents.map((_, index) => join(folder, `${index}.yaml`));
  await Promise.all(paths.map((path, index) => writeFile(path, contents[index] ?? '')));
  const env = { ALO_HOME: folder, ALO_API_URL: platform.url, ALO_API_KEY: 'alo_sk_test_x' };
  return cli(['simulate', ...paths, ...argv], { env, tty: options.tty ?? true });
}
const dialled = () => platform?.seen.filter((one) => one.path === '/v1/calls/test').length;

describe('alo simulate', () => {
  it("has the sandbox's caller say the lines, and passes where what was expected was said", async () => {
    const { code, stdout } = await run([scenario('a las seis')]);
    expect([code, stdout]).toEqual([0, '✓ Horario  p50 640 ms, p95 640 ms\n']);
    expect(platform?.state.callers).toEqual({ '+573001112233': { lines: ['¿A qué hora abren?'] } });
  });

  it('fails with exit code 1 where one does not hold, and says what and in which call', async () => {
    const { code, stdout, stderr } = await run([scenario('a las siete'), scenario('a las seis')]);
    expect(code).toBe(1);
    expect(stdout).toContain('no dijo «a las siete»\n    alo calls show call_1\n✓ Horario');
    expect(stderr).toContain('No se cumplieron 1 de 2 guiones.');
  });

  it('gives programs one document with every verdict', async () => {
    const { code, stdout } = await run([scenario('a las siete')], ['--json'], { tty: false });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      passed: false,
      scenarios: [{ scenario: 'Horario', call_id: 'call_1', failures: ['no dijo «a las siete»'] }],
    });
  });

  it('rings no real phone unless told so', async () => {
    const refused = await run([scenario('a las seis')], [], { sandbox: [] });
    expect([refused.code, dialled()]).toEqual([2, 0]);
    expect(refused.stderr).toMatch(/llama de verdad: sonarían \+573001112233[^]*--yes/);
    await platform?.close();
    const told = await run([scenario('a las seis')], ['--yes'], { sandbox: [] });
    expect([told.code, dialled()]).toEqual([0, 1]);
    expect(told.stderr).toContain('conteste y diga usted las frases');
    expect(platform?.state.callers).toEqual({});
  });

  it.each([
    ['an expectation that is misspelt', scenario('x').replace('facts', 'fcats'), 'fcats'],
    ['nobody to call', scenario('x').replace(/number.*\n/, ''), 'number'],
    ['nothing to say', scenario('x').replace(/lines.*\n/, 'lines: []\n'), 'lines'],
    ['a budget that is no number', scenario('x').replace('700', 'pronto'), 'latency.p95_ms'],
  ])('refuses %s before anything is dialled', async (_what, content, named) => {
    const { code, stderr } = await run([scenario('a las seis'), content]);
    expect([code, dialled()]).toEqual([2, 0]);
    expect(stderr).toContain(named);
  });

  it.each(['precios', 'horario'])('comes with the example %s', async (name) => {
    const path = `../../../examples/panaderia/evals/${name}.yaml`;
    const read = await readScenario(fileURLToPath(new URL(path, import.meta.url)), 'es');
    expect(read.expect.facts.length).toBeGreaterThan(0);
  });
});
