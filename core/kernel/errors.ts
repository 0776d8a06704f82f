import { errorCatalog, type ErrorCode } from './errors.catalog.ts';
import type { Localized } from './language.ts';

/** One faulty field: a JSON pointer into the body, or a parameter's name. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

export interface AppErrorOptions {
  /** What went wrong this time, for the caller to read. Without it, the catalog's title speaks. */
  readonly detail?: Localized;
  /** The parameter at fault. */
  readonly param?: string;
  readonly errors?: readonly FieldError[];
  /** When the same request may succeed; becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  /** For our logs only; never shown. */
  readonly cause?: unknown;
}

/** An expected failure, with a stable code from the catalog. Anything else that is thrown is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly detail: Localized;
  readonly param: string | undefined;
  readonly errors: readonly FieldError[];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    const detail = options.detail ?? errorCatalog[code].title;
    super(`${code}: ${detail.en}`, { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.param = options.param;
    this.errors = options.errors ?? [];
    this.retryAfterMs = options.retryAfterMs;
  }

  get status(): number {
    return errorCatalog[this.code].status;
  }

  /** Whether the same request may succeed later without a change. */
  get retryable(): boolean {
    return 'retryable' in errorCatalog[this.code];
  }
}

/** The 404 for a missing object and for another tenant's alike. */
export function notFound(param?: string): AppError {
  return new AppError('not_found', param === undefined ? {} : { param });
}

export type ProviderErrorKind =
  | 'auth'
  | 'rate_limit'
  | 'timeout'
  | 'connection'
  | 'invalid_request'
  | 'not_found'
  | 'unavailable'
  | 'protocol';

/** What an outside service did to us, in our own words. Adapters throw nothing else. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
  readonly provider: string;
  readonly kind: ProviderErrorKind;
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    provider: string,
    kind: ProviderErrorKind,
    message: string,
    options: { retryable?: boolean; status?: number; requestId?: string; cause?: unknown } = {},
  ) {
    super(`${provider}: ${message}`, { cause: options.cause });
    this.provider = provider;
    this.kind = kind;
    this.retryable =
      options.retryable ??
      (kind === 'rate_limit' ||
        kind === 'timeout' ||
        kind === 'connection' ||
        kind === 'unavailable');
    this.status = options.status;
    this.requestId = options.requestId;
  }
}

/** The kind of failure an HTTP status of an outside service stands for. */
export function providerErrorKindOf(status: number): ProviderErrorKind {
  if (status === 401 || status === 402 || status === 403) return 'auth';
  if (status === 404) return 'not_found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'rate_limit';
  if (status >= 500) return 'unavailable';
  return 'invalid_request';
}
