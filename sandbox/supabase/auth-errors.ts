import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ZodError } from 'zod';

/** GoTrue refusing: an HTTP status, its stable code, its English message. */
export class AuthFailure extends Error {
  override readonly name = 'AuthFailure';
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: string,
    message: string,
    extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** Since this version of the API, `code` is the stable code; before it, the HTTP status. */
const API_VERSION = '2024-01-01';

/** Writes a failure in the body format of the API version that the request asks for. */
export function answerAuthError(
  error: FastifyError | AuthFailure | ZodError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const failure = toAuthFailure(error);
  const asked = request.headers['x-supabase-api-version'];
  const { status, code, message, extra } = failure;
  if (typeof asked === 'string' && asked >= API_VERSION) {
    return reply
      .code(status)
      .header('x-supabase-api-version', API_VERSION)
      .send({ code, message, ...extra });
  }
  return reply.code(status).send({ code: status, error_code: code, msg: message, ...extra });
}

function toAuthFailure(error: FastifyError | AuthFailure | ZodError): AuthFailure {
  if (error instanceof AuthFailure) return error;
  if (error instanceof ZodError) {
    const message = error.issues[0]?.message ?? 'Could not read request parameters';
    return new AuthFailure(400, 'validation_failed', message);
  }
  const status = error.statusCode ?? 500;
  if (status < 500 || error instanceof SyntaxError) {
    return new AuthFailure(
      400,
      'bad_json',
      `Could not parse request body as JSON: ${error.message}`,
    );
  }
  return new AuthFailure(500, 'unexpected_failure', 'Unexpected failure, please check server logs');
}
