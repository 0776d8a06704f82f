import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { registerAdminRoutes } from './admin-routes.ts';
import { answerAuthError, AuthFailure } from './auth-errors.ts';
import type { Auth, AuthDeps } from './auth.ts';
import { challengeFields, emailField, linkOptions, metadataField } from './auth-fields.ts';
import type { Gateway } from './gateway.ts';
import type { Keys } from './keys.ts';
import { registerOAuth } from './oauth-routes.ts';
import type { OAuth } from './oauth.ts';
import { presentUser } from './present-user.ts';
import type { RateWindows } from './rate-windows.ts';
import { redirectError, sessionFragment } from './redirects.ts';

export interface AuthRoutesDeps extends AuthDeps {
  readonly auth: Auth;
  readonly oauth: OAuth;
  readonly keys: Keys;
  readonly gateway: Gateway;
  readonly rates: RateWindows;
  /** `http://…/auth/v1` */
  readonly baseUrl: () => string;
  readonly issuer: () => string;
}

const signUpBody = z.object({
  email: emailField,
  password: z.string().default(''),
  data: metadataField,
  ...challengeFields,
});
const otpBody = z.object({
  email: emailField,
  create_user: z.boolean().default(true),
  data: metadataField,
  ...challengeFields,
});
const resendBody = z.object({ type: z.enum(['signup', 'email_change']), email: emailField });
const recoverBody = z.object({ email: emailField, ...challengeFields });
const verifyBody = z.union([
  z.object({ type: z.string(), token_hash: z.string().min(1) }),
  z.object({ type: z.string(), token: z.string().min(1), email: emailField }),
]);
const updateUserBody = z.object({
  password: z.string().optional(),
  email: emailField.optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});
const logoutQuery = z.object({ scope: z.enum(['global', 'local', 'others']).default('global') });

/** Reachable without the project's key: mailed links, browsers, and whoever checks tokens. */
const openPaths = ['/verify', '/authorize', '/callback', '/.well-known/'];

/** The auth service, mounted at `/auth/v1`. */
export function authRoutes(deps: AuthRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    const { gateway, baseUrl } = deps;
    app.setErrorHandler((error, request, reply) =>
      answerAuthError(error as Error & { code: string; name: string }, request, reply),
    );
    app.setNotFoundHandler((_request, reply) =>
      reply.code(404).type('text/plain').send('404 page not found\n'),
    );
    // The SDK announces JSON on POSTs without a body.
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      async (_request: FastifyRequest, body: string | Buffer) =>
        body === '' ? {} : (JSON.parse(String(body)) as unknown),
    );
    app.addHook('onRequest', async (request, reply) => {
      const path = request.url.slice(new URL(baseUrl()).pathname.length);
      if (request.method === 'GET' && openPaths.some((open) => path.startsWith(open))) return;
      const refusal = gateway.refusal(request);
      if (refusal) await reply.code(401).send(refusal);
    });
    registerSignUp(app, deps);
    registerTokens(app, deps);
    registerUser(app, deps);
    registerPublic(app, deps);
    registerOAuth(app, deps);
    registerAdminRoutes(app, deps);
  };
}

function registerSignUp(app: FastifyInstance, deps: AuthRoutesDeps) {
  const { auth, settings } = deps;
  const limit = limiter(deps);

  app.post('/signup', async (request) => {
    limit(request, 'sign-up', settings.signUpsPerHour);
    const body = signUpBody.parse(request.body);
    if (!body.password) {
      throw new AuthFailure(400, 'validation_failed', 'Signup requires a valid password');
    }
    return auth.signUp(body, linkOptions(request, settings.siteUrl, body));
  });
  app.post('/otp', async (request) => {
    limit(request, 'code', settings.codesPerHour);
    const body = otpBody.parse(request.body);
    await auth.requestCode(
      { email: body.email, createUser: body.create_user, data: body.data },
      linkOptions(request, settings.siteUrl, body),
    );
    return {};
  });
  app.post('/resend', async (request) => {
    limit(request, 'code', settings.codesPerHour);
    const { type, email } = resendBody.parse(request.body);
    await auth.resend(type, email, linkOptions(request, settings.siteUrl));
    return {};
  });
  app.post('/recover', async (request) => {
    limit(request, 'code', settings.codesPerHour);
    const body = recoverBody.parse(request.body);
    await auth.recover(body.email, linkOptions(request, settings.siteUrl, body));
    return {};
  });
}

function registerTokens(app: FastifyInstance, deps: AuthRoutesDeps) {
  const { auth, sessions, settings } = deps;
  const limit = limiter(deps);

  app.post('/token', async (request) => {
    const { grant_type: grant } = z
      .object({ grant_type: z.string().default('') })
      .parse(request.query);
    if (grant === 'password') {
      const body = z.object({ email: emailField, password: z.string() }).parse(request.body);
      return auth.signIn(body.email, body.password);
    }
    if (grant === 'refresh_token') {
      limit(request, 'refresh', settings.refreshesPerHour);
      const body = z.object({ refresh_token: z.string() }).parse(request.body);
      return sessions.refresh(body.refresh_token);
    }
    if (grant === 'pkce') {
      const body = z
        .object({ auth_code: z.string().min(1), code_verifier: z.string().min(1) })
        .parse(request.body);
      return sessions.exchangeFlow(body.auth_code, body.code_verifier);
    }
    throw new AuthFailure(400, 'invalid_credentials', 'unsupported_grant_type');
  });

  app.post('/verify', async (request) => {
    limit(request, 'verification', settings.verificationsPerHour);
    const body = verifyBody.parse(request.body);
    return 'token_hash' in body
      ? auth.verifyHash(body.token_hash, body.type)
      : auth.verifyCode(body.email, body.token, body.type);
  });

  app.get('/verify', async (request, reply) => {
    limit(request, 'verification', settings.verificationsPerHour);
    const query = z
      .object({ token: z.string().default(''), type: z.string().default('signup') })
      .parse(request.query);
    const { redirectTo } = linkOptions(request, settings.siteUrl);
    const target = new URL(redirectTo);
    try {
      const answer = await auth.verifyLink(query.token, query.type);
      if ('flowCode' in answer) target.searchParams.set('code', answer.flowCode);
      else target.hash = sessionFragment(answer.session, query.type);
    } catch (error) {
      if (!(error instanceof AuthFailure)) throw error;
      redirectError(target, 'access_denied', error);
    }
    return reply.redirect(target.href, 303);
  });
}

function registerUser(app: FastifyInstance, deps: AuthRoutesDeps) {
  const { auth, sessions, gateway, settings } = deps;

  app.get('/user', async (request) => {
    const { user } = await sessions.authenticate(gateway.userToken(request));
    return presentUser(user);
  });
  app.put('/user', async (request) => {
    const { user, session } = await sessions.authenticate(gateway.userToken(request));
    const { password, email, data } = updateUserBody.parse(request.body);
    const change = {
      ...(password === undefined ? {} : { password }),
      ...(email === undefined ? {} : { email }),
      ...(data === undefined ? {} : { data }),
    };
    return auth.updateUser(user, session.id, change, linkOptions(request, settings.siteUrl));
  });
  app.post('/logout', async (request, reply) => {
    const { session } = await sessions.authenticate(gateway.userToken(request));
    await sessions.end(logoutQuery.parse(request.query).scope, session);
    return reply.code(204).send();
  });
}

function registerPublic(app: FastifyInstance, { keys, settings, baseUrl, issuer }: AuthRoutesDeps) {
  app.get('/.well-known/jwks.json', async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=600').send(keys.jwks()),
  );
  app.get('/.well-known/openid-configuration', async () => ({
    issuer: issuer(),
    authorization_endpoint: `${baseUrl()}/oauth/authorize`,
    token_endpoint: `${baseUrl()}/oauth/token`,
    jwks_uri: `${baseUrl()}/.well-known/jwks.json`,
    userinfo_endpoint: `${baseUrl()}/oauth/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  }));
  app.get('/health', async () => ({
    version: 'sandbox',
    name: 'GoTrue',
    description: 'GoTrue is a user registration and authentication API',
  }));
  app.get('/settings', async () => ({
    external: {
      email: true,
      phone: false,
      google: settings.googleEnabled,
      anonymous_users: false,
    },
    disable_signup: !settings.signUpsAllowed,
    mailer_autoconfirm: settings.autoconfirm,
    phone_autoconfirm: false,
    sms_provider: '',
    saml_enabled: false,
  }));
}

/** Counts a request against its client's hour. Throws `over_request_rate_limit`. */
function limiter({ rates }: Pick<AuthRoutesDeps, 'rates'>) {
  return (request: FastifyRequest, what: string, perHour: number) => {
    const forwarded = request.headers['sb-forwarded-for'] ?? request.headers['x-forwarded-for'];
    const client = typeof forwarded === 'string' ? forwarded.slice(0, 64) : request.ip;
    if (rates.take(what, client, perHour)) return;
    throw new AuthFailure(429, 'over_request_rate_limit', 'Request rate limit reached');
  };
}
