import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  AppError,
  errorCatalog,
  newId,
  ProviderError,
  type ErrorCode,
  type FieldError,
  type Language,
} from '@alo/core/kernel';
import { validationText, type ValidationIssue } from './validation-text.ts';

/** RFC 9457 problem details, with a stable `code` to decide on. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Names the kind of problem; `urn:alo:error:<code>`' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable; decide on this, not on the texts' }),
    param: z.string().optional().meta({ description: 'The parameter at fault' }),
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .meta({ description: 'Each field at fault, by JSON pointer' }),
    request_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457)' });
export type Problem = z.infer<typeof problemSchema>;

/** Fastify's own errors that are the caller's doing. */
const frameworkErrors: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_REQ_FILE_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_json',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_FILES_LIMIT: 'invalid_request',
  FST_PARTS_LIMIT: 'invalid_request',
  FST_FIELDS_LIMIT: 'invalid_request',
};

export const problemPlugin = fp(
  async (app: FastifyInstance) => {
    app.setErrorHandler(async (error: FastifyError, request, reply) => {
      const known = toAppError(error, request.language);
      if (known.status >= 500) request.log.error({ err: error }, 'request failed');
      const problem = toProblem(known, request);
      if (known.retryable) reply.header('x-should-retry', 'true');
      if (known.retryAfterMs !== undefined) {
        reply.header('retry-after', Math.ceil(known.retryAfterMs / 1_000));
      }
      return reply
        .code(known.status)
        .type('application/problem+json')
        .serializer((value: unknown) => JSON.stringify(value))
        .send(problem);
    });
    app.setNotFoundHandler((request, reply) => {
      const problem = toProblem(new AppError('not_found'), request);
      return reply.code(404).type('application/problem+json').send(problem);
    });
  },
  { name: 'problem' },
);

/** What the socket itself refuses never becomes a request; its answer is a problem all the same. */
const socketErrors: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const known = new AppError(socketErrors[error.code] ?? 'invalid_request', { cause: error });
  // Nobody's language is known yet.
  const body = JSON.stringify(toProblem(known, { language: 'es', id: newId('req') }));
  socket.end(
    `HTTP/1.1 ${known.status} ${STATUS_CODES[known.status]}\r\nConnection: close\r\n` +
      `Content-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function toProblem(error: AppError, request: Pick<FastifyRequest, 'language' | 'id'>): Problem {
  return {
    type: `urn:alo:error:${error.code}`,
    title: errorCatalog[error.code].title[request.language],
    status: error.status,
    detail: error.detail[request.language],
    code: error.code,
    ...(error.param === undefined ? {} : { param: error.param }),
    ...(error.errors.length === 0 ? {} : { errors: [...error.errors] }),
    request_id: request.id,
  };
}

/** What the caller may know of an error. Anything unexpected is `internal`, its cause only logged. */
function toAppError(error: FastifyError, language: Language): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return validationError(error, language);
  if (error instanceof ProviderError) {
    return new AppError('provider_error', {
      cause: error,
      detail: {
        es: `El servicio ${error.provider} no respondió bien. Intente de nuevo.`,
        en: `The service ${error.provider} did not answer well. Try again.`,
      },
    });
  }
  if (error.statusCode === 429) return new AppError('rate_limited', { cause: error });
  const framework = frameworkErrors[error.code];
  if (framework) return new AppError(framework, { cause: error });
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('invalid_request', { cause: error });
  }
  return new AppError('internal', { cause: error });
}

interface ZodValidationError {
  readonly validation: readonly (ValidationIssue & { readonly instancePath: string })[];
  readonly validationContext?: string | undefined;
}

/** 422 for a body that can be read but not accepted, 400 for anything around it. */
function validationError(error: ZodValidationError, language: Language): AppError {
  const inBody = error.validationContext === 'body';
  const fields: FieldError[] = error.validation.map((item) => ({
    pointer: item.instancePath || '/',
    code: item.keyword,
    message: validationText(item, language),
  }));
  const first = fields[0];
  const param = first?.pointer.slice(1).split('/')[0] || undefined;
  const said = first ? `${param ?? 'body'}: ${first.message}` : undefined;
  return new AppError(inBody ? 'validation_failed' : 'invalid_request', {
    errors: fields,
    ...(param === undefined ? {} : { param }),
    ...(said === undefined ? {} : { detail: { es: said, en: said } }),
  });
}
