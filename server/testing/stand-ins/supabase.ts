import { createHmac, generateKeyPairSync, randomInt, randomUUID, sign } from 'node:crypto';
import { serve, type Answer, type Incoming, type StandInServer } from './server.ts';

export interface SupabaseStandIn extends StandInServer {
  /** The code that was "mailed" last; empty if none was. */
  otpFor(email: string): string;
  /** `bucket/path` of every file. */
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Options {
  readonly anonKey: string;
  readonly serviceKey: string;
  /** `HS256`: a project of before asymmetric keys, which publishes none. */
  readonly signing: 'ES256' | 'HS256';
  /** Whether it has `GET /storage/v1/bucket`; ours are made with POST alone. */
  readonly listsBuckets?: boolean;
}

interface User {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly data: object;
  readonly createdAt: string;
  confirmedAt?: string;
}

const authError = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'x-supabase-api-version': '2024-01-01' },
  body: { code, message },
});
const storageError = (status: string, error: string, message: string): Answer => ({
  status: 400,
  body: { statusCode: status, error, message },
});
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Auth under `/auth/v1` and files under `/storage/v1`. */
export async function startSupabaseStandIn(options: Options): Promise<SupabaseStandIn> {
  const users = new Map<string, User>();
  const codes = new Map<string, string>();
  const refreshTokens = new Map<string, string>();
  const accessTokens = new Map<string, string>();
  const buckets = new Set<string>();
  const files = new Map<string, Buffer>();
  const types = new Map<string, string>();
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = randomUUID();

  const token = (user: User): string => {
    const iat = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: `${server.url}/auth/v1`,
      sub: user.id,
      aud: 'authenticated',
      exp: iat + 3_600,
      iat,
      email: user.email,
      phone: '',
      app_metadata: { provider: 'email', providers: ['email'] },
      user_metadata: user.data,
      role: 'authenticated',
      aal: 'aal1',
      amr: [{ method: 'otp', timestamp: iat }],
      session_id: randomUUID(),
      is_anonymous: false,
    };
    const asymmetric = options.signing === 'ES256';
    const header = { alg: options.signing, typ: 'JWT', ...(asymmetric ? { kid } : {}) };
    const signed = `${base64url(header)}.${base64url(claims)}`;
    const signature = asymmetric
      ? sign('sha256', Buffer.from(signed), { key: keys.privateKey, dsaEncoding: 'ieee-p1363' })
      : createHmac('sha256', 'the project secret').update(signed).digest();
    return `${signed}.${signature.toString('base64url')}`;
  };

  const present = (user: User) => ({
    id: user.id,
    aud: 'authenticated',
    role: 'authenticated',
    email: user.email,
    ...(user.confirmedAt
      ? { email_confirmed_at: user.confirmedAt, confirmed_at: user.confirmedAt }
      : {}),
    phone: '',
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: user.data,
    identities: [{ identity_id: user.id, id: user.id, user_id: user.id, provider: 'email' }],
    created_at: user.createdAt,
    updated_at: user.createdAt,
    is_anonymous: false,
  });

  const session = (user: User): Answer => {
    const access_token = token(user);
    const refresh_token = `rt-${randomUUID()}`;
    accessTokens.set(access_token, user.email);
    refreshTokens.set(refresh_token, user.email);
    const expires_at = Math.floor(Date.now() / 1_000) + 3_600;
    return {
      body: {
        access_token,
        token_type: 'bearer',
        expires_in: 3_600,
        expires_at,
        refresh_token,
        user: present(user),
      },
    };
  };
  const mail = (email: string) => codes.set(email, String(randomInt(100_000, 1_000_000)));

  const signUp = (body: Record<string, unknown>): Answer => {
    const email = String(body['email']);
    const before = users.get(email);
    if (before?.confirmedAt) return { body: { ...present(before), identities: [] } };
    const user: User = {
      id: randomUUID(),
      email,
      password: String(body['password']),
      data: (body['data'] as object | undefined) ?? {},
      createdAt: new Date().toISOString(),
    };
    users.set(email, user);
    mail(email);
    return { body: present(user) };
  };

  const grant = (type: string | null, body: Record<string, unknown>): Answer => {
    if (type === 'refresh_token') {
      const old = String(body['refresh_token']);
      const user = users.get(refreshTokens.get(old) ?? '');
      refreshTokens.delete(old);
      if (!user) return authError(400, 'refresh_token_not_found', 'Invalid Refresh Token');
      return session(user);
    }
    const user = users.get(String(body['email']));
    if (user?.password !== body['password'] || !user)
      return authError(400, 'invalid_credentials', 'Invalid login credentials');
    if (!user.confirmedAt) return authError(400, 'email_not_confirmed', 'Email not confirmed');
    return session(user);
  };

  const verify = (body: Record<string, unknown>): Answer => {
    const email = String(body['email']);
    const user = users.get(email);
    if (!user || codes.get(email) !== body['token'])
      return authError(403, 'otp_expired', 'Token has expired or is invalid');
    codes.delete(email);
    user.confirmedAt ??= new Date().toISOString();
    return session(user);
  };

  const auth = (path: string, request: Incoming): Answer => {
    const bearer = (request.headers.authorization ?? '').replace('Bearer ', '');
    switch (`${request.method} ${path}`) {
      case 'GET /.well-known/jwks.json':
        if (options.signing === 'HS256') return { body: { keys: [] } };
        return {
          headers: { 'cache-control': 'public, max-age=600' },
          body: {
            keys: [{ ...keys.publicKey.export({ format: 'jwk' }), alg: 'ES256', kid, use: 'sig' }],
          },
        };
      case 'POST /signup':
        return signUp(request.json());
      case 'POST /verify':
        return verify(request.json());
      case 'POST /token':
        return grant(request.query.get('grant_type'), request.json());
      case 'POST /otp':
      case 'POST /resend':
        mail(String(request.json()['email']));
        return { body: {} };
      case 'GET /user': {
        const user = users.get(accessTokens.get(bearer) ?? '');
        return user ? { body: present(user) } : authError(403, 'bad_jwt', 'invalid JWT');
      }
      case 'POST /logout':
        accessTokens.delete(bearer);
        return { status: 204 };
      default:
        return { status: 404, body: { message: 'no Route matched with those values' } };
    }
  };

  const storage = (path: string, request: Incoming): Answer => {
    if (request.headers.authorization !== `Bearer ${options.serviceKey}`)
      return storageError('403', 'Unauthorized', 'signature verification failed');
    const { method } = request;
    if (method === 'GET' && path === '/bucket' && options.listsBuckets !== false)
      return { body: [...buckets].map((id) => ({ id, name: id, public: false })) };
    if (method === 'POST' && path === '/bucket') {
      const id = String(request.json()['id']);
      if (buckets.has(id)) return storageError('409', 'Duplicate', 'The resource already exists');
      buckets.add(id);
      return { body: { name: id } };
    }
    const [, bucket = '', name = ''] = /^\/object\/([^/]+)\/?(.*)$/.exec(path) ?? [];
    const key = `${bucket}/${decodeURIComponent(name)}`;
    if (!buckets.has(bucket)) return storageError('404', 'Bucket not found', 'Bucket not found');
    if (method === 'POST' || method === 'PUT') {
      if (method === 'POST' && files.has(key) && request.headers['x-upsert'] !== 'true')
        return storageError('409', 'Duplicate', 'The resource already exists');
      files.set(key, request.body);
      types.set(key, request.headers['content-type'] ?? 'application/octet-stream');
      return { body: { Id: randomUUID(), Key: key } };
    }
    if (method === 'DELETE') {
      for (const each of request.json()['prefixes'] as string[]) files.delete(`${bucket}/${each}`);
      return { body: [] };
    }
    const file = files.get(key);
    if (!file) return storageError('404', 'not_found', 'Object not found');
    return { headers: { 'content-type': types.get(key) ?? '' }, body: file };
  };

  const server = await serve((request) => {
    const { path, headers } = request;
    if (path.startsWith('/storage/v1')) return storage(path.slice('/storage/v1'.length), request);
    if (headers['apikey'] !== options.anonKey && headers['apikey'] !== options.serviceKey)
      return { status: 401, body: { message: 'Invalid API key' } };
    if (path.startsWith('/auth/v1')) return auth(path.slice('/auth/v1'.length), request);
    return { status: 404, body: { message: 'no Route matched with those values' } };
  });
  return { ...server, files, otpFor: (email) => codes.get(email) ?? '' };
}
