/** One faulty field of a request: a JSON pointer into the body, or a parameter's name. */
export interface FieldError {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
}

/** The RFC 9457 members of an error answer, as far as the server sent them. */
export interface Problem {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
  readonly param?: string;
  readonly errors?: readonly FieldError[];
  readonly request_id?: string;
}

/** Everything this library throws. */
export class AloError extends Error {
  override name = 'AloError';
}

/** The request never got an answer: refused, reset, unresolvable, or a stream that broke. */
export class ConnectionError extends AloError {
  override name = 'ConnectionError';
}

/** No answer within `timeoutMs`. */
export class TimeoutError extends ConnectionError {
  override name = 'TimeoutError';
}

/** The caller's own signal ended the request. */
export class AbortedError extends AloError {
  override name = 'AbortedError';
}

/** The server answered with success, but not with what the contract says (a proxy's page, cut JSON). */
export class UnexpectedResponseError extends AloError {
  override name = 'UnexpectedResponseError';
}

/** The server's answer was an error. `code` is stable: build on it, not on the words. */
export class ApiError extends AloError {
  override name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly param: string | undefined;
  readonly errors: readonly FieldError[];
  /** Quote it to support: it finds the request in the server's log. */
  readonly requestId: string | undefined;
  readonly headers: Headers;

  constructor(status: number, problem: Problem, headers: Headers) {
    const title = problem.title ?? `HTTP ${status}`;
    super(problem.detail ?? title);
    this.status = status;
    this.code = problem.code ?? `http_${status}`;
    this.title = title;
    this.detail = problem.detail;
    this.param = problem.param;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id ?? headers.get('request-id') ?? undefined;
    this.headers = headers;
  }
}

/** 400 */
export class BadRequestError extends ApiError {
  override name = 'BadRequestError';
}
/** 401: no credential, or one that is not valid any more. */
export class AuthenticationError extends ApiError {
  override name = 'AuthenticationError';
}
/** 402: the balance or the plan does not allow it. */
export class PaymentRequiredError extends ApiError {
  override name = 'PaymentRequiredError';
}
/** 403 */
export class PermissionError extends ApiError {
  override name = 'PermissionError';
}
/** 404: missing, or another organization's, which is the same. */
export class NotFoundError extends ApiError {
  override name = 'NotFoundError';
}
/** 409 */
export class ConflictError extends ApiError {
  override name = 'ConflictError';
}
/** 413 */
export class PayloadTooLargeError extends ApiError {
  override name = 'PayloadTooLargeError';
}
/** 415 */
export class UnsupportedMediaTypeError extends ApiError {
  override name = 'UnsupportedMediaTypeError';
}
/** 422: `errors` names each field. */
export class ValidationError extends ApiError {
  override name = 'ValidationError';
}
/** 429 */
export class RateLimitError extends ApiError {
  override name = 'RateLimitError';
}
/** 5xx */
export class ServerError extends ApiError {
  override name = 'ServerError';
}

const classOfStatus: Readonly<Record<number, typeof ApiError>> = {
  400: BadRequestError,
  401: AuthenticationError,
  402: PaymentRequiredError,
  403: PermissionError,
  404: NotFoundError,
  409: ConflictError,
  413: PayloadTooLargeError,
  415: UnsupportedMediaTypeError,
  422: ValidationError,
  429: RateLimitError,
};

/** The error for an answer's status, of the class that stands for it. */
export function apiErrorOf(status: number, problem: Problem, headers: Headers): ApiError {
  const Class = classOfStatus[status] ?? (status >= 500 ? ServerError : ApiError);
  return new Class(status, problem, headers);
}

/** A proxy's page can be long; an error message need not be. */
const plainTextCharsMax = 500;

/**
 * Reads the body of an error answer. Problem+json is taken as it is; plain text becomes the
 * detail; markup (a proxy's page) says nothing to a caller and is dropped.
 */
export function problemOf(contentType: string | null, body: string): Problem {
  if (contentType?.includes('json')) {
    try {
      const parsed: unknown = JSON.parse(body);
      if (isRecord(parsed)) return checkedProblem(parsed);
    } catch {
      // Cut or mislabelled JSON: what is left is the status.
      return {};
    }
  }
  const text = body.trim();
  if (text === '' || text.startsWith('<')) return {};
  return { detail: text.slice(0, plainTextCharsMax) };
}

function checkedProblem(parsed: Record<string, unknown>): Problem {
  const text = (key: string) => {
    const value = parsed[key];
    return typeof value === 'string' ? { [key]: value } : {};
  };
  return {
    ...text('type'),
    ...text('title'),
    ...text('detail'),
    ...text('code'),
    ...text('param'),
    ...text('request_id'),
    ...(Array.isArray(parsed['errors']) && { errors: parsed['errors'].filter(isFieldError) }),
  };
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && typeof value['message'] === 'string';
}

/** A JSON object, as opposed to anything else JSON can hold. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
