import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { createLog, newId, systemClock } from '../kernel/index.ts';
import type { Role } from './accounts.schema.ts';
import { createMembersService, type MembersService } from './members.service.ts';
import type { Member } from './principal.ts';
import { seedMember } from './testing.ts';

let t: TestDb;
let members: MembersService;
beforeAll(async () => {
  t = await createTestDb();
  members = createMembersService({
    db: t.db,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
  });
});
afterAll(() => t.close());

const rolesOf = async ({ orgId }: Pick<Member, 'orgId'>) => {
  const { rows } = await t.pool.query(
    'select role from memberships where org_id = $1 order by role',
    [orgId],
  );
  return rows.map(({ role }) => role as Role);
};
const eventsOf = async ({ orgId }: Pick<Member, 'orgId'>) => {
  const { rows } = await t.pool.query('select type, data from events where org_id = $1', [orgId]);
  return rows as { type: string; data: { id: string } }[];
};

describe('a role', () => {
  it('is changed, with a trace of who changed it', async () => {
    const owner = await seedMember(t.db);
    const ana = await seedMember(t.db, 'viewer', owner);
    await expect(members.changeRole(owner, ana.memberId, 'admin')).resolves.toMatchObject({
      id: ana.memberId,
      role: 'admin',
      user: { id: ana.userId, email: ana.email },
    });
    const { rows } = await t.pool.query(
      `select actor_id, before, after from audit_logs
       where org_id = $1 and target_type = 'memberships' and action = 'update'`,
      [owner.orgId],
    );
    expect(rows).toEqual([
      { actor_id: owner.userId, before: { role: 'viewer' }, after: { role: 'admin' } },
    ]);
  });

  it.each<[Role, Role, Role, 'allowed' | 'forbidden']>([
    ['owner', 'viewer', 'owner', 'allowed'],
    ['owner', 'owner', 'viewer', 'allowed'],
    ['admin', 'viewer', 'agent', 'allowed'],
    ['admin', 'admin', 'viewer', 'allowed'],
    ['admin', 'viewer', 'owner', 'forbidden'],
    ['admin', 'owner', 'viewer', 'forbidden'],
    ['admin', 'owner', 'owner', 'forbidden'],
  ])('by %s: %s → %s is %s', async (actorRole, from, to, answer) => {
    const owner = await seedMember(t.db);
    const actor = actorRole === 'owner' ? owner : await seedMember(t.db, actorRole, owner);
    const target = await seedMember(t.db, from, owner);
    const change = members.changeRole(actor, target.memberId, to);
    if (answer === 'allowed') await expect(change).resolves.toMatchObject({ role: to });
    else await expect(change).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is decided on by what the actor is now, not by what they were when they asked', async () => {
    const owner = await seedMember(t.db);
    const demoted = await seedMember(t.db, 'admin', owner);
    const target = await seedMember(t.db, 'viewer', owner);
    await members.changeRole(owner, demoted.memberId, 'viewer');
    const late = members.changeRole(demoted, target.memberId, 'admin');
    await expect(late).rejects.toMatchObject({ code: 'forbidden' });
    await members.removeMember(owner, demoted.memberId, false);
    const gone = members.removeMember(demoted, target.memberId, false);
    await expect(gone).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('is not a program’s to change, nor another organization’s', async () => {
    const owner = await seedMember(t.db);
    const ana = await seedMember(t.db, 'viewer', owner);
    const program = { ...owner, kind: 'api_key', userId: undefined } as const;
    for (const work of [
      () => members.changeRole(program, ana.memberId, 'admin'),
      () => members.removeMember(program, ana.memberId, false),
      () => members.leave(program),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'forbidden' });
    }
    const stranger = await seedMember(t.db);
    for (const id of [ana.memberId, newId('mem')]) {
      const foreign = members.changeRole(stranger, id, 'owner');
      await expect(foreign).rejects.toMatchObject({ code: 'not_found', param: 'id' });
    }
    expect(await rolesOf(owner)).toEqual(['owner', 'viewer']);
  });
});

describe('the last owner', () => {
  it('can be neither demoted, nor removed, nor leave', async () => {
    const owner = await seedMember(t.db);
    await seedMember(t.db, 'admin', owner);
    for (const work of [
      () => members.changeRole(owner, owner.memberId, 'admin'),
      () => members.removeMember(owner, owner.memberId, false),
      () => members.leave(owner),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'conflict' });
    }
    expect(await rolesOf(owner)).toEqual(['admin', 'owner']);
  });

  it.each<[string, (a: Named, b: Named) => Promise<unknown>[]]>([
    [
      'demote each other',
      (a, b) => [
        members.changeRole(a, b.memberId, 'viewer'),
        members.changeRole(b, a.memberId, 'viewer'),
      ],
    ],
    ['leave', (a, b) => [members.leave(a), members.leave(b)]],
    [
      'remove each other',
      (a, b) => [
        members.removeMember(a, b.memberId, false),
        members.removeMember(b, a.memberId, false),
      ],
    ],
  ])('is left when two owners %s at once', async (_what, race) => {
    for (let round = 0; round < 5; round++) {
      const a = await seedMember(t.db);
      const b = await seedMember(t.db, 'owner', a);
      const outcomes = await Promise.allSettled(race(a, b));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect(await rolesOf(a)).toContain('owner');
    }
  });

  it('is kept by the database itself, whoever writes', async () => {
    const owner = await seedMember(t.db);
    const second = await seedMember(t.db, 'owner', owner);
    const demote = (id: string) =>
      t.pool.query(`update memberships set role = 'viewer' where id = $1`, [id]);
    const outcomes = await Promise.allSettled([demote(owner.memberId), demote(second.memberId)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const all = t.pool.query('delete from memberships where org_id = $1', [owner.orgId]);
    await expect(all).rejects.toThrow(/no owner/);
    await t.pool.query('delete from organizations where id = $1', [owner.orgId]);
    expect(await rolesOf(owner)).toEqual([]);
  });
});
type Named = Awaited<ReturnType<typeof seedMember>>;

describe('a member', () => {
  it('is removed, integrations are told, and what they invited others to is over', async () => {
    const owner = await seedMember(t.db);
    const ana = await seedMember(t.db, 'admin', owner);
    const invited = newId('ivt');
    const kept = newId('ivt');
    await t.pool.query(
      `insert into invitations (id, org_id, email, role, invited_by, expires_at)
       values ($1, $3, 'a@x.co', 'viewer', $4, now() + interval '1 day'),
              ($2, $3, 'b@x.co', 'viewer', $5, now() + interval '1 day')`,
      [invited, kept, owner.orgId, ana.userId, owner.userId],
    );
    await members.removeMember(owner, ana.memberId, false);
    expect(await rolesOf(owner)).toEqual(['owner']);
    expect(await eventsOf(owner)).toMatchObject([
      { type: 'member.removed', data: { id: ana.memberId, role: 'admin' } },
    ]);
    const { rows } = await t.pool.query('select id, status from invitations where org_id = $1', [
      owner.orgId,
    ]);
    expect(Object.fromEntries(rows.map(({ id, status }) => [id, status]))).toEqual({
      [invited]: 'revoked',
      [kept]: 'pending',
    });
    await expect(members.removeMember(owner, ana.memberId, false)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('who may invite fewer people than before has not invited them', async () => {
    const owner = await seedMember(t.db);
    const ana = await seedMember(t.db, 'owner', owner);
    await t.pool.query(
      `insert into invitations (id, org_id, email, role, invited_by, expires_at)
       values ($1, $3, 'a@x.co', 'owner', $4, now() + interval '1 day'),
              ($2, $3, 'b@x.co', 'viewer', $4, now() + interval '1 day')`,
      [newId('ivt'), newId('ivt'), owner.orgId, ana.userId],
    );
    const statuses = async () => {
      const { rows } = await t.pool.query(
        'select status from invitations where org_id = $1 order by email',
        [owner.orgId],
      );
      return rows.map(({ status }) => status as string);
    };
    await members.changeRole(owner, ana.memberId, 'admin');
    expect(await statuses()).toEqual(['revoked', 'pending']);
    await members.changeRole(owner, ana.memberId, 'agent');
    expect(await statuses()).toEqual(['revoked', 'revoked']);
  });

  it('takes their keys along only where that is asked for', async () => {
    const owner = await seedMember(t.db);
    for (const revokes of [false, true]) {
      const ana = await seedMember(t.db, 'admin', owner);
      const key = newId('key');
      await t.pool.query(
        `insert into api_keys (id, org_id, name, mode, secret_hash, hint, created_by)
         values ($1, $2, 'k', 'live', $1, 'abcd', $3)`,
        [key, owner.orgId, ana.userId],
      );
      await members.removeMember(owner, ana.memberId, revokes);
      const { rows } = await t.pool.query(
        'select revoked_at is not null as revoked from api_keys where id = $1',
        [key],
      );
      expect(rows).toEqual([{ revoked: revokes }]);
    }
  });

  it('leaves by themselves', async () => {
    const owner = await seedMember(t.db);
    const ana = await seedMember(t.db, 'viewer', owner);
    await members.leave(ana);
    expect(await rolesOf(owner)).toEqual(['owner']);
    await expect(members.leave(ana)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('sees who else is there, in pages, and nobody else’s people', async () => {
    const owner = await seedMember(t.db);
    for (let each = 0; each < 4; each++) await seedMember(t.db, 'viewer', owner);
    await seedMember(t.db);
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await members.listMembers(owner, { limit: 2, cursor });
      ids.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(ids).toHaveLength(5);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(ids.at(-1)).toBe(owner.memberId);
  });
});
