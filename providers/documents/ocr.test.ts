import { readFile } from 'node:fs/promises';
import { afterAll, expect, it } from 'vitest';
import { createLog, systemClock } from '@alo/core/kernel';
import { createOcr } from './ocr.ts';

const ocr = createOcr({ log: createLog({ level: 'silent' }), clock: systemClock });
afterAll(() => ocr.close());

const board = await readFile(new URL('./fixtures/price-board.png', import.meta.url));
const always = new AbortController().signal;

/** Nothing of this thread runs meanwhile; the others go on. */
const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('may be stopped while an answer of its thread is on its way', async () => {
  await ocr.recognise(board, always);
  const abort = new AbortController();
  const cut = ocr.recognise(board, abort.signal);
  // The first step has been asked for, and is answered before anybody looks.
  for (let step = 0; step < 20; step++) await Promise.resolve();
  standStill(100);
  abort.abort(new Error('time is over'));
  await expect(cut).rejects.toThrow('time is over');
  expect(await ocr.recognise(board, always)).toContain('Pandebono');
});
