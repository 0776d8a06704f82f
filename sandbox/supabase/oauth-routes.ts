import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AuthFailure } from './auth-errors.ts';
import { linkOptions } from './auth-fields.ts';
import type { AuthRoutesDeps } from './auth-routes.ts';
import { GOOGLE_PATH } from './google-routes.ts';
import { invalidState, readChallenge } from './oauth.ts';
import { redirectError, sessionFragment } from './redirects.ts';

const authorizeQuery = z.object({
  provider: z.string().default(''),
  scopes: z.string().default(''),
  code_challenge: z.string().optional(),
  code_challenge_method: z.string().optional(),
});
const callbackQuery = z.object({
  state: z.string().default(''),
  code: z.string().default(''),
  error: z.string().optional(),
  error_description: z.string().optional(),
});

/** Signing in with an outside account: from our site to Google, and from Google back home. */
export function registerOAuth(app: FastifyInstance, deps: AuthRoutesDeps): void {
  const { oauth, settings, baseUrl } = deps;

  app.get('/authorize', async (request, reply) => {
    const query = authorizeQuery.parse(request.query);
    if (query.provider !== 'google' || !settings.googleEnabled) {
      throw new AuthFailure(
        400,
        'validation_failed',
        query.provider === ''
          ? 'Unsupported provider: Provider could not be found'
          : 'Unsupported provider: provider is not enabled',
      );
    }
    const challenge = readChallenge(query.code_challenge, query.code_challenge_method);
    const { redirectTo } = linkOptions(request, settings.siteUrl);
    const google = new URL(GOOGLE_PATH, baseUrl());
    google.search = new URLSearchParams({
      client_id: 'sandbox.apps.googleusercontent.com',
      redirect_uri: `${baseUrl()}/callback`,
      response_type: 'code',
      scope: `email profile ${query.scopes}`.trim(),
      state: oauth.begin(redirectTo, challenge),
    }).toString();
    return reply.redirect(google.href, 302);
  });

  app.get('/callback', async (request, reply) => {
    const query = callbackQuery.parse(request.query);
    let target = new URL(settings.siteUrl);
    try {
      const state = readState(query.state);
      target = new URL(state.redirectTo);
      if (query.error !== undefined) {
        // Google's own words, passed on as they are.
        const { error, error_description: why = error } = query;
        redirectError(target, error, new AuthFailure(400, error, why));
        return await reply.redirect(target.href, 302);
      }
      const home = await oauth.finish(state, query.code);
      if ('flowCode' in home) target.searchParams.set('code', home.flowCode);
      else target.hash = sessionFragment(home.session);
    } catch (error) {
      if (!(error instanceof AuthFailure)) throw error;
      const kind =
        error.status >= 500
          ? 'server_error'
          : error.status === 400
            ? 'invalid_request'
            : 'access_denied';
      redirectError(target, kind, error);
    }
    return reply.redirect(target.href, 302);
  });

  function readState(state: string) {
    try {
      return oauth.read(state);
    } catch {
      throw invalidState();
    }
  }
}
