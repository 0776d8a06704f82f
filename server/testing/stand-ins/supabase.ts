import { randomUUID } from 'node:crypto';
import { serve, type Answer, type Incoming, type StandInServer } from './server.ts';
import { createAuth, type AuthOptions } from './supabase-auth.ts';

export interface SupabaseStandIn extends StandInServer {
  /** The code that was "mailed" last; empty if none was. */
  otpFor(email: string): string;
  /** Tokens are signed with another key from now on. */
  rotateKey(): void;
  /** `bucket/path` of every file. */
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Options extends Omit<AuthOptions, 'url'> {
  readonly anonKey: string;
  readonly serviceKey: string;
  /** Whether it has `GET /storage/v1/bucket`; ours are made with POST alone. */
  readonly listsBuckets?: boolean;
}

const storageError = (status: string, error: string, message: string): Answer => ({
  status: 400,
  body: { statusCode: status, error, message },
});

/** Auth under `/auth/v1` and files under `/storage/v1`. */
export async function startSupabaseStandIn(options: Options): Promise<SupabaseStandIn> {
  const buckets = new Set<string>();
  const files = new Map<string, Buffer>();
  const types = new Map<string, string>();
  const auth = createAuth({ ...options, url: () => server.url });

  const storage = (path: string, request: Incoming): Answer => {
    if (request.headers.authorization !== `Bearer ${options.serviceKey}`)
      return storageError('403', 'Unauthorized', 'signature verification failed');
    const { method } = request;
    if (method === 'GET' && path === '/bucket' && options.listsBuckets !== false)
      return { body: [...buckets].map((id) => ({ id, name: id, public: false })) };
    if (method === 'POST' && path === '/bucket') {
      const id = String(request.json()['id']);
      if (buckets.has(id)) return storageError('409', 'Duplicate', 'The resource already exists');
      buckets.add(id);
      return { body: { name: id } };
    }
    const [, bucket = '', name = ''] = /^\/object\/([^/]+)\/?(.*)$/.exec(path) ?? [];
    const key = `${bucket}/${decodeURIComponent(name)}`;
    if (!buckets.has(bucket)) return storageError('404', 'Bucket not found', 'Bucket not found');
    if (method === 'POST' || method === 'PUT') {
      if (method === 'POST' && files.has(key) && request.headers['x-upsert'] !== 'true')
        return storageError('409', 'Duplicate', 'The resource already exists');
      files.set(key, request.body);
      types.set(key, request.headers['content-type'] ?? 'application/octet-stream');
      return { body: { Id: randomUUID(), Key: key } };
    }
    if (method === 'DELETE') {
      for (const each of request.json()['prefixes'] as string[]) files.delete(`${bucket}/${each}`);
      return { body: [] };
    }
    const file = files.get(key);
    if (!file) return storageError('404', 'not_found', 'Object not found');
    return { headers: { 'content-type': types.get(key) ?? '' }, body: file };
  };

  const server = await serve((request) => {
    const { path, headers } = request;
    if (path.startsWith('/storage/v1')) return storage(path.slice('/storage/v1'.length), request);
    if (path === '/google') return auth.google(request);
    const authPath = path.startsWith('/auth/v1') ? path.slice('/auth/v1'.length) : undefined;
    const hasKey = [options.anonKey, options.serviceKey].includes(String(headers['apikey']));
    if (!hasKey && !(authPath !== undefined && auth.isOpen(authPath)))
      return { status: 401, body: { message: 'Invalid API key' } };
    if (authPath !== undefined) return auth.answer(authPath, request);
    return { status: 404, body: { message: 'no Route matched with those values' } };
  });
  return { ...server, files, otpFor: auth.otpFor, rotateKey: auth.rotateKey };
}
