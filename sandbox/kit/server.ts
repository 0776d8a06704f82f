import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { systemClock, type Clock } from '@alo/core/kernel';
import { createFaults, registerFaultControl, type Faults } from './faults.ts';

/** One vendor's stand-in, listening on loopback. */
export interface SandboxServer {
  /** The vendor's name, as in `providers/`. */
  readonly name: string;
  /** `http://127.0.0.1:<port>` without a path; adapters add what the vendor's SDK wants in a base URL. */
  readonly url: string;
  readonly faults: Faults;
  close(): Promise<void>;
}

export interface SandboxOptions {
  /** Where to listen if it is free, so addresses stay the same from one start to the next; absent: any free port. */
  readonly port?: number | undefined;
  readonly clock?: Clock | undefined;
  /** Uniform in [0, 1). Decides faults. */
  readonly random?: (() => number) | undefined;
}

/**
 * Starts a stand-in. `register` adds the vendor's routes (and, on `app.server`, its WebSockets);
 * the fault hook and the control endpoint are there already.
 */
export async function startSandboxServer(
  name: string,
  options: SandboxOptions,
  register: (app: FastifyInstance, faults: Faults) => void | Promise<void>,
): Promise<SandboxServer> {
  // forceCloseConnections: a stand-in is gone when it is closed, as a vendor's outage would be.
  const app = Fastify({ logger: false, forceCloseConnections: true, bodyLimit: 64 * 1_048_576 });
  // Faults are chance by design; a test passes its own seed.
  // oxlint-disable-next-line eslint/no-restricted-properties
  const faults = createFaults(options.clock ?? systemClock, options.random ?? Math.random);
  registerFaultControl(app, name, faults);
  await register(app, faults);
  const port = await listen(app, options.port ?? 0);
  return { name, url: `http://127.0.0.1:${port}`, faults, close: () => app.close() };
}

async function listen(app: FastifyInstance, wanted: number): Promise<number> {
  const host = '127.0.0.1';
  try {
    await app.listen({ host, port: wanted });
  } catch (error) {
    if (wanted === 0 || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await app.listen({ host, port: 0 });
  }
  return (app.server.address() as AddressInfo).port;
}
