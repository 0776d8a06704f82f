import {
  createHash,
  createHmac,
  generateKeyPairSync,
  randomInt,
  randomUUID,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { Answer, Incoming } from './server.ts';

export interface AuthOptions {
  /** `HS256`: a project of before asymmetric keys, which publishes none. */
  readonly signing: 'ES256' | 'RS256' | 'HS256';
  /** Whose account the browser is signed in with at Google, who asks nothing more. */
  readonly googleAccount: string;
  /** The server's own address. */
  readonly url: () => string;
}

interface User {
  readonly id: string;
  readonly email: string;
  password: string | null;
  data: object;
  readonly createdAt: string;
  confirmedAt?: string;
  readonly providers: Set<string>;
}
interface Session {
  readonly id: string;
  readonly user: User;
  /** Oldest first; the last one works. */
  readonly refreshTokens: string[];
}
interface Flow {
  readonly redirectTo: string;
  readonly challenge: string;
  user?: User;
}

const authError = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'x-supabase-api-version': '2024-01-01' },
  body: { code, message },
});
const redirect = (location: string): Answer => ({ status: 302, headers: { location } });
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Auth under `/auth/v1`, and as much of Google as it sends browsers to, under `/google`. */
export function createAuth(options: AuthOptions) {
  const users = new Map<string, User>();
  const codes = new Map<string, { code: string; kind: 'signup' | 'login' | 'recovery' }>();
  const sessions = new Map<string, Session>();
  const accessTokens = new Map<string, Session>();
  const pending = new Map<string, Flow>();
  const flows = new Map<string, Flow>();
  let key = newKey();

  function newKey(): SigningKey {
    const pair =
      options.signing === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2_048 })
        : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return { kid: randomUUID(), ...pair };
  }

  function token({ id, user }: Session): string {
    const iat = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: `${options.url()}/auth/v1`,
      sub: user.id,
      aud: 'authenticated',
      exp: iat + 3_600,
      iat,
      email: user.email,
      phone: '',
      app_metadata: appMetadata(user),
      user_metadata: user.data,
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'otp', timestamp: iat }],
      session_id: id,
      is_anonymous: false,
      jti: randomUUID(),
    };
    const symmetric = options.signing === 'HS256';
    const header = { alg: options.signing, typ: 'JWT', ...(symmetric ? {} : { kid: key.kid }) };
    const signed = `${base64url(header)}.${base64url(claims)}`;
    const signature = symmetric
      ? createHmac('sha256', 'the project secret').update(signed).digest()
      : sign('sha256', Buffer.from(signed), {
          key: key.privateKey,
          ...(options.signing === 'ES256' ? { dsaEncoding: 'ieee-p1363' as const } : {}),
        });
    return `${signed}.${signature.toString('base64url')}`;
  }

  const appMetadata = ({ providers }: User) => ({
    provider: [...providers][0],
    providers: [...providers],
  });
  const present = (user: User) => ({
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    ...(user.confirmedAt
      ? { email_confirmed_at: user.confirmedAt, confirmed_at: user.confirmedAt }
      : {}),
    phone: '',
    app_metadata: appMetadata(user),
    user_metadata: user.data,
    identities: [...user.providers].map((provider) => ({
      identity_id: `${provider}-${user.id}`,
      id: user.id,
      user_id: user.id,
      provider,
    })),
    created_at: user.createdAt,
    updated_at: user.createdAt,
    is_anonymous: false,
  });

  function newUser(email: string, provider: string, password: string | null, data: object): User {
    const user: User = {
      id: randomUUID(),
      email,
      password,
      data,
      createdAt: new Date().toISOString(),
      providers: new Set([provider]),
    };
    users.set(email, user);
    return user;
  }

  /** The session's next tokens. */
  function tokensOf(session: Session, extra: object = {}): Answer {
    const refresh_token = `rt-${randomUUID()}`;
    session.refreshTokens.push(refresh_token);
    const access_token = token(session);
    accessTokens.set(access_token, session);
    const expires_at = Math.floor(Date.now() / 1_000) + 3_600;
    return {
      body: {
        access_token,
        token_type: 'bearer',
        expires_in: 3_600,
        expires_at,
        refresh_token,
        user: present(session.user),
        ...extra,
      },
    };
  }
  function open(user: User, extra: object = {}): Answer {
    const session: Session = { id: randomUUID(), user, refreshTokens: [] };
    sessions.set(session.id, session);
    return tokensOf(session, extra);
  }
  const end = (matches: (session: Session) => boolean) => {
    for (const session of sessions.values()) if (matches(session)) sessions.delete(session.id);
  };
  /** Whose token it is, if its session lives. */
  const sessionOf = (bearer: string) => {
    const session = accessTokens.get(bearer);
    return session && sessions.has(session.id) ? session : undefined;
  };

  const mail = (email: string, kind: 'signup' | 'login' | 'recovery') =>
    codes.set(email, { code: String(randomInt(100_000, 1_000_000)), kind });

  function signUp(body: Record<string, unknown>): Answer {
    const email = String(body['email']);
    const before = users.get(email);
    if (before?.confirmedAt) return { body: { ...present(before), identities: [] } };
    const data = (body['data'] as object | undefined) ?? {};
    const user = newUser(email, 'email', String(body['password']), data);
    mail(email, 'signup');
    return { body: present(user) };
  }

  function refresh(given: string): Answer {
    for (const session of sessions.values()) {
      const at = session.refreshTokens.indexOf(given);
      if (at === -1) continue;
      if (at === session.refreshTokens.length - 1) return tokensOf(session);
      sessions.delete(session.id);
      return authError(400, 'refresh_token_already_used', 'Invalid Refresh Token: Already Used');
    }
    return authError(400, 'refresh_token_not_found', 'Invalid Refresh Token');
  }

  function exchange(body: Record<string, unknown>): Answer {
    const code = String(body['auth_code']);
    const flow = flows.get(code);
    if (!flow?.user) return authError(404, 'flow_state_not_found', 'invalid flow state');
    const challenge = createHash('sha256')
      .update(String(body['code_verifier']))
      .digest('base64url');
    if (challenge !== flow.challenge)
      return authError(400, 'bad_code_verifier', 'code challenge does not match');
    flows.delete(code);
    return open(flow.user, { provider_token: 'ya29.theirs', provider_refresh_token: '1//theirs' });
  }

  function grant(type: string | null, body: Record<string, unknown>): Answer {
    if (type === 'refresh_token') return refresh(String(body['refresh_token']));
    if (type === 'pkce') return exchange(body);
    const user = users.get(String(body['email']));
    if (!user || user.password !== body['password'])
      return authError(400, 'invalid_credentials', 'Invalid login credentials');
    if (!user.confirmedAt) return authError(400, 'email_not_confirmed', 'Email not confirmed');
    return open(user);
  }

  function verify(body: Record<string, unknown>): Answer {
    const email = String(body['email']);
    const user = users.get(email);
    const sent = codes.get(email);
    const fits = body['type'] === 'recovery' ? sent?.kind === 'recovery' : sent !== undefined;
    if (!user || !fits || sent?.code !== body['token'])
      return authError(403, 'otp_expired', 'Token has expired or is invalid');
    codes.delete(email);
    user.confirmedAt ??= new Date().toISOString();
    return open(user);
  }

  function updateUser(session: Session | undefined, body: Record<string, unknown>): Answer {
    if (!session) return authError(403, 'session_not_found', 'Session does not exist');
    const password = String(body['password']);
    if (password.length < 8)
      return {
        ...authError(422, 'weak_password', 'Password should be at least 8 characters.'),
        body: {
          code: 'weak_password',
          message: 'Password should be at least 8 characters.',
          weak_password: { reasons: ['length'] },
        },
      };
    session.user.password = password;
    // Unlike the vendor's, this one leaves other sessions alone: who wants them ended, says so.
    return { body: present(session.user) };
  }

  function logout(session: Session | undefined, scope: string | null): Answer {
    if (!session) return authError(403, 'session_not_found', 'Session does not exist');
    end((each) => {
      if (each.user !== session.user) return false;
      if (scope === 'local') return each === session;
      return scope === 'others' ? each !== session : true;
    });
    return { status: 204 };
  }

  function authorize(query: URLSearchParams): Answer {
    if (query.get('provider') !== 'google')
      return authError(400, 'validation_failed', 'Unsupported provider: provider is not enabled');
    const state = randomUUID();
    pending.set(state, {
      redirectTo: query.get('redirect_to') ?? '',
      challenge: query.get('code_challenge') ?? '',
    });
    return redirect(`${options.url()}/google?state=${state}`);
  }

  function callback(query: URLSearchParams): Answer {
    const flow = pending.get(query.get('state') ?? '');
    pending.delete(query.get('state') ?? '');
    if (!flow) return authError(400, 'bad_oauth_state', 'OAuth state is invalid');
    const email = options.googleAccount;
    const user = users.get(email) ?? newUser(email, 'google', null, {});
    user.providers.add('google');
    user.confirmedAt ??= new Date().toISOString();
    user.data = { ...user.data, full_name: 'Lucía Gómez', email, email_verified: true };
    const code = randomUUID();
    flows.set(code, { ...flow, user });
    const home = new URL(flow.redirectTo);
    home.searchParams.set('code', code);
    return redirect(home.href);
  }

  const jwks = (): Answer => ({
    headers: { 'cache-control': 'public, max-age=600' },
    body: {
      keys:
        options.signing === 'HS256'
          ? []
          : [
              {
                ...key.publicKey.export({ format: 'jwk' }),
                alg: options.signing,
                kid: key.kid,
                use: 'sig',
              },
            ],
    },
  });

  return {
    otpFor: (email: string) => codes.get(email)?.code ?? '',
    /** From now on tokens are signed with another key; the one before is no longer published. */
    rotateKey: () => void (key = newKey()),
    /** Google knows the browser: it is sent straight back. */
    google: ({ query }: Incoming): Answer =>
      redirect(`${options.url()}/auth/v1/callback?code=4/0Atheirs&state=${query.get('state')}`),
    /** What needs no key of the project: browsers come here. */
    isOpen: (path: string) => ['/authorize', '/callback'].includes(path),
    answer(path: string, request: Incoming): Answer {
      const bearer = (request.headers.authorization ?? '').replace('Bearer ', '');
      switch (`${request.method} ${path}`) {
        case 'GET /.well-known/jwks.json':
          return jwks();
        case 'POST /signup':
          return signUp(request.json());
        case 'POST /verify':
          return verify(request.json());
        case 'POST /token':
          return grant(request.query.get('grant_type'), request.json());
        case 'POST /otp':
        case 'POST /resend':
          mail(String(request.json()['email']), 'login');
          return { body: {} };
        case 'POST /recover':
          mail(String(request.json()['email']), 'recovery');
          return { body: {} };
        case 'GET /user': {
          const session = sessionOf(bearer);
          return session
            ? { body: present(session.user) }
            : authError(403, 'bad_jwt', 'invalid JWT');
        }
        case 'PUT /user':
          return updateUser(sessionOf(bearer), request.json());
        case 'POST /logout':
          return logout(sessionOf(bearer), request.query.get('scope'));
        case 'GET /authorize':
          return authorize(request.query);
        case 'GET /callback':
          return callback(request.query);
        default:
          return { status: 404, body: { message: 'no Route matched with those values' } };
      }
    },
  };
}
