import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { AppError } from '@alo/core/kernel';

/** JSON bodies, with their exact text kept beside the parsed value. An empty body is no body. */
export const bodyPlugin = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('rawBody', '');
    // Nothing here takes plain text; left in, it would pass as a body of no content.
    app.removeContentTypeParser(['application/json', 'text/plain']);
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
      request.rawBody = String(text);
      if (request.rawBody.trim() === '') return done(null, undefined);
      try {
        done(null, JSON.parse(request.rawBody));
      } catch (error) {
        done(new AppError('invalid_json', { cause: error }));
      }
    });
  },
  { name: 'body' },
);
