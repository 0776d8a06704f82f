import { sql } from 'kysely';
import type { Db } from '../db/index.ts';
import {
  AppError,
  assert,
  limits,
  notFound,
  sha256Hex,
  type Clock,
  type Log,
  type NewId,
} from '../kernel/index.ts';
import { presentOrganization, presentPerson } from './accounts.present.ts';
import * as repo from './accounts.repo.ts';
import type { CreateOrganization, MeWire, OrganizationWire } from './accounts.schema.ts';
import { permissionsOf } from './permissions.ts';
import type { Member, Principal } from './principal.ts';

interface OrganizationsDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
}

/** The organizations of a person, and the one at hand. */
export function createOrganizations({ db, clock, newId, log }: OrganizationsDeps) {
  return {
    /** Whom the credential stands for, and the organizations they can choose from. */
    async getMe(principal: Principal): Promise<MeWire> {
      const { orgId, userId } = principal;
      // A person's list crosses organizations, which no tenant's view does.
      return db.withSystem(async (tx) => {
        const user = userId && (await repo.getUser(tx, userId));
        const organization = orgId && (await repo.getOrganization(tx, orgId));
        const person = user && (await repo.findPerson(tx, user.auth_id));
        const own = organization && {
          id: organization.id,
          name: organization.name,
          role: principal.role,
        };
        return {
          kind: principal.kind,
          mode: principal.mode,
          user: user ? presentPerson(user) : null,
          role: orgId ? principal.role : null,
          permissions: orgId ? permissionsOf(principal.role, principal.scopes) : [],
          platform_admin: principal.platformAdmin ?? false,
          organization: organization ? presentOrganization(organization) : null,
          organizations: person
            ? person.memberships.map(({ orgId: id, orgName, role }) => ({
                id,
                name: orgName,
                role,
              }))
            : own
              ? [own]
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
     * Another organization of this person, who owns it; its wallet is empty. Asked for twice with
     * one Idempotency-Key it is the same one: kept with the organization itself, because a person
     * may be a member of none, whose store of answers could keep it.
     * Error: `conflict` for one too many.
     */
    async createOrganization(
      person: Principal,
      request: CreateOrganization,
      idempotencyKey: string | undefined,
    ): Promise<OrganizationWire> {
      const { userId } = person;
      assert(userId, 'only people make organizations');
      const creationKey =
        idempotencyKey === undefined ? null : sha256Hex(`${userId} ${idempotencyKey}`);
      const row = await db.withSystem(async (tx) => {
        // One at a time a person: side by side they could pass the bound together.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`owner:${userId}`}, 0))`.execute(
          tx,
        );
        const before = creationKey === null ? undefined : await repo.findCreated(tx, creationKey);
        if (before) return before;
        if ((await repo.countOwned(tx, userId)) >= limits.members.ownedMax) throw tooManyOwned();
        return repo.createOrganization(
          tx,
          {
            id: newId('org'),
            name: request.name,
            creation_key: creationKey,
            created_at: clock.now(),
          },
          { userId, membershipId: newId('mem') },
        );
      }, person);
      assert(row, 'a key that was free is taken under its lock');
      log.info({ org_id: row.id, user_id: userId }, 'organization created');
      return presentOrganization(row);
    },
  };
}

function tooManyOwned(): AppError {
  return new AppError('conflict', {
    detail: {
      es: `Usted ya es dueño de ${limits.members.ownedMax} negocios.`,
      en: `You own ${limits.members.ownedMax} organizations already.`,
    },
  });
}
