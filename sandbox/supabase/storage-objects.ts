import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const objectRecord = z.object({
  id: z.string(),
  bucket: z.string(),
  path: z.string(),
  contentType: z.string(),
  cacheControl: z.string(),
  size: z.number(),
  etag: z.string(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  /** Names this version's bytes; a fresh one for each upload. */
  version: z.string(),
});
export type ObjectRecord = z.infer<typeof objectRecord>;

interface NewObject {
  readonly bucket: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly nowMs: number;
}

export interface Objects {
  find(bucket: string, path: string): ObjectRecord | undefined;
  list(bucket: string): ObjectRecord[];
  read(record: ObjectRecord): Promise<Uint8Array>;
  put(object: NewObject): Promise<ObjectRecord>;
  remove(record: ObjectRecord): Promise<void>;
}

/**
 * Files with their metadata, in `dir` or in memory. On disk each is a pair named by a hash, so a
 * path sent by a client never becomes a path of ours; the metadata, written last, names the bytes,
 * so a kill leaves the version before or the version after.
 */
export async function openObjects(dir: string | undefined): Promise<Objects> {
  const blobs = dir === undefined ? memoryBlobs() : diskBlobs(dir);
  const index = new Map<string, ObjectRecord>();
  for (const record of await blobs.records()) index.set(keyOf(record), record);

  return {
    find: (bucket, path) => index.get(keyOf({ bucket, path })),
    list: (bucket) => [...index.values()].filter((record) => record.bucket === bucket),
    read: (record) => blobs.read(record.version),
    async put({ bucket, path, bytes, contentType, cacheControl, nowMs }) {
      const key = keyOf({ bucket, path });
      const before = index.get(key);
      const record: ObjectRecord = {
        id: before?.id ?? randomUUID(),
        bucket,
        path,
        contentType,
        cacheControl,
        size: bytes.byteLength,
        etag: `"${createHash('md5').update(bytes).digest('hex')}"`,
        createdAtMs: before?.createdAtMs ?? nowMs,
        updatedAtMs: nowMs,
        version: randomUUID(),
      };
      await blobs.write(record.version, bytes);
      await blobs.writeRecord(hashOf(key), record);
      index.set(key, record);
      if (before) await blobs.remove(before.version);
      return record;
    },
    async remove(record) {
      const key = keyOf(record);
      index.delete(key);
      await blobs.removeRecord(hashOf(key));
      await blobs.remove(record.version);
    },
  };
}

const keyOf = ({ bucket, path }: { bucket: string; path: string }) => `${bucket}/${path}`;
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

interface Blobs {
  records(): Promise<ObjectRecord[]>;
  read(version: string): Promise<Uint8Array>;
  write(version: string, bytes: Uint8Array): Promise<void>;
  writeRecord(name: string, record: ObjectRecord): Promise<void>;
  remove(version: string): Promise<void>;
  removeRecord(name: string): Promise<void>;
}

function memoryBlobs(): Blobs {
  const bytesOf = new Map<string, Uint8Array>();
  return {
    records: async () => [],
    async read(version) {
      const bytes = bytesOf.get(version);
      if (!bytes) throw new Error('the bytes of a file are gone');
      return bytes;
    },
    write: async (version, bytes) => void bytesOf.set(version, bytes.slice()),
    writeRecord: async () => undefined,
    remove: async (version) => void bytesOf.delete(version),
    removeRecord: async () => undefined,
  };
}

function diskBlobs(dir: string): Blobs {
  const bytesFile = (version: string) => join(dir, `${version}.bin`);
  const recordFile = (name: string) => join(dir, `${name}.json`);

  async function replace(file: string, content: Uint8Array | string) {
    await mkdir(dir, { recursive: true });
    const partial = `${file}.partial`;
    await writeFile(partial, content);
    await rename(partial, file);
  }

  return {
    async records() {
      await mkdir(dir, { recursive: true });
      const names = (await readdir(dir)).filter((name) => name.endsWith('.json'));
      const texts = await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')));
      return texts.map((text) => objectRecord.parse(JSON.parse(text)));
    },
    read: (version) => readFile(bytesFile(version)),
    write: (version, bytes) => replace(bytesFile(version), bytes),
    writeRecord: (name, record) => replace(recordFile(name), JSON.stringify(record)),
    remove: (version) => rm(bytesFile(version), { force: true }),
    removeRecord: (name) => rm(recordFile(name), { force: true }),
  };
}
