import { AppError, ProviderError, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type { IdentityProvider } from '@alo/core/ports';
import { createAccessTokens, type LegacyTokens } from './access-tokens.ts';
import { toOurError } from './auth-errors.ts';
import { createStatelessClient } from './client.ts';
import { createIssuerCheck } from './issuer.ts';
import { createPasswordChanges } from './passwords.ts';
import { createSigningKeys } from './signing-keys.ts';
import { toIdentitySession } from './users.ts';

export interface SupabaseIdentityOptions {
  /** The project's address, without a path. */
  readonly url: string;
  /** The publishable (or legacy `anon`) key. */
  readonly anonKey: Secret;
  /** What to do with tokens that only the project itself can check. Default `auto`. */
  readonly legacyTokens?: LegacyTokens | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** The SDK retries a refresh by itself for half a minute; nobody waits that long. */
const CALL_TIMEOUT_MS = 15_000;

/** Codes that tell an address without an account; who asks must not hear the difference. */
const strangerCodes = new Set(['otp_disabled', 'user_not_found', 'signup_disabled']);

/** Supabase Auth through its SDK. */
export function createSupabaseIdentity(options: SupabaseIdentityOptions): IdentityProvider {
  const { url, anonKey, clock, log } = options;
  const connection = { url, key: anonKey, clock, timeoutMs: REQUEST_TIMEOUT_MS };
  // Fresh for each call that yields a session: the SDK keeps the last session in its client.
  const connect = (codeVerifier?: string) => createStatelessClient({ ...connection, codeVerifier });
  const tokens = createAccessTokens({
    client: connect(),
    keys: createSigningKeys({ ...connection, log }),
    legacyTokens: options.legacyTokens ?? 'auto',
    isOurIssuer: createIssuerCheck({ ...connection, log }),
    clock,
    log,
  });
  const call = <T>(work: () => Promise<T>) => bounded(clock, work);
  const passwords = createPasswordChanges({ connect, call, tokens });

  async function requestOtp(email: string): Promise<void> {
    const { error } = await connect().auth.signInWithOtp({
      email,
      options: { shouldCreateUser: false },
    });
    if (error && !strangerCodes.has(error.code ?? '')) throw toOurError(error);
  }

  return {
    name: 'supabase',
    signUp: ({ email, password, name, phone }) =>
      call(async () => {
        const { data, error } = await connect().auth.signUp({
          email,
          password,
          options: { data: { ...(name && { name }), ...(phone && { phone }) } },
        });
        if (error) throw toOurError(error);
        // No identities: the address has an account, and Supabase answered with an invented user.
        // Its owner gets a code to sign in with, so that the outside sees one and the same thing.
        // A session: the project confirms e-mails by itself; we still want to see the code.
        if (data.session || data.user?.identities?.length === 0) await requestOtp(email);
      }),
    resendOtp: (email) =>
      call(async () => {
        const { error } = await connect().auth.resend({ type: 'signup', email });
        if (error && !strangerCodes.has(error.code ?? '')) throw toOurError(error);
      }),
    requestOtp: (email) => call(() => requestOtp(email)),
    verifyOtp: (email, code) =>
      call(async () => {
        // `email` takes the codes of sign-up and of sign-in alike.
        const { data, error } = await connect().auth.verifyOtp({
          email,
          token: code,
          type: 'email',
        });
        if (error) throw toOurError(error);
        return toIdentitySession(data.session);
      }),
    signIn: (email, password) =>
      call(async () => {
        const { data, error } = await connect().auth.signInWithPassword({ email, password });
        if (error) throw toOurError(error);
        return toIdentitySession(data.session);
      }),
    refresh: (refreshToken) =>
      call(async () => {
        const { data, error } = await connect().auth.refreshSession({
          refresh_token: refreshToken,
        });
        // Whatever is wrong with a refresh token, the way out is to sign in again.
        if (error && toOurError(error) instanceof ProviderError && error.status === 400) {
          throw new AppError('unauthenticated', { cause: error });
        }
        if (error) throw toOurError(error);
        return toIdentitySession(data.session);
      }),
    oauthUrl: ({ provider, redirectTo, codeChallenge }) =>
      call(async () => {
        const { data, error } = await connect().auth.signInWithOAuth({
          provider,
          options: {
            redirectTo,
            skipBrowserRedirect: true,
            // Whoever keeps the verifier makes the challenge: the SDK would make both here.
            queryParams: { code_challenge: codeChallenge, code_challenge_method: 's256' },
          },
        });
        if (error) throw toOurError(error);
        return data.url;
      }),
    exchangeOAuthCode: (code, codeVerifier) =>
      call(async () => {
        const { data, error } = await connect(codeVerifier).auth.exchangeCodeForSession(code);
        if (error) throw toOurError(error);
        return toIdentitySession(data.session);
      }),
    ...passwords,
    signOut: (accessToken, scope) =>
      call(async () => {
        tokens.forget(accessToken, scope === 'local' ? 'this' : 'all');
        const { error } = await connect().auth.admin.signOut(accessToken, scope);
        if (!error) return;
        const ours = toOurError(error);
        // A session that is over already is what was asked for.
        if (ours instanceof AppError && ours.code === 'unauthenticated') return;
        throw ours;
      }),
    verifyAccessToken: (accessToken) => call(() => tokens.verify(accessToken)),
  };
}

/** `work`, or a timeout if it takes longer than anybody waits. */
async function bounded<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const cancel = clock.setTimer(CALL_TIMEOUT_MS, () =>
    late.reject(new ProviderError('supabase', 'timeout', `no answer within ${CALL_TIMEOUT_MS} ms`)),
  );
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    cancel();
  }
}
