import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Alo } from '@alo/sdk';
import type { Io } from './io.ts';

/** Where a call's recording is kept unless the person says otherwise. */
export function recordingPath({ env, cwd }: Pick<Io, 'env' | 'cwd'>, callId: string): string {
  return join(resolve(cwd, env['ALO_DATA_DIR'] || '.alo'), 'recordings', `${callId}.wav`);
}

/** Downloads the recording of a call to `path`. */
export async function saveRecording(
  sdk: Alo,
  callId: string,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const answer = await sdk.calls.recording(callId, { signal });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}
