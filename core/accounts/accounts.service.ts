import { randomBytes as cryptoRandomBytes } from 'node:crypto';
import type { Db, SystemTx } from '../db/index.ts';
import {
  AppError,
  assert,
  cursorId,
  isId,
  limits,
  notFound,
  pageOf,
  type Id,
  type Log,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { IdentityUser } from '../ports/index.ts';
import { personId, presentApiKey, presentOrganization, presentPerson } from './accounts.present.ts';
import * as repo from './accounts.repo.ts';
import {
  API_KEY_PREFIX,
  cleanName,
  cleanPhone,
  defaultOrganizationName,
  hashApiKey,
  looksLikeApiKey,
  makeApiKeySecret,
  usageIsStale,
} from './accounts.rules.ts';
import type {
  ApiKeyWire,
  CreateApiKey,
  CreatedApiKeyWire,
  MeWire,
  OrganizationWire,
} from './accounts.schema.ts';
import { createFreeCredit, type FreeCreditOptions } from './free-credit.ts';
import { isDisposableAddress } from './fraud.rules.ts';
import { requirePerson, type Member, type Principal } from './principal.ts';
import { createSessions, type SessionsDeps } from './sessions.service.ts';

export interface AccountsDeps extends SessionsDeps {
  readonly db: Db;
  readonly newId: NewId;
  readonly log: Log;
  /** Makes API keys. */
  readonly randomBytes?: ((size: number) => Uint8Array) | undefined;
  /** What a new person's organization starts with; absent: nothing. */
  readonly freeCredit?: FreeCreditOptions | undefined;
}

export type AccountsService = ReturnType<typeof createAccountsService>;

/**
 * People, organizations and the credentials they come with. Passwords, codes and tokens are the
 * identity service's; who belongs where, and programs' keys, are ours.
 */
export function createAccountsService(deps: AccountsDeps) {
  return { ...createAuthentication(deps), ...createSessions(deps), ...createOrganizations(deps) };
}

function createAuthentication({ db, identity, clock, newId, log, ...deps }: AccountsDeps) {
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
    };
  }

  async function authenticateKey(
    secret: string,
    orgId: Id<'org'> | undefined,
  ): Promise<Principal | null> {
    if (!looksLikeApiKey(secret)) return null;
    const now = clock.now();
    // Found by its hash: what an attacker could learn from timing is bits of a hash, not of a key.
    const key = await db.withSystem(async (tx) => {
      const found = await repo.findApiKey(tx, hashApiKey(secret));
      if (!found || found.revoked_at) return undefined;
      if (usageIsStale(found.last_used_at, now)) await repo.touchApiKey(tx, found.id, now);
      return found;
    });
    if (!key) return null;
    if (orgId !== undefined && orgId !== key.org_id) throw notFound(ORGANIZATION_HEADER);
    return {
      kind: 'api_key',
      orgId: key.org_id,
      userId: undefined,
      keyId: key.id,
      role: 'admin',
      email: undefined,
      mode: key.mode,
    };
  }

  return {
    /**
     * Whom a Bearer credential stands for: a person's access token or a program's API key. Null if
     * it is neither, expired or revoked. The first use by a person with a verified e-mail makes
     * the person and exactly one organization they own.
     *
     * `orgHeader` (`Alo-Organization`) chooses among a person's organizations; without it, the
     * one they founded, else the oldest. Errors: `email_not_verified`; `invalid_request` for a
     * malformed header; `not_found` for an organization that is not theirs.
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

function createOrganizations({ db, clock, newId, log, randomBytes }: AccountsDeps) {
  return {
    /** Whom the credential stands for, and the organizations they can choose from. */
    async getMe(principal: Principal): Promise<MeWire> {
      const { orgId, userId } = principal;
      // A person's list crosses organizations, which no tenant's view does.
      return db.withSystem(async (tx) => {
        const user = userId && (await repo.getUser(tx, userId));
        const organization = orgId && (await repo.getOrganization(tx, orgId));
        const person = user && (await repo.findPerson(tx, user.auth_id));
        return {
          kind: principal.kind,
          mode: principal.mode,
          user: user ? presentPerson(user) : null,
          role: principal.role,
          organization: organization ? presentOrganization(organization) : null,
          organizations: person
            ? person.memberships.map(({ orgId: id, orgName, role }) => ({
                id,
                name: orgName,
                role,
              }))
            : organization
              ? [{ id: organization.id, name: organization.name, role: principal.role }]
              : [],
        };
      });
    },

    async getOrganization(member: Member): Promise<OrganizationWire> {
      const row = await db.withOrg(member, (tx) => repo.getOrganization(tx, member.orgId));
      if (!row) throw notFound();
      return presentOrganization(row);
    },

    /** Owners and admins. */
    async renameOrganization(member: Member, name: string): Promise<OrganizationWire> {
      const row = await db.withOrg(member, (tx) => repo.renameOrganization(tx, member.orgId, name));
      if (!row) throw notFound();
      return presentOrganization(row);
    },

    /**
     * Makes a key for a program; its secret is in this answer and nowhere else. Owners and admins
     * only, and never a key itself: a leaked key must not be able to outlive its revocation.
     */
    async createApiKey(member: Member, request: CreateApiKey): Promise<CreatedApiKeyWire> {
      requirePerson(member);
      const secret = makeApiKeySecret(request.mode, randomBytes ?? cryptoRandomBytes);
      const row = await db.withOrg(member, async (tx) => {
        if ((await repo.countWorkingApiKeys(tx)) >= limits.auth.apiKeysMax) throw tooManyKeys();
        return repo.insertApiKey(tx, {
          id: newId('key'),
          org_id: member.orgId,
          name: request.name,
          mode: request.mode,
          secret_hash: hashApiKey(secret),
          hint: secret.slice(-4),
          created_by: member.userId ?? null,
          created_at: clock.now(),
        });
      });
      log.info({ org_id: member.orgId, key_id: row.id }, 'API key created');
      return { ...presentApiKey(row), secret };
    },

    /** Owners, admins and keys themselves; newest first, revoked ones too. */
    async listApiKeys(member: Member, query: PageQuery): Promise<Page<ApiKeyWire>> {
      const before = cursorId('key', query.cursor);
      const rows = await db.withOrg(member, (tx) => repo.listApiKeys(tx, query.limit, before));
      return pageOf(rows, query.limit, presentApiKey);
    },

    /** Takes effect with the next request. Revoking twice is the same as once. A person's, too. */
    async revokeApiKey(member: Member, id: Id<'key'>): Promise<void> {
      requirePerson(member);
      const revoked = await db.withOrg(member, (tx) => repo.revokeApiKey(tx, id, clock.now()));
      if (!revoked) throw notFound('id');
      log.info({ org_id: member.orgId, key_id: id }, 'API key revoked');
    },
  };
}

function tooManyKeys(): AppError {
  return new AppError('conflict', {
    detail: {
      es: `Hay ${limits.auth.apiKeysMax} llaves activas: revoque alguna primero.`,
      en: `There are ${limits.auth.apiKeysMax} active keys: revoke one first.`,
    },
  });
}
