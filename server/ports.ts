import { createServer, type AddressInfo } from 'node:net';

/** Tries to listen on `port`; resolves to the port that was free, or null. */
function tryPort(host: string, port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, host, () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}

/**
 * The port to listen on, known before anything is built, because addresses of ours go into
 * webhooks and media streams. A port that was asked for is taken as it is; the usual one gives way
 * to any free one where it is taken.
 */
export async function choosePort(
  host: string,
  asked: number | undefined,
  usual: number,
): Promise<number> {
  if (asked !== undefined && asked !== 0) return asked;
  const found = (asked === 0 ? null : await tryPort(host, usual)) ?? (await tryPort(host, 0));
  if (found === null) throw new Error(`no free port on ${host}`);
  return found;
}
