import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

const PROBE_TIMEOUT_MS = 1_000;

export interface DataDirLock {
  release(): void;
}

/**
 * One process at a time on an embedded database's folder: two would destroy it. The owner answers
 * on a loopback port with a token only it knows, so a lock left by a killed process is recognised
 * as such (its number may long belong to another process; its port does not answer with the token).
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  const file = join(dataDir, 'lock.json');
  if (await isHeld(file)) {
    throw new Error(
      `Otro proceso de Aló ya usa ${dataDir}. Ciérrelo, o elija otra carpeta con ALO_DATA_DIR. ` +
        `(Another Aló process uses ${dataDir}: close it, or choose another folder with ALO_DATA_DIR.)`,
    );
  }
  const token = randomBytes(16).toString('hex');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end(token);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  writeFileSync(file, JSON.stringify({ port: (server.address() as AddressInfo).port, token }), {
    mode: 0o600,
  });
  return {
    release() {
      server.close();
      rmSync(file, { force: true });
    },
  };
}

async function isHeld(file: string): Promise<boolean> {
  let lock: { port?: unknown; token?: unknown };
  try {
    lock = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
  const { port, token } = lock;
  if (typeof port !== 'number' || typeof token !== 'string') return false;
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: PROBE_TIMEOUT_MS });
    let said = '';
    socket.on('data', (data) => (said += data.toString()));
    socket.on('timeout', () => socket.destroy());
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(said === token));
  });
}
