import type { Db, SystemTx } from '../db/index.ts';
import {
  AppError,
  assert,
  isId,
  notFound,
  type Id,
  type Log,
  type NewId,
} from '../kernel/index.ts';
import type { IdentityUser } from '../ports/index.ts';
import { personId } from './accounts.present.ts';
import * as repo from './accounts.repo.ts';
import { cleanName, cleanPhone, defaultOrganizationName } from './accounts.rules.ts';
import { API_KEY_PREFIX } from './api-keys.rules.ts';
import { createApiKeys } from './api-keys.service.ts';
import { createFreeCredit, type FreeCreditOptions } from './free-credit.ts';
import { isDisposableAddress } from './fraud.rules.ts';
import { createOrganizations } from './organizations.service.ts';
import type { Principal } from './principal.ts';
import { createSessions, type SessionsDeps } from './sessions.service.ts';

export interface AccountsDeps extends SessionsDeps {
  readonly db: Db;
  readonly newId: NewId;
  readonly log: Log;
  /** Makes API keys. */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
  /** Whether every vendor is played by the sandbox: only there do test keys work. Default: no. */
  readonly sandboxed?: boolean | undefined;
  /** Addresses, in lower case, of the people who run the platform. Default: nobody. */
  readonly platformAdmins?: readonly string[] | undefined;
  /** What a new person's organization starts with; absent: nothing. */
  readonly freeCredit?: FreeCreditOptions | undefined;
}

export type AccountsService = ReturnType<typeof createAccountsService>;

/**
 * People, organizations and the credentials they come with. Passwords, codes and tokens are the
 * identity service's; who belongs where, and programs' keys, are ours.
 */
export function createAccountsService(deps: AccountsDeps) {
  const { authenticateApiKey, ...apiKeys } = createApiKeys(deps);
  return {
    ...createAuthentication({ ...deps, authenticateApiKey }),
    ...createSessions(deps),
    ...createOrganizations(deps),
    ...apiKeys,
  };
}

type AuthenticationDeps = AccountsDeps &
  Pick<ReturnType<typeof createApiKeys>, 'authenticateApiKey'>;

function createAuthentication({ db, identity, clock, newId, log, ...deps }: AuthenticationDeps) {
  const platformAdmins = new Set(deps.platformAdmins);
  const freeCredit = createFreeCredit(deps.freeCredit, log);

  /** The person, made on first sight together with the organization they own. */
  async function knownPerson(tx: SystemTx, user: IdentityUser): Promise<repo.KnownPerson> {
    const known = await repo.findPerson(tx, user.authId);
    if (known) {
      if (known.email !== user.email) {
        await repo.updateEmail(tx, known.id, user.email, clock.now());
      }
      return known;
    }
    // The forms refuse it too; who signs up past them gets no further.
    if (isDisposableAddress(user.email)) throw disposableAccount();
    const orgId = newId('org');
    const founded = await repo.found(tx, {
      user: {
        id: personId(user),
        auth_id: user.authId,
        email: user.email,
        name: cleanName(user.name) ?? null,
        phone: cleanPhone(user.phone) ?? null,
      },
      orgId,
      orgName: defaultOrganizationName(user.name, user.email),
      membershipId: newId('mem'),
    });
    if (founded) {
      log.info({ org_id: orgId, user_id: personId(user) }, 'organization founded');
      await freeCredit.grant(tx, { user, userId: personId(user), orgId });
    }
    const person = await repo.findPerson(tx, user.authId);
    assert(person, 'a person is there after founding');
    return person;
  }

  async function authenticateUser(
    bearer: string,
    orgId: Id<'org'> | undefined,
  ): Promise<Principal | null> {
    const user = await identity.verifyAccessToken(bearer);
    if (!user) return null;
    if (!user.emailVerified) throw new AppError('email_not_verified');
    const person = await db.withSystem((tx) => knownPerson(tx, user));
    const membership =
      orgId === undefined
        ? person.memberships[0]
        : person.memberships.find((each) => each.orgId === orgId);
    if (orgId !== undefined && !membership) throw notFound(ORGANIZATION_HEADER);
    return {
      kind: 'user',
      orgId: membership?.orgId,
      userId: person.id,
      role: membership?.role ?? 'viewer',
      email: user.email,
      mode: 'live',
      platformAdmin: platformAdmins.has(user.email),
    };
  }

  async function authenticateKey(
    secret: string,
    orgId: Id<'org'> | undefined,
  ): Promise<Principal | null> {
    const program = await deps.authenticateApiKey(secret);
    if (program && orgId !== undefined && orgId !== program.orgId) {
      throw notFound(ORGANIZATION_HEADER);
    }
    return program;
  }

  return {
    /**
     * Whom a Bearer credential stands for: a person's access token or a program's API key. Null if
     * it is neither, expired or revoked. The first use by a person with a verified e-mail makes
     * the person and exactly one organization they own.
     *
     * `orgHeader` (`Alo-Organization`) chooses among a person's organizations; without it, the
     * one they founded, else the oldest. Errors: `email_not_verified`; `invalid_request` for a
     * malformed header; `not_found` for an organization that is not theirs; `test_mode_unavailable`
     * for a test key where a vendor is real.
     */
    async authenticate(bearer: string, orgHeader?: string): Promise<Principal | null> {
      const orgId = parseOrganizationHeader(orgHeader);
      return bearer.startsWith(API_KEY_PREFIX)
        ? authenticateKey(bearer, orgId)
        : authenticateUser(bearer, orgId);
    },
  };
}

function disposableAccount(): AppError {
  return new AppError('forbidden', {
    param: 'email',
    detail: {
      es: 'La cuenta es de un correo desechable. Use uno que vaya a conservar.',
      en: 'The account is of a throw-away mailbox. Use an address you will keep.',
    },
  });
}

const ORGANIZATION_HEADER = 'Alo-Organization';

function parseOrganizationHeader(header: string | undefined): Id<'org'> | undefined {
  if (header === undefined || isId('org', header)) return header;
  throw new AppError('invalid_request', {
    param: ORGANIZATION_HEADER,
    detail: {
      es: 'El encabezado Alo-Organization debe ser el id de una organización (org_…).',
      en: 'The Alo-Organization header must be the id of an organization (org_…).',
    },
  });
}
