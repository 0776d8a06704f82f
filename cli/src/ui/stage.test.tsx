import { expect, test } from 'vitest';
import { CliError } from '../lib/errors.ts';
import { terminal } from '../testing/terminal.ts';
import { openStage } from './stage.tsx';

test('a prompt asks again until the answer is right, each time with an empty line', async () => {
  const { context, type, shown } = terminal();
  const stage = openStage(context);
  const check = (text: string) => (text === 'sí' ? undefined : { es: 'Diga sí.', en: 'Say yes.' });
  const answer = stage.ask({ label: 'Siga', check });
  await shown('Siga');
  type('no\r');
  await shown('Diga sí.');
  type('sí\r');
  expect(await answer).toBe('sí');
  await stage.close();
});

test('Ctrl-C ends the question, and the run with it', async () => {
  const { context, type, shown } = terminal();
  const stage = openStage(context);
  const answer = stage.ask({ label: 'Siga' }).catch((error: unknown) => error);
  await shown('Siga');
  type('\u0003');
  expect(await answer).toBeInstanceOf(CliError);
  expect(context.signal.aborted).toBe(true);
  await stage.close();
});

test('a question tells of keys while somebody waits for it, and is taken back when nobody does', async () => {
  const { context, type, shown } = terminal();
  const stage = openStage(context);
  const over = new AbortController();
  let keys = 0;
  const onKey = () => void (keys += 1);
  const answer = stage.ask({ label: 'Usted', onKey, signal: over.signal }).catch(String);
  await shown('Usted');
  type('ho');
  await shown('ho');
  expect(keys).toBeGreaterThan(0);
  over.abort();
  expect(await answer).toContain('Cancelled');
  expect(context.signal.aborted).toBe(false);
  await stage.close();
});
