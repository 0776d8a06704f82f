import type { Session, User } from '@supabase/supabase-js';
import { z } from 'zod';
import { ProviderError } from '@alo/core/kernel';
import type { IdentitySession, IdentityUser } from '@alo/core/ports';

const userShape = z.object({ id: z.uuid(), email: z.email() });

/** Supabase's user in our words. Throws ProviderError for one without an e-mail. */
export function toIdentityUser(user: User): IdentityUser {
  const parsed = userShape.safeParse(user);
  if (!parsed.success) {
    throw new ProviderError('supabase', 'protocol', 'a user without an id or an e-mail');
  }
  const metadata: Record<string, unknown> = user.user_metadata ?? {};
  return {
    authId: parsed.data.id,
    email: parsed.data.email.toLowerCase(),
    emailVerified: Boolean(user.email_confirmed_at),
    // Written by the person: good for greeting, not for deciding anything.
    name: textOf(metadata['name']) ?? textOf(metadata['full_name']),
    phone: textOf(metadata['phone']) ?? textOf(user.phone),
  };
}

export function toIdentitySession(session: Session | null): IdentitySession {
  if (!session?.expires_at) {
    throw new ProviderError('supabase', 'protocol', 'no session where one was due');
  }
  return {
    accessToken: session.access_token,
    refreshToken: session.refresh_token,
    expiresAt: new Date(session.expires_at * 1_000),
    user: toIdentityUser(session.user),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
