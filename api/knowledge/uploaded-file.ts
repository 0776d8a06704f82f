import type { FastifyRequest } from 'fastify';
import { AppError, limits } from '@alo/core/kernel';
import type { UploadedFile } from '@alo/core/knowledge';
// Adds `isMultipart` and `file` to the request; the plugin itself is registered once, with the server.
import '@fastify/multipart';

/**
 * The one file of a multipart form, in field `file`. Throws AppError `unsupported_media_type` if the
 * body is no form, `invalid_request` if it is broken or lacks the file.
 */
export async function readUploadedFile(request: FastifyRequest): Promise<UploadedFile> {
  if (!request.isMultipart()) throw new AppError('unsupported_media_type');
  try {
    const part = await request.file({
      // One byte more than allowed is enough to see that it is too large; the service says so.
      limits: { fileSize: limits.knowledge.fileBytesMax + 1, files: 1 },
      throwFileSizeLimit: false,
    });
    if (part?.fieldname === 'file') {
      return { filename: part.filename, bytes: await part.toBuffer() };
    }
  } catch (error) {
    throw new AppError('invalid_request', {
      param: 'file',
      detail: { es: 'El formulario está incompleto o dañado.', en: 'The form is broken.' },
      cause: error,
    });
  }
  throw new AppError('invalid_request', {
    param: 'file',
    detail: {
      es: 'Falta el archivo, en el campo "file".',
      en: 'The file is missing, in field "file".',
    },
  });
}
