import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp } from 'node:fs/promises';
import { vi } from 'vitest';
import { Alo, type CallDetail } from '@alo/sdk';
import { startPlatform, type Platform, type PlatformOptions } from '../index.ts';

/** Text, as the environment has it. */
export const freePort = () =>
  new Promise<string>((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(String(port)));
    });
  });

/** A platform on free ports with these settings and a client without credentials. */
export async function platformWith(
  env: Record<string, string>,
  dataDir: string,
  options: Omit<PlatformOptions, 'env'> = {},
): Promise<{ platform: Platform; api: Alo }> {
  const platform = await startPlatform({
    ...options,
    env: {
      ALO_DATA_DIR: dataDir,
      ALO_API_PORT: await freePort(),
      ALO_VOICE_PORT: await freePort(),
      ALO_LOG_LEVEL: process.env['ALO_LOG_LEVEL'] ?? 'silent',
      ...env,
    },
  });
  return { platform, api: new Alo({ baseUrl: platform.apiUrl }) };
}

export const tempDir = (): Promise<string> => mkdtemp(join(tmpdir(), 'alo-platform-'));

/** Looks until it does not throw, for what a job does in its own time. */
export const until = <T>(look: () => Promise<T> | T): Promise<T> =>
  vi.waitFor(look, { timeout: 15_000, interval: 50 });

export const textFile = (filename: string, text: string) => ({
  filename,
  bytes: new TextEncoder().encode(text),
});

/** Follows a call to its end. */
export async function ended(sdk: Alo, id: string): Promise<CallDetail> {
  for await (const event of sdk.calls.watch(id)) if (event.type === 'call.ended') break;
  return sdk.calls.get(id);
}

/** The code in the last mail to this address, read from the sandbox's mailbox. */
export async function mailedCode(api: Alo, to: string): Promise<string> {
  return until(async () => {
    const { data } = await api.request<{ data: { code: string }[] }>('GET', '/sandbox/inbox', {
      query: { to },
    });
    const code = data[0]?.code ?? '';
    if (!/^\d{6}$/.test(code)) throw new Error(`no code has been mailed to ${to}`);
    return code;
  });
}
