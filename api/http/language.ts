import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import type { Language } from '@alo/core/kernel';

/** Spanish unless the caller prefers English. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const preferred = (acceptLanguage ?? '')
    .split(',')
    .map((part) => part.trim().slice(0, 2).toLowerCase())
    .find((code) => code === 'es' || code === 'en');
  return preferred === 'en' ? 'en' : 'es';
}

export const languagePlugin = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('language', 'es');
    app.addHook('onRequest', async (request) => {
      request.language = languageOf(request.headers['accept-language']);
    });
  },
  { name: 'language' },
);
