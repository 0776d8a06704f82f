import { join } from 'node:path';
import type { Log } from '@alo/core/kernel';
import { createJsonFile } from './json-file.ts';

/** What a stand-in knows, across its own restarts. */
export interface KeptState<T> {
  /** Changed in place. */
  readonly state: T;
  /** After a change. Nobody waits for it; what cannot be kept is logged. */
  save(): void;
  /** Resolves once everything saved so far is kept. */
  settled(): Promise<void>;
}

/** The state of the stand-in `vendor` as it was left in `dataDir`, else `fresh`. Absent: in memory. */
export async function openKeptState<T extends object>(options: {
  readonly vendor: string;
  readonly fresh: T;
  readonly dataDir: string | undefined;
  readonly log: Log | undefined;
}): Promise<KeptState<T>> {
  const { vendor, fresh: state, dataDir, log } = options;
  const file = createJsonFile(dataDir && join(dataDir, `${vendor}.json`), () => state);
  Object.assign(state, await file.read());
  let kept = Promise.resolve();
  return {
    state,
    save() {
      kept = file.write().catch((error: unknown) => {
        log?.error({ err: error }, `the ${vendor} sandbox could not keep its state`);
      });
    },
    settled: () => kept,
  };
}
