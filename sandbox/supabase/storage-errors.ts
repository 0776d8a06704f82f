import type { FastifyError, FastifyReply } from 'fastify';
import { ZodError } from 'zod';

/** The storage service refusing. Its HTTP status is 400 whatever the code says, but for its own faults. */
export class StorageFailure extends Error {
  override readonly name = 'StorageFailure';
  readonly statusCode: number;
  readonly error: string;

  constructor(statusCode: number, error: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.error = error;
  }
}

export const objectNotFound = () => new StorageFailure(404, 'not_found', 'Object not found');
export const bucketNotFound = () => new StorageFailure(404, 'Bucket not found', 'Bucket not found');
export const tooLarge = () =>
  new StorageFailure(413, 'Payload too large', 'The object exceeded the maximum allowed size');
export const rowDenied = () =>
  new StorageFailure(403, 'Unauthorized', 'new row violates row-level security policy');

export function answerStorageError(
  error: FastifyError | StorageFailure | ZodError,
  reply: FastifyReply,
): FastifyReply {
  const failure = toStorageFailure(error);
  return reply.code(failure.statusCode === 500 ? 500 : 400).send({
    statusCode: String(failure.statusCode),
    error: failure.error,
    message: failure.message,
  });
}

function toStorageFailure(error: FastifyError | StorageFailure | ZodError): StorageFailure {
  if (error instanceof StorageFailure) return error;
  if (error instanceof ZodError || error instanceof SyntaxError) {
    return new StorageFailure(400, 'Error', 'body is not what this endpoint takes');
  }
  if (error.statusCode === 413 || error.code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge();
  if ((error.statusCode ?? 500) < 500) return new StorageFailure(400, 'Error', error.message);
  return new StorageFailure(500, 'Internal', 'Internal Server Error');
}
