import type { Db, OrgTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import {
  AppError,
  assert,
  cursorId,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type Log,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import { roles, type Role } from './accounts.schema.ts';
import { revokeApiKeysOf } from './api-keys.repo.ts';
import { revokeInvitationsOf } from './invitations.repo.ts';
import * as repo from './members.repo.ts';
import { mayChange, mayGrant, rolesBeyond } from './members.rules.ts';
import type { MemberWire } from './members.schema.ts';
import { requirePerson, type Member } from './principal.ts';

export interface MembersDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
}

export type MembersService = ReturnType<typeof createMembersService>;

/**
 * The people of an organization. People change who is in it, never a key. Changes take turns and
 * read the roles of those concerned anew, so what is decided on is what holds when it happens; and
 * the database itself keeps the last owner.
 */
export function createMembersService({ db, clock, log }: MembersDeps) {
  /** Runs `work` on a member, by somebody whose role was read after all changes before this one. */
  async function change(
    member: Member,
    id: Id<'mem'>,
    work: (tx: OrgTx, target: repo.MemberRow, actorRole: Role) => Promise<void>,
  ): Promise<void> {
    requirePerson(member);
    const { orgId, userId } = member;
    assert(userId, 'a person has an id');
    await db.withOrg(member, async (tx) => {
      await repo.lockMembers(tx, orgId);
      const target = await repo.getMember(tx, orgId, id);
      if (!target) throw notFound('id');
      const actor = await repo.getMemberByUser(tx, orgId, userId);
      if (!actor) throw new AppError('forbidden');
      if (!mayChange(actor.role, target.role)) throw ownersOnly();
      await work(tx, target, actor.role);
    });
  }

  async function keepAnOwner(tx: OrgTx, orgId: Id<'org'>, target: repo.MemberRow): Promise<void> {
    if (target.role === 'owner' && (await repo.countOwners(tx, orgId)) === 1) throw lastOwner();
  }

  async function remove(
    tx: OrgTx,
    orgId: Id<'org'>,
    target: repo.MemberRow,
    revokesKeys: boolean,
  ): Promise<void> {
    await keepAnOwner(tx, orgId, target);
    const at = clock.now();
    // What they have asked others in for goes with them: it could be a way back.
    await revokeInvitationsOf(tx, target.user_id, roles, at);
    if (revokesKeys) await revokeApiKeysOf(tx, target.user_id, at);
    await recordEvent(tx, { orgId, type: 'member.removed', data: presentMember(target), at });
    await repo.deleteMember(tx, target.id);
    log.info({ org_id: orgId, member_id: target.id }, 'member removed');
  }

  return {
    /** Newest first. */
    async listMembers(member: Member, query: PageQuery): Promise<Page<MemberWire>> {
      const before = cursorId('mem', query.cursor);
      const rows = await db.withOrg(member, (tx) =>
        repo.listMembers(tx, member.orgId, query.limit, before),
      );
      return pageOf(rows, query.limit, presentMember);
    },

    /**
     * Gives a member another role. Errors: `not_found`; `forbidden` where an owner is to be made,
     * or unmade, by somebody else than an owner; `conflict` for the last owner.
     */
    async changeRole(member: Member, id: Id<'mem'>, role: Role): Promise<MemberWire> {
      let changed: MemberWire | undefined;
      await change(member, id, async (tx, target, actorRole) => {
        changed = { ...presentMember(target), role };
        if (target.role === role) return;
        if (!mayGrant(actorRole, role)) throw ownersOnly();
        if (role !== 'owner') await keepAnOwner(tx, member.orgId, target);
        // Whom they could not invite any more, they have not invited.
        await revokeInvitationsOf(tx, target.user_id, rolesBeyond(role), clock.now());
        await repo.setRole(tx, id, role);
        log.info({ org_id: member.orgId, member_id: id, role }, 'role changed');
      });
      assert(changed, 'a change that did not throw has happened');
      return changed;
    },

    /**
     * Takes a member out: their next request is refused. `revokesKeys` stops the API keys they made
     * as well. Errors as of `changeRole`.
     */
    removeMember: (member: Member, id: Id<'mem'>, revokesKeys: boolean): Promise<void> =>
      change(member, id, (tx, target) => remove(tx, member.orgId, target, revokesKeys)),

    /** Takes oneself out. Error: `conflict` for the last owner. */
    async leave(member: Member): Promise<void> {
      requirePerson(member);
      const { orgId, userId } = member;
      assert(userId, 'a person has an id');
      await db.withOrg(member, async (tx) => {
        await repo.lockMembers(tx, orgId);
        const self = await repo.getMemberByUser(tx, orgId, userId);
        if (!self) throw notFound();
        await remove(tx, orgId, self, false);
      });
    },
  };
}

export function presentMember(row: repo.MemberRow): MemberWire {
  return {
    id: row.id,
    role: row.role,
    user: { id: row.user_id, email: row.email, name: row.name },
    created_at: row.created_at.toISOString(),
  };
}

/** Making and unmaking owners, for anybody who is none. */
export function ownersOnly(): AppError {
  return new AppError('forbidden', {
    detail: {
      es: 'Eso solo lo puede hacer un dueño.',
      en: 'Only an owner can do that.',
    },
  });
}

function lastOwner(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'Es el último dueño: haga dueña a otra persona primero.',
      en: 'This is the last owner: make somebody else an owner first.',
    },
  });
}
