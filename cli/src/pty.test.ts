import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { freshFolder } from './testing/run.ts';

const alo = fileURLToPath(new URL('../bin/alo.mjs', import.meta.url));
const run = promisify(execFile);

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Runs `alo` on a real pseudo-terminal (util-linux `script`). */
async function onTerminal(words: string, env: Record<string, string> = {}): Promise<Outcome> {
  const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(alo)} ${words}`;
  const home = await freshFolder();
  const options = {
    env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '', ALO_HOME: home, ...env },
  };
  try {
    const { stdout } = await run('script', ['-qec', command, '/dev/null'], options);
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout } = error as { code: number; stdout: string };
    return { code, output: stdout };
  }
}

describe('alo on a terminal', () => {
  test('shows its help in Spanish, with weights', async () => {
    const { code, output } = await onTerminal('--help');
    expect(code).toBe(0);
    expect(output).toContain('\u001b[1mUso:\u001b[');
    expect(output).toContain('Aló: agentes telefónicos');
  });

  test('says an error in words, with a hint and the exit code', async () => {
    const { code, output } = await onTerminal('whoami', { ALO_API_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(1);
    expect(output).toMatch(/✗.* No se pudo hablar con Aló[\s\S]*alo serve/);
    expect(output).not.toContain('{');
  });

  test('a usage error is 2', async () => {
    const { code, output } = await onTerminal('calls show --lang en');
    expect([code, output.includes('call is missing.')]).toEqual([2, true]);
  });
});

test('plain commands start without Ink and React', async () => {
  const probe = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    process.on('exit', () => console.error(loaded.filter((url) => /node_modules\\/(ink|react)/.test(url)).length));
    process.argv = [process.argv[0], 'alo', '--help'];
    await import(${JSON.stringify(new URL('../bin/alo.mjs', import.meta.url).href)});
  `;
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', probe]);
  expect(stdout).toContain('Comandos:');
  expect(stderr.trim()).toBe('0');
});
