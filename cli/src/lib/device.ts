import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeFolder } from './credentials.ts';
import type { Io } from './io.ts';

const pattern = /^[\w-]{16,64}$/;

/**
 * This installation's own name, made at its first run and kept. It says nothing of the person; the
 * API bounds sign-in tries by it. Undefined where nothing can be kept.
 */
export function deviceId(env: Io['env']): string | undefined {
  const folder = homeFolder(env);
  const path = join(folder, 'device');
  try {
    const kept = readFileSync(path, 'utf8').trim();
    if (pattern.test(kept)) return kept;
  } catch {
    // Not made yet, or not to be read: then it is made, or done without.
  }
  const fresh = randomBytes(24).toString('base64url');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${fresh}\n`, { mode: 0o600 });
    return fresh;
  } catch {
    return undefined;
  }
}
