import type { IdentitySession } from '../ports/index.ts';
import { personId } from './accounts.present.ts';
import { cleanName, cleanPhone } from './accounts.rules.ts';
import type { SessionWire } from './sessions.schema.ts';

export function presentSession(session: IdentitySession): SessionWire {
  const { user } = session;
  return {
    access_token: session.accessToken,
    refresh_token: session.refreshToken,
    expires_at: session.expiresAt.toISOString(),
    user: {
      id: personId(user),
      email: user.email,
      name: cleanName(user.name) ?? null,
      phone: cleanPhone(user.phone) ?? null,
    },
  };
}
