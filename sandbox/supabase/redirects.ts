import type { AuthFailure } from './auth-errors.ts';

/** A session as browser flows without PKCE carry it home. */
export function sessionFragment(
  session: { access_token: string; expires_in: number; expires_at: number; refresh_token: string },
  type?: string,
): string {
  return new URLSearchParams({
    access_token: session.access_token,
    expires_at: String(session.expires_at),
    expires_in: String(session.expires_in),
    refresh_token: session.refresh_token,
    token_type: 'bearer',
    ...(type !== undefined && { type }),
  }).toString();
}

/** Errors of browser flows stand in the query and in the fragment. */
export function redirectError(target: URL, error: string, failure: AuthFailure): void {
  const fields = { error, error_code: failure.code, error_description: failure.message };
  for (const [name, value] of Object.entries(fields)) target.searchParams.set(name, value);
  target.hash = new URLSearchParams(fields).toString();
}
