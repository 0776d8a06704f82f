import type { Health } from '@alo/sdk';
import type { Context } from '../lib/context.ts';
import { startPlatform } from '../lib/platform.ts';

export interface TourPlatform {
  readonly apiUrl: string;
  readonly health: Health;
  /** Started by us, so also ended by us. */
  readonly isOurs: boolean;
  close(): Promise<void>;
}

/** The platform the tour happens on: the one that was named, else one started in this process. */
export async function openPlatform(context: Context): Promise<TourPlatform> {
  const { apiUrl, apiUrlGiven, clientFor, signal, io } = context;
  if (apiUrlGiven) {
    const health = await clientFor(apiUrl).health({ signal });
    return { apiUrl, health, isOurs: false, close: () => Promise.resolve() };
  }
  // The tour has the terminal to itself; whoever wants the logs asks for them.
  const env = { ...io.env, ALO_LOG_LEVEL: io.env['ALO_LOG_LEVEL'] || 'silent' };
  const platform = await startPlatform({ env });
  try {
    const health = await clientFor(platform.apiUrl).health({ signal });
    return { apiUrl: platform.apiUrl, health, isOurs: true, close: () => platform.close() };
  } catch (error) {
    await platform.close();
    throw error;
  }
}
