import {
  assert,
  ProviderError,
  providerErrorKindOf,
  type Clock,
  type Secret,
} from '@alo/core/kernel';
import { buckets, type FileStorage } from '@alo/core/ports';
import { createStatelessClient } from './client.ts';

export interface SupabaseStorageOptions {
  /** The project's address, without a path. */
  readonly url: string;
  /** The secret (or legacy `service_role`) key: our server alone reaches the files. */
  readonly serviceKey: Secret;
  readonly clock: Clock;
}

/** Files are tens of megabytes at most. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Supabase Storage through its SDK: private buckets, reached by our server alone. */
export function createSupabaseStorage(options: SupabaseStorageOptions): FileStorage {
  const { storage } = createStatelessClient({
    url: options.url,
    key: options.serviceKey,
    clock: options.clock,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });

  return {
    name: 'supabase',
    async prepare() {
      const { data, error } = await storage.listBuckets();
      // A server that cannot list them may well make them, or say that they are there.
      if (error && codeOf(error) !== '404') throw toOurError(error);
      const there = new Set(data?.map(({ id }) => id));
      for (const bucket of buckets.filter((each) => !there.has(each))) {
        const created = await storage.createBucket(bucket, { public: false });
        // Another process of ours may have made it meanwhile.
        if (created.error && codeOf(created.error) !== '409') throw toOurError(created.error);
      }
    },
    async put(bucket, path, content, contentType) {
      assertPlainPath(path);
      const options = { contentType, upsert: true };
      const { error } =
        content instanceof Uint8Array
          ? await storage.from(bucket).upload(path, content, options)
          : await storage.from(bucket).upload(path, ReadableStream.from(content.read()), {
              ...options,
              // A stream has no length of its own: an upload that breaks off is no whole file.
              headers: { 'content-length': String(content.byteLength) },
            });
      if (error) throw toOurError(error);
    },
    async get(bucket, path) {
      assertPlainPath(path);
      const { data, error } = await storage.from(bucket).download(path);
      if (!error) return new Uint8Array(await data.arrayBuffer());
      if (isMissingFile(error)) return null;
      throw toOurError(error);
    },
    async remove(bucket, paths) {
      if (paths.length === 0) return;
      for (const path of paths) assertPlainPath(path);
      const { error } = await storage.from(bucket).remove([...paths]);
      if (error) throw toOurError(error);
    },
  };
}

/**
 * The SDK puts the path into the address as it is, where `..` would climb out of the bucket and `?`
 * would end it. Our own code makes these paths, so anything else is a bug of ours.
 */
function assertPlainPath(path: string): void {
  const plain = /^[\w.-]+(?:\/[\w.-]+)*$/.test(path) && !path.split('/').some(isDots);
  assert(plain, 'a stored file has a plain path');
}

const isDots = (segment: string) => segment === '.' || segment === '..';

/** The SDK's error, which it does not export by name. */
interface StorageError {
  readonly message: string;
  readonly status?: number | undefined;
  readonly statusCode?: string | undefined;
}

/** The code in the body; the HTTP status is 400 for nearly everything. */
function codeOf(error: StorageError): string | undefined {
  return error.statusCode ?? error.status?.toString();
}

function isMissingFile(error: StorageError): boolean {
  const missing = codeOf(error) === '404' || codeOf(error) === 'NoSuchKey';
  return missing && !/bucket/i.test(error.message);
}

function toOurError(error: StorageError): ProviderError {
  const status = Number(codeOf(error));
  if (Number.isInteger(status)) {
    return new ProviderError('supabase', providerErrorKindOf(status), error.message, {
      status,
      cause: error,
    });
  }
  // Without a status there was no answer; with one, the body's code was none of HTTP's.
  const kind = error.status === undefined ? 'connection' : providerErrorKindOf(error.status);
  return new ProviderError('supabase', kind, error.message, { cause: error });
}
