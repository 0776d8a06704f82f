import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { consentPage, expiredPage } from './google-page.ts';
import type { Google } from './google.ts';
import type { Store } from './state.ts';

/** As at accounts.google.com. */
export const GOOGLE_PATH = '/google/o/oauth2/v2/auth';
/** Accounts offered to choose from. */
const CHOICES_MAX = 5;

const query = z.object({
  redirect_uri: z.url(),
  state: z.string().min(1),
  response_type: z.literal('code'),
});
const form = z.object({
  email: z.string().trim().toLowerCase().pipe(z.email()),
  name: z
    .string()
    .trim()
    .max(120)
    .optional()
    .transform((name) => name || undefined),
});

interface GoogleRoutesDeps {
  readonly google: Google;
  readonly store: Store;
  /** The one address that may be sent codes, as registered with Google. */
  readonly callbackUrl: () => string;
}

/** Google's consent page, as far as a sign-in needs one. */
export function googleRoutes({ google, store, callbackUrl }: GoogleRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      async (_request: FastifyRequest, body: string | Buffer) =>
        Object.fromEntries(new URLSearchParams(String(body))),
    );

    const page = (request: FastifyRequest, wrongEmail: boolean) =>
      consentPage({
        action: request.url,
        accounts: store.state.users
          .flatMap(({ google: account }) => account?.email ?? [])
          .slice(-CHOICES_MAX),
        language: languageOf(request),
        wrongEmail,
      });
    const asked = (request: FastifyRequest) => {
      const parsed = query.safeParse(request.query);
      return parsed.success && parsed.data.redirect_uri === callbackUrl() ? parsed.data : null;
    };

    app.get(GOOGLE_PATH, async (request, reply) => {
      reply.type('text/html; charset=utf-8');
      return asked(request)
        ? page(request, false)
        : reply.code(400).send(expiredPage(languageOf(request)));
    });

    app.post(GOOGLE_PATH, async (request, reply) => {
      const flow = asked(request);
      reply.type('text/html; charset=utf-8');
      if (!flow) return reply.code(400).send(expiredPage(languageOf(request)));
      const target = new URL(flow.redirect_uri);
      target.searchParams.set('state', flow.state);
      if ((request.body as Record<string, unknown> | null)?.['deny'] !== undefined) {
        target.searchParams.set('error', 'access_denied');
        return reply.redirect(target.href, 303);
      }
      const chosen = form.safeParse(request.body);
      if (!chosen.success) return reply.code(422).send(page(request, true));
      target.searchParams.set('code', google.consent(chosen.data));
      return reply.redirect(target.href, 303);
    });
  };
}

const languageOf = (request: FastifyRequest) =>
  /^\s*en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'es';
