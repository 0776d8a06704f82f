import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { AppError } from '@alo/core/kernel';

/** Deeper than anything we take. */
const DEPTH_MAX = 64;

/**
 * Refuses, before validation, text that is no text: U+0000, which Postgres cannot keep, and halves of
 * surrogate pairs, which no encoding has. Names the place.
 */
export const textPlugin = fp(
  async (app: FastifyInstance) => {
    app.addHook('preValidation', async (request) => {
      inspect(request.params, '', 'invalid_request');
      inspect(request.query, '', 'invalid_request');
      // What was signed by its sender is taken as it is.
      if (!request.routeOptions.url?.startsWith('/v1/webhooks/')) {
        inspect(request.body, '', 'validation_failed');
      }
    });
  },
  { name: 'text' },
);

type Refusal = 'invalid_request' | 'validation_failed';

function inspect(value: unknown, pointer: string, refusal: Refusal, depth = 0): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) throw unusable(pointer, refusal);
    return;
  }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return;
  if (depth > DEPTH_MAX) {
    throw new AppError(refusal, {
      detail: { es: 'Demasiados niveles de anidación.', en: 'Nested too deeply.' },
    });
  }
  for (const [key, item] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key.includes('\0') || !key.isWellFormed()) throw unusable(pointer || '/', refusal);
    inspect(item, at, refusal, depth + 1);
  }
}

function unusable(pointer: string, refusal: Refusal): AppError {
  const param = pointer.split('/')[1];
  const detail = {
    es: `${param ?? 'El contenido'}: tiene caracteres que no son texto.`,
    en: `${param ?? 'The content'}: has characters that are not text.`,
  };
  return new AppError(refusal, {
    detail,
    errors: [{ pointer: pointer || '/', code: 'not_text', message: detail.en }],
    ...(param ? { param } : {}),
  });
}
