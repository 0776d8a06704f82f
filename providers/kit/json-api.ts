import type { z } from 'zod';
import { ProviderError, providerErrorKindOf } from '@alo/core/kernel';

const TIMEOUT_MS = 15_000;

export interface JsonApi {
  get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>>;
  /** Undefined where the host knows no such thing, or no such path. */
  find<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S> | undefined>;
  post<S extends z.ZodType>(path: string, body: object, schema: S): Promise<z.output<S>>;
}

/** A vendor without an SDK: JSON over fetch, its failures as `ProviderError`s. Nothing is retried. */
export function createJsonApi(vendor: {
  name: string;
  /** Without a slash at its end. */
  url: string;
  /** The value of the header, made anew for each request. */
  authorization: () => string;
}): JsonApi {
  const { name, url, authorization } = vendor;

  async function request<S extends z.ZodType>(
    what: string,
    path: string,
    init: RequestInit,
    schema: S,
  ): Promise<z.output<S>> {
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: { authorization: authorization(), accept: 'application/json', ...init.headers },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
      throw new ProviderError(name, timedOut ? 'timeout' : 'connection', `${what} failed`, {
        cause: error,
      });
    });
    const { status } = response;
    if (!response.ok) {
      await response.body?.cancel();
      const kind = providerErrorKindOf(status);
      throw new ProviderError(name, kind, `${what}: ${status}`, { status });
    }
    const json: unknown = await response.json().catch((error: unknown) => {
      throw new ProviderError(name, 'protocol', `${what}: no JSON`, { cause: error });
    });
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new ProviderError(name, 'protocol', `${what}: unreadable`, { cause: parsed.error });
  }

  /** What is logged of a path: ids, and no more than is needed. */
  const shown = (method: string, path: string) => `${method} ${path.slice(0, 200)}`;

  const api: JsonApi = {
    get: (path, schema) => request(shown('GET', path), path, {}, schema),
    find: (path, schema) =>
      api.get(path, schema).catch((error: unknown) => {
        if (error instanceof ProviderError && error.kind === 'not_found') return undefined;
        throw error;
      }),
    post(path, body, schema) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      return request(shown('POST', path), path, init, schema);
    },
  };
  return api;
}
