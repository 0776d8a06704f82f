import { credentialsOf, type CredentialOptions, type Credentials } from './credentials.ts';
import {
  AloError,
  ApiError,
  ConnectionError,
  TimeoutError,
  UnexpectedResponseError,
  apiErrorOf,
  problemOf,
} from './errors.ts';
import { checkedPath, queryString, type Query } from './path.ts';
import { isRetryable, retryDelayMs } from './retry.ts';
import { abortedBy, systemRuntime, type Runtime } from './runtime.ts';

export interface ClientOptions extends CredentialOptions {
  /** Where the API is; a path in it is kept. Default `http://127.0.0.1:4000`. */
  readonly baseUrl?: string | undefined;
  /** Tries after the first one. Default 2. */
  readonly maxRetries?: number | undefined;
  /** For each try, answer included; for streams, until the answer begins. Default 60 s. */
  readonly timeoutMs?: number | undefined;
  /** In place of the runtime's own. */
  readonly fetch?: typeof fetch | undefined;
  /** The language of what people read in the answers. The server's default is Spanish. */
  readonly language?: 'es' | 'en' | undefined;
  /**
   * Which organization to act for, where the person belongs to several; a function is asked before
   * every request.
   */
  readonly organization?: OrganizationChoice | undefined;
  /** An id of your own for this installation (16 to 64 of `A-Z a-z 0-9 - _`): sign-in tries are bounded by it. */
  readonly device?: string | undefined;
}

type OrganizationChoice = string | (() => Promise<string | undefined> | string | undefined);

/** What every method takes as its last parameter. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  readonly maxRetries?: number | undefined;
  /** Your own key for a POST, to be safe across restarts of your program as well. */
  readonly idempotencyKey?: string | undefined;
  /** Which organization to act for, this once; null: the person's usual one. */
  readonly organization?: string | null | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RawRequestOptions extends RequestOptions {
  readonly query?: Query | undefined;
  /** JSON, unless it is a form. */
  readonly body?: unknown;
}

interface SendOptions extends RawRequestOptions {
  readonly accept?: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One answer to one try: an error to look at, or a success with what was read of it. */
type Attempt<T> = { readonly value: T } | { readonly error: ApiError | ConnectionError };

/** Sends requests; the resources are thin layers of names and types above it. */
export interface Transport {
  /** The JSON of the answer, or undefined where the answer has no content. */
  request<T>(method: Method, path: string, options?: RawRequestOptions): Promise<T>;
  /** The answer itself, its body not read yet: for files and streams. */
  open(method: Method, path: string, options?: SendOptions): Promise<Response>;
  readonly runtime: Runtime;
  readonly maxRetries: number;
}

export function createTransport(
  options: ClientOptions = {},
  runtime: Runtime = systemRuntime(options.fetch),
): Transport {
  const baseUrl = (options.baseUrl ?? 'http://127.0.0.1:4000').replace(/\/+$/, '');
  const credentials = credentialsOf(options);
  const defaults = { maxRetries: options.maxRetries ?? 2, timeoutMs: options.timeoutMs ?? 60_000 };
  if (!URL.canParse(baseUrl)) throw new AloError(`baseUrl is not a URL: ${baseUrl}`);

  /** One request with its retries; `read` takes what it wants from a successful answer. */
  async function send<T>(
    method: Method,
    path: string,
    options: SendOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<T> {
    const url = `${baseUrl}${checkedPath(path)}${queryString(options.query)}`;
    const body = bodyOf(options.body);
    // Made once: every try of this request carries the same key, so the server does it once.
    const headers = baseHeaders(method, options, body);
    const organization = await organizationFor(options);
    if (organization) headers.set('alo-organization', organization);
    const maxRetries = options.maxRetries ?? defaults.maxRetries;
    let token = await credentials.token();
    let renewed = false;
    for (let attempt = 0; ;) {
      if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
      const outcome = await tryOnce(url, { method, headers, body: body.content }, options, read);
      if ('value' in outcome) return outcome.value;
      const { error } = outcome;
      const fresh: string | undefined = renewed
        ? undefined
        : await renewAfter(error, credentials, token);
      if (fresh !== undefined) {
        [token, renewed] = [fresh, true];
        continue;
      }
      const delayMs = retryDelay(error, attempt, maxRetries);
      if (delayMs === null) throw error;
      await runtime.sleep(delayMs, options.signal);
      attempt += 1;
    }
  }

  async function organizationFor(once: SendOptions): Promise<string | null | undefined> {
    if (once.organization !== undefined) return once.organization;
    const { organization } = options;
    return typeof organization === 'function' ? organization() : organization;
  }

  function retryDelay(error: ApiError | ConnectionError, attempt: number, maxRetries: number) {
    if (attempt >= maxRetries) return null;
    if (error instanceof ConnectionError) return retryDelayMs(attempt, undefined, runtime);
    return isRetryable(error) ? retryDelayMs(attempt, error.headers, runtime) : null;
  }

  function baseHeaders(method: Method, options: SendOptions, body: Body): Headers {
    const headers = new Headers({
      accept: options.accept ?? 'application/json',
      ...common,
      ...(body.contentType && { 'content-type': body.contentType }),
      ...(method === 'POST' && { 'idempotency-key': options.idempotencyKey ?? runtime.newKey() }),
    });
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
    return headers;
  }

  const common = {
    ...(options.language && { 'accept-language': options.language }),
    ...(options.device && { 'alo-device': options.device }),
  };

  /** One try. The timeout runs until `read` is through; only errors worth a look are returned. */
  async function tryOnce<T>(
    url: string,
    init: { method: Method; headers: Headers; body?: BodyContent },
    options: SendOptions,
    read: (response: Response) => Promise<T>,
  ): Promise<Attempt<T>> {
    const { signal, timeoutMs = defaults.timeoutMs } = options;
    if (signal?.aborted) throw abortedBy(signal);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    // Not AbortSignal.timeout(): a stream goes on after the answer began, so the timer must stop.
    const either = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
    try {
      const response = await runtime.fetch(url, { ...init, signal: either });
      if (response.ok) return { value: await read(response) };
      const problem = problemOf(response.headers.get('content-type'), await response.text());
      return { error: apiErrorOf(response.status, problem, response.headers) };
    } catch (cause) {
      if (cause instanceof AloError) throw cause;
      if (signal?.aborted) throw abortedBy(signal);
      if (timeout.signal.aborted)
        return { error: new TimeoutError(`No answer within ${timeoutMs} ms.`) };
      return { error: new ConnectionError(`Could not reach ${baseUrl}.`, { cause }) };
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    runtime,
    maxRetries: defaults.maxRetries,
    request: <T>(method: Method, path: string, options: RawRequestOptions = {}) =>
      send(method, path, options, readJson<T>),
    open: (method, path, options = {}) =>
      send(method, path, { accept: '*/*', ...options }, (response) => Promise.resolve(response)),
  };
}

/** A new token, if this error is one that a new token may cure. */
async function renewAfter(
  error: ApiError | ConnectionError,
  credentials: Credentials,
  used: string | undefined,
): Promise<string | undefined> {
  if (!(error instanceof ApiError) || error.status !== 401) return undefined;
  const fresh = await credentials.renew?.();
  return fresh === used ? undefined : fresh;
}

type BodyContent = string | FormData | undefined;
interface Body {
  readonly content: BodyContent;
  readonly contentType?: string;
}

/** Only bodies that can be sent again: a retry must send what the first try sent. */
function bodyOf(body: unknown): Body {
  if (body === undefined) return { content: undefined };
  // The boundary is fetch's own business, so it also writes that content type.
  if (body instanceof FormData) return { content: body };
  return { content: JSON.stringify(body), contentType: 'application/json' };
}

async function readJson<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (text === '') return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new UnexpectedResponseError('The server answered with something that is not JSON.', {
      cause,
    });
  }
}
