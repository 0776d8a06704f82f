import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface JsonFile {
  /** What was written last; undefined if nothing was. */
  read(): Promise<unknown>;
  /** Resolves once the value as it is now, or a later one, is in the file. */
  write(): Promise<void>;
}

/**
 * One value kept in one file, replaced as a whole: after a kill it holds the value before or the
 * value after, never half of one. Without a path, nothing is kept.
 */
export function createJsonFile(path: string | undefined, value: () => unknown): JsonFile {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  async function flush(file: string) {
    await mkdir(dirname(file), { recursive: true });
    const partial = `${file}.partial`;
    await writeFile(partial, JSON.stringify(value()), { mode: 0o600 });
    await rename(partial, file);
  }

  return {
    async read() {
      if (path === undefined) return undefined;
      try {
        return JSON.parse(await readFile(path, 'utf8')) as unknown;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw new Error(`${path} cannot be read; move it away to start afresh`, { cause: error });
      }
    },
    write() {
      if (path === undefined) return Promise.resolve();
      // A write under way may have taken its snapshot before this change: all who ask meanwhile
      // share the one after it.
      waiting ??= running
        .catch(() => undefined)
        .then(() => {
          waiting = undefined;
          running = flush(path);
          return running;
        });
      return waiting;
    },
  };
}
