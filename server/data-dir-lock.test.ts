import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataDir } from './data-dir-lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alo-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the lock of a data folder', () => {
  it('is held by one at a time and free again when released', async () => {
    const lock = await lockDataDir(dir);
    await expect(lockDataDir(dir)).rejects.toThrow(dir);
    lock.release();
    (await lockDataDir(dir)).release();
  });

  it.each(['{"port":1,"token":"left by a killed process"}', 'garbage', '{}'])(
    'is not held by a file alone: %s',
    async (left) => {
      writeFileSync(join(dir, 'lock.json'), left);
      (await lockDataDir(dir)).release();
      expect(dir).toBeTruthy();
    },
  );
});
