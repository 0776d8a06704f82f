import type { ObjectRecord } from './storage-objects.ts';
import { StorageFailure } from './storage-errors.ts';

/** What the vendor allows in the name of a file (no accents, no backslash, no control characters). */
const keyPattern = /^[\w/!\-.*'() &$@=;:+,?]+$/;

/** Checks a file's path: allowed characters, and no segment that means another place. */
export function checkPath(path: string): string {
  const segments = path.split('/');
  const plain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (!plain || path.length > 1_024 || !keyPattern.test(path)) {
    throw new StorageFailure(400, 'InvalidKey', `Invalid key: ${path.slice(0, 200)}`);
  }
  return path;
}

export function checkBucketId(id: string): string {
  if (!/^[\w!\-.*'() &$@=;:+,?]{1,100}$/.test(id)) {
    throw new StorageFailure(400, 'InvalidBucketName', 'Bucket name invalid');
  }
  return id;
}

/** `image/*` and exact types. */
export function mediaTypeAllowed(allowed: readonly string[] | null, contentType: string): boolean {
  if (allowed === null || allowed.length === 0) return true;
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return allowed.some(
    (each) =>
      each === '*/*' ||
      each === type ||
      (each.endsWith('/*') && type.startsWith(each.slice(0, -1))),
  );
}

/** Bytes, or a text like `20MB`; null for no limit. */
export function parseFileSize(size: number | string | null | undefined): number | null {
  if (size === null || size === undefined) return null;
  if (typeof size === 'number') return size;
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(|b|kb|mb|gb)$/i.exec(size.trim()) ?? [];
  if (count === undefined) {
    throw new StorageFailure(400, 'InvalidParameter', 'file_size_limit is not a size');
  }
  const power = ['b', 'kb', 'mb', 'gb'].indexOf(unit?.toLowerCase() || 'b');
  return Math.round(Number(count) * 1_000 ** power);
}

interface ListQuery {
  readonly prefix: string;
  readonly limit: number;
  readonly offset: number;
  readonly search?: string | undefined;
  readonly sortBy?: { column?: string | undefined; order?: string | undefined } | undefined;
}

/** One level of a bucket: the files in the folder `prefix`, and the folders in it (without an id). */
export function listFolder(records: readonly ObjectRecord[], query: ListQuery) {
  const folder =
    query.prefix === '' || query.prefix.endsWith('/') ? query.prefix : `${query.prefix}/`;
  const entries = new Map<
    string,
    ReturnType<typeof presentFile> | ReturnType<typeof presentFolder>
  >();
  for (const record of records) {
    if (!record.path.startsWith(folder)) continue;
    const [name = '', ...rest] = record.path.slice(folder.length).split('/');
    if (query.search && !name.toLowerCase().includes(query.search.toLowerCase())) continue;
    if (rest.length === 0) entries.set(name, presentFile(record, name));
    else if (!entries.has(name)) entries.set(name, presentFolder(name));
  }
  const column = query.sortBy?.column;
  const key = column === 'created_at' || column === 'updated_at' ? column : 'name';
  const sign = query.sortBy?.order === 'desc' ? -1 : 1;
  const sorted = [...entries.values()].toSorted(
    (a, b) => sign * String(a[key] ?? '').localeCompare(String(b[key] ?? ''), 'en'),
  );
  return sorted.slice(query.offset, query.offset + query.limit);
}

function presentFolder(name: string) {
  return {
    name,
    id: null,
    updated_at: null,
    created_at: null,
    last_accessed_at: null,
    metadata: null,
  };
}

export function presentFile(record: ObjectRecord, name: string) {
  const updatedAt = new Date(record.updatedAtMs).toISOString();
  return {
    name,
    id: record.id,
    updated_at: updatedAt,
    created_at: new Date(record.createdAtMs).toISOString(),
    last_accessed_at: updatedAt,
    metadata: {
      eTag: record.etag,
      size: record.size,
      mimetype: record.contentType,
      cacheControl: record.cacheControl,
      lastModified: updatedAt,
      contentLength: record.size,
      httpStatusCode: 200,
    },
  };
}
