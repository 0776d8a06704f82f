import { randomUUID } from 'node:crypto';
import { mkdir, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Where what is too big for memory waits until it is fetched. */
export interface Spool {
  open(): Promise<SpoolFile>;
}

/** A file that is nobody else's, and gone when it is closed. */
export interface SpoolFile {
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Fills `into` with what was written at `position`. */
  read(into: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Files in `dir`, which is made. A file loses its name the moment it is opened: whatever ends this
 * process, nothing of it stays on the disk, and nobody else ever reads what was said in a call.
 */
export async function createDiskSpool(dir: string): Promise<Spool> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return {
    async open() {
      const path = join(dir, randomUUID());
      const handle = await open(path, 'wx+', 0o600);
      await unlink(path);
      return {
        async write(bytes, position) {
          // A disk that fills up takes a part, and refuses the rest when asked again.
          for (let done = 0; done < bytes.length;) {
            const rest = bytes.length - done;
            done += (await handle.write(bytes, done, rest, position + done)).bytesWritten;
          }
        },
        async read(into, position) {
          for (let done = 0; done < into.length;) {
            const rest = into.length - done;
            const { bytesRead } = await handle.read(into, done, rest, position + done);
            if (bytesRead === 0) throw new Error('the file is shorter than what was written');
            done += bytesRead;
          }
        },
        close: () => handle.close(),
      };
    },
  };
}

/** In memory, for calls on a virtual clock: no disk is as quick as that. */
export const memorySpool: Spool = {
  async open() {
    let bytes = Buffer.alloc(0);
    return {
      async write(more, position) {
        const missing = position + more.length - bytes.length;
        if (missing > 0) bytes = Buffer.concat([bytes, Buffer.alloc(missing)]);
        bytes.set(more, position);
      },
      read: async (into, position) => into.set(bytes.subarray(position, position + into.length)),
      close: async () => undefined,
    };
  },
};
