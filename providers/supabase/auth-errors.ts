import {
  isAuthApiError,
  isAuthError,
  isAuthRetryableFetchError,
  isAuthSessionMissingError,
  isAuthWeakPasswordError,
  type AuthError,
} from '@supabase/supabase-js';
import {
  AppError,
  ProviderError,
  providerErrorKindOf,
  type ErrorCode,
  type Localized,
} from '@alo/core/kernel';

/** GoTrue's codes that are the caller's to hear. Any other one is ours to look into. */
const appErrors: Readonly<Record<string, { code: ErrorCode; param?: string; detail?: Localized }>> =
  {
    invalid_credentials: { code: 'invalid_credentials' },
    email_not_confirmed: { code: 'email_not_verified' },
    otp_expired: { code: 'invalid_otp', param: 'code' },
    user_already_exists: { code: 'email_taken', param: 'email' },
    email_exists: { code: 'email_taken', param: 'email' },
    validation_failed: { code: 'validation_failed' },
    email_address_invalid: { code: 'validation_failed', param: 'email' },
    email_address_not_authorized: { code: 'validation_failed', param: 'email' },
    over_email_send_rate_limit: {
      code: 'rate_limited',
      detail: {
        es: 'Ya enviamos un correo hace poco. Espere un minuto y vuelva a intentar.',
        en: 'A mail went out a moment ago. Wait a minute and try again.',
      },
    },
    over_request_rate_limit: { code: 'rate_limited' },
    signup_disabled: {
      code: 'forbidden',
      detail: { es: 'El registro está cerrado.', en: 'Sign-up is closed.' },
    },
    email_provider_disabled: {
      code: 'forbidden',
      detail: { es: 'El registro está cerrado.', en: 'Sign-up is closed.' },
    },
    user_banned: {
      code: 'forbidden',
      detail: { es: 'La cuenta está suspendida.', en: 'The account is suspended.' },
    },
    refresh_token_not_found: { code: 'unauthenticated' },
    refresh_token_already_used: { code: 'unauthenticated' },
    session_expired: { code: 'unauthenticated' },
    session_not_found: { code: 'unauthenticated' },
    user_not_found: { code: 'unauthenticated' },
    bad_jwt: { code: 'unauthenticated' },
    no_authorization: { code: 'unauthenticated' },
    bad_code_verifier: { code: 'invalid_oauth_code', param: 'code_verifier' },
    flow_state_not_found: { code: 'invalid_oauth_code', param: 'code' },
    flow_state_expired: { code: 'invalid_oauth_code', param: 'code' },
  };

const weaknesses: Readonly<Record<string, Localized>> = {
  length: { es: 'Es muy corta.', en: 'It is too short.' },
  characters: {
    es: 'Le faltan tipos de caracteres (mayúsculas, números, símbolos).',
    en: 'It lacks kinds of characters (capitals, digits, symbols).',
  },
  pwned: {
    es: 'Aparece en filtraciones conocidas.',
    en: 'It appears in known leaks.',
  },
};

/** What the SDK failed with, in our own words. */
export function toOurError(error: unknown): AppError | ProviderError {
  if (!isAuthError(error)) {
    return new ProviderError('supabase', 'protocol', 'an unexpected answer', { cause: error });
  }
  if (isAuthWeakPasswordError(error)) return weakPassword(error.reasons, error);
  if (isAuthSessionMissingError(error)) return new AppError('unauthenticated', { cause: error });
  if (isAuthRetryableFetchError(error)) {
    return error.status
      ? new ProviderError('supabase', 'unavailable', error.message, {
          status: error.status,
          cause: error,
        })
      : new ProviderError('supabase', 'connection', error.message, { cause: error });
  }
  const known = appErrors[error.code ?? ''];
  if (known) {
    const { code, ...options } = known;
    return new AppError(code, { ...options, cause: error });
  }
  return providerError(error);
}

/** Whether GoTrue refused the token it was shown, rather than failed, or refused us. */
export function isRefusal(error: AuthError): boolean {
  if (isAuthRetryableFetchError(error)) return false;
  if (!isAuthApiError(error)) return true;
  return error.status < 500 && error.status !== 429 && !/\bapi key\b/i.test(error.message);
}

function weakPassword(reasons: readonly string[], cause: unknown): AppError {
  const known = reasons.flatMap((reason) => weaknesses[reason] ?? []);
  const detail = known.length > 0 && {
    es: known.map(({ es }) => es).join(' '),
    en: known.map(({ en }) => en).join(' '),
  };
  return new AppError('weak_password', { param: 'password', cause, ...(detail && { detail }) });
}

function providerError(error: AuthError): ProviderError {
  const status = error.status;
  const kind = status === undefined ? 'protocol' : providerErrorKindOf(status);
  const what = error.code === undefined ? error.message : `${error.code}: ${error.message}`;
  return new ProviderError('supabase', kind, what, {
    ...(status === undefined ? {} : { status }),
    cause: error,
  });
}
