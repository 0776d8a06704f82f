import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryCounters } from '../counters/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import {
  createLog,
  createVirtualClock,
  limits,
  newId,
  ProviderError,
  type Id,
  type VirtualClock,
} from '../kernel/index.ts';
import type { Mail } from '../ports/index.ts';
import { createInvitationsService, type InvitationsService } from './invitations.service.ts';
import { createMembersService } from './members.service.ts';
import type { Invite } from './members.schema.ts';
import type { Member } from './principal.ts';
import { seedMember } from './testing.ts';

const log = createLog({ level: 'silent' });
let t: TestDb;
let clock: VirtualClock;
let invitations: InvitationsService;
let mails: Mail[];
let jobs: { name: string; payload: unknown; dedupeId: string }[];
/** What the mail server says to the next mail. */
let refusal: ProviderError | undefined;

beforeAll(async () => {
  t = await createTestDb();
});
afterAll(() => t.close());
beforeEach(() => {
  clock = createVirtualClock();
  mails = [];
  jobs = [];
  refusal = undefined;
  invitations = createInvitationsService({
    db: t.db,
    clock,
    newId,
    log,
    jobs: {
      enqueue: async (name, payload, dedupeId) => void jobs.push({ name, payload, dedupeId }),
      close: async () => undefined,
    },
    mailer: {
      name: 'memory',
      send: async (mail) => {
        if (refusal) throw refusal;
        mails.push(mail);
      },
      close: () => undefined,
    },
    counters: createMemoryCounters(clock),
    publicUrl: 'https://api.alo.test',
  });
});

const seat = (email: string, role: Invite['role'] = 'agent'): Invite => ({ email, role });

/** Runs the jobs that were asked for, as the workers do. */
async function runJobs(): Promise<void> {
  for (const { payload } of jobs.splice(0)) {
    const { org_id, invitation_id } = payload as { org_id: Id<'org'>; invitation_id: Id<'ivt'> };
    await invitations.mailInvitation(org_id, invitation_id);
  }
}

/** Invites somebody; the token comes from the mail, as theirs would. */
async function invited(owner: Member, email: string, role: Invite['role'] = 'agent') {
  const invitation = await invitations.invite(owner, seat(email, role), 'es');
  await runJobs();
  return { ...invitation, token: tokenOf(mails.at(-1)) };
}

const tokenOf = (mail: Mail | undefined) =>
  /token=(alo_inv_[0-9a-f]{48})/.exec(mail?.text ?? '')?.[1] ?? '';

/** A signed-in person of that address, who belongs nowhere yet. */
async function guest(email: string): Promise<Member> {
  const person = await seedMember(t.db);
  await t.pool.query('update users set email = $1 where id = $2', [email, person.userId]);
  return { ...person, email };
}

const statusOf = async (owner: Member, id: string) =>
  (await invitations.listInvitations(owner, { limit: 100 })).data.find((each) => each.id === id)
    ?.status;

describe('an invitation', () => {
  it('goes from the mail to a member', async () => {
    const owner = await seedMember(t.db);
    const invitation = await invited(owner, 'luz@x.co', 'admin');
    expect(invitation).toMatchObject({
      email: 'luz@x.co',
      role: 'admin',
      status: 'pending',
      invited_by: owner.userId,
      expires_at: new Date(clock.now().getTime() + 7 * 24 * 3_600_000).toISOString(),
    });
    expect(mails).toMatchObject([{ to: 'luz@x.co', language: 'es' }]);
    expect(mails[0]?.subject).toBe('Ana le invita a La Espiga en Aló');
    expect(mails[0]?.text).toContain(`https://api.alo.test/invitations?token=${invitation.token}`);
    expect(mails[0]?.text).toContain('administrador');

    const { token } = invitation;
    await expect(invitations.previewInvitation(token)).resolves.toMatchObject({
      organization: { name: 'La Espiga' },
      role: 'admin',
      email: 'luz@x.co',
    });
    const luz = await guest('luz@x.co');
    const joined = { id: owner.orgId, name: 'La Espiga', role: 'admin' };
    await expect(invitations.acceptInvitation(luz, token)).resolves.toEqual(joined);
    await expect(invitations.acceptInvitation(luz, token)).resolves.toEqual(joined);
    expect(await statusOf(owner, invitation.id)).toBe('accepted');
    const { rows } = await t.pool.query(
      `select e.type, e.data -> 'user' ->> 'email' as email, a.actor_id
       from events e, audit_logs a
       where e.org_id = $1 and a.org_id = $1
         and a.target_type = 'memberships' and a.after ->> 'user_id' = $2`,
      [owner.orgId, luz.userId],
    );
    expect(rows).toEqual([{ type: 'member.joined', email: 'luz@x.co', actor_id: luz.userId }]);
  });

  it('is mailed in the language that was asked for', async () => {
    const owner = await seedMember(t.db);
    await invitations.invite(owner, { ...seat('en@x.co'), language: 'en' }, 'es');
    await runJobs();
    expect(mails[0]).toMatchObject({
      language: 'en',
      subject: 'Ana invites you to La Espiga on Aló',
    });
  });

  it('keeps its token in the mail alone: not in the database, the queue or the log of changes', async () => {
    const owner = await seedMember(t.db);
    const asked = await invitations.invite(owner, seat('luz@x.co'), 'es');
    const queued = JSON.stringify(jobs);
    await runJobs();
    const token = tokenOf(mails.at(-1));
    const kept = await t.pool.query(
      `select (select jsonb_agg(i) from invitations i where id = $1) as row,
              (select jsonb_agg(a) from audit_logs a where target_id = $1) as log`,
      [asked.id],
    );
    const secret = token.slice('alo_inv_'.length);
    expect(secret).toHaveLength(48);
    expect(queued).not.toContain(secret);
    expect(JSON.stringify(kept.rows)).not.toContain(secret);
    expect(JSON.stringify(kept.rows[0].log)).not.toContain('token');
  });

  it('opens nothing to an account of another address', async () => {
    const owner = await seedMember(t.db);
    const { token, id } = await invited(owner, 'luz@x.co');
    const thief = await guest('ladron@x.co');
    await expect(invitations.acceptInvitation(thief, token)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect(await statusOf(owner, id)).toBe('pending');
  });

  it('works once, also when it is used twice at once', async () => {
    const owner = await seedMember(t.db);
    const { token } = await invited(owner, 'dos@x.co');
    const twice = await guest('dos@x.co');
    await Promise.all([1, 2, 3].map(() => invitations.acceptInvitation(twice, token)));
    const { rows } = await t.pool.query(
      `select (select count(*)::int from memberships where org_id = $1 and user_id = $2) as seats,
              (select count(*)::int from events where org_id = $1) as told`,
      [owner.orgId, twice.userId],
    );
    expect(rows).toEqual([{ seats: 1, told: 1 }]);
    await t.pool.query('delete from memberships where user_id = $1 and org_id = $2', [
      twice.userId,
      owner.orgId,
    ]);
    // Removed, they do not come back by the link they came with.
    await expect(invitations.acceptInvitation(twice, token)).rejects.toMatchObject({
      code: 'invalid_invitation',
    });
  });

  it.each(['nonsense', `alo_inv_${'0'.repeat(48)}`, "' or 1=1 --", ''])(
    'of an unknown token (%j) is the same error everywhere',
    async (token) => {
      const luz = await seedMember(t.db);
      for (const work of [
        () => invitations.acceptInvitation(luz, token),
        () => invitations.declineInvitation(token),
        () => invitations.previewInvitation(token),
      ]) {
        await expect(work()).rejects.toMatchObject({ code: 'invalid_invitation', param: 'token' });
      }
    },
  );

  it('is over after seven days', async () => {
    const owner = await seedMember(t.db);
    const { token, id } = await invited(owner, 'tarde@x.co');
    const late = await guest('tarde@x.co');
    await clock.advance(limits.members.invitationTtlMs);
    await expect(invitations.acceptInvitation(late, token)).rejects.toMatchObject({
      code: 'invalid_invitation',
    });
    expect(await statusOf(owner, id)).toBe('expired');
    // And no longer in the way of another one.
    const again = await invited(owner, 'tarde@x.co');
    await expect(invitations.acceptInvitation(late, again.token)).resolves.toMatchObject({
      id: owner.orgId,
    });
  });

  it('is declined without an account, for good', async () => {
    const owner = await seedMember(t.db);
    const { token, id } = await invited(owner, 'no@x.co');
    await invitations.declineInvitation(token);
    await invitations.declineInvitation(token);
    expect(await statusOf(owner, id)).toBe('declined');
    const no = await guest('no@x.co');
    await expect(invitations.acceptInvitation(no, token)).rejects.toMatchObject({
      code: 'invalid_invitation',
    });
  });

  it('is revoked by those who invite, for good', async () => {
    const owner = await seedMember(t.db);
    const { token, id } = await invited(owner, 'fuera@x.co');
    const out = await guest('fuera@x.co');
    await invitations.revokeInvitation(owner, id);
    await invitations.revokeInvitation(owner, id);
    await expect(invitations.acceptInvitation(out, token)).rejects.toMatchObject({
      code: 'invalid_invitation',
    });
    await expect(invitations.resendInvitation(owner, id)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('goes with whoever was removed after inviting', async () => {
    const owner = await seedMember(t.db);
    const admin = await seedMember(t.db, 'admin', owner);
    const { token } = await invited(admin, 'otro-yo@x.co', 'admin');
    await createMembersService({ db: t.db, clock, log }).removeMember(owner, admin.memberId, false);
    await expect(
      invitations.acceptInvitation(await guest('otro-yo@x.co'), token),
    ).rejects.toMatchObject({ code: 'invalid_invitation' });
  });

  it('leaves a member what they are', async () => {
    const owner = await seedMember(t.db);
    const { token } = await invited(owner, 'ya@x.co', 'viewer');
    const member = await seedMember(t.db, 'admin', owner);
    const already = { ...member, email: 'ya@x.co' };
    await expect(invitations.acceptInvitation(already, token)).resolves.toMatchObject({
      role: 'admin',
    });
  });
});

describe('inviting', () => {
  it('owners is for owners, and people are for people', async () => {
    const owner = await seedMember(t.db);
    const admin = await seedMember(t.db, 'admin', owner);
    const asOwner = invitations.invite(admin, seat('jefe@x.co', 'owner'), 'es');
    await expect(asOwner).rejects.toMatchObject({ code: 'forbidden' });
    const { id } = await invitations.invite(owner, seat('jefe@x.co', 'owner'), 'es');
    await expect(invitations.revokeInvitation(admin, id)).rejects.toMatchObject({
      code: 'forbidden',
    });
    const program = { ...owner, kind: 'api_key', userId: undefined } as const;
    for (const work of [
      () => invitations.invite(program, seat('a@x.co'), 'es'),
      () => invitations.resendInvitation(program, id),
      () => invitations.revokeInvitation(program, id),
    ]) {
      await expect(work()).rejects.toMatchObject({ code: 'forbidden' });
    }
  });

  it('an address twice, or a member, is a conflict', async () => {
    const owner = await seedMember(t.db);
    await invitations.invite(owner, seat('luz@x.co'), 'es');
    const again = invitations.invite(owner, seat('luz@x.co'), 'es');
    await expect(again).rejects.toMatchObject({ code: 'conflict', param: 'email' });
    const member = await seedMember(t.db, 'viewer', owner);
    const there = invitations.invite(owner, seat(member.email ?? ''), 'es');
    await expect(there).rejects.toMatchObject({ code: 'conflict', param: 'email' });
    const racing = [1, 2, 3].map(() => invitations.invite(owner, seat('par@x.co'), 'es'));
    const outcomes = await Promise.allSettled(racing);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('does not tell who has an account', async () => {
    const owner = await seedMember(t.db);
    const known = await seedMember(t.db);
    const hide = ({ id: _id, email: _email, ...rest }: { id: string; email: string }) => rest;
    const a = await invitations.invite(owner, seat(known.email ?? ''), 'es');
    const b = await invitations.invite(owner, seat('nadie@x.co'), 'es');
    expect(hide(a)).toEqual(hide(b));
  });

  it('is bounded: a day’s mails of an organization, and to one address', async () => {
    const victim = 'inundada@x.co';
    for (let each = 0; each < limits.members.invitationsPerAddressMax; each++) {
      await invitations.invite(await seedMember(t.db), seat(victim), 'es');
    }
    const more = invitations.invite(await seedMember(t.db), seat(victim), 'es');
    await expect(more).rejects.toMatchObject({ code: 'rate_limited' });

    const owner = await seedMember(t.db);
    const { id } = await invitations.invite(owner, seat('uno@x.co'), 'es');
    for (let sent = 1; sent < limits.members.invitationsPerAddressMax; sent++) {
      await clock.advance(limits.members.resendIntervalMs);
      await invitations.resendInvitation(owner, id);
    }
    await clock.advance(limits.members.resendIntervalMs);
    const again = invitations.resendInvitation(owner, id);
    await expect(again).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('of another organization is as if it were not there', async () => {
    const owner = await seedMember(t.db);
    const stranger = await seedMember(t.db);
    const { id } = await invitations.invite(owner, seat('luz@x.co'), 'es');
    expect((await invitations.listInvitations(stranger, { limit: 20 })).data).toEqual([]);
    for (const foreign of [id, newId('ivt')]) {
      for (const work of [
        () => invitations.resendInvitation(stranger, foreign),
        () => invitations.revokeInvitation(stranger, foreign),
      ]) {
        await expect(work()).rejects.toMatchObject({ code: 'not_found', param: 'id' });
      }
    }
  });
});

describe('its mail', () => {
  it('sent again carries a new token, good for seven days; the one before works no more', async () => {
    const owner = await seedMember(t.db);
    const first = await invited(owner, 'luz@x.co');
    await expect(invitations.resendInvitation(owner, first.id)).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterMs: 60_000,
    });
    await clock.advance(6 * 24 * 3_600_000);
    await invitations.resendInvitation(owner, first.id);
    await runJobs();
    const token = tokenOf(mails.at(-1));
    expect(token).not.toBe(first.token);
    await clock.advance(2 * 24 * 3_600_000);
    const luz = await guest('luz@x.co');
    await expect(invitations.acceptInvitation(luz, first.token)).rejects.toMatchObject({
      code: 'invalid_invitation',
    });
    await expect(invitations.acceptInvitation(luz, token)).resolves.toMatchObject({
      id: owner.orgId,
    });
  });

  it('goes out once, however often the job runs', async () => {
    const owner = await seedMember(t.db);
    const { id } = await invited(owner, 'luz@x.co');
    await invitations.mailInvitation(owner.orgId, id);
    expect(mails).toHaveLength(1);
  });

  it('does not go out for an invitation that is settled, or of another organization', async () => {
    const owner = await seedMember(t.db);
    const stranger = await seedMember(t.db);
    const { id } = await invitations.invite(owner, seat('luz@x.co'), 'es');
    await invitations.mailInvitation(stranger.orgId, id);
    await invitations.revokeInvitation(owner, id);
    await runJobs();
    expect(mails).toEqual([]);
  });

  it('is tried again after a failure, by the job and then by the sweep', async () => {
    const owner = await seedMember(t.db);
    const { id } = await invitations.invite(owner, seat('luz@x.co'), 'es');
    const [first] = jobs;
    refusal = new ProviderError('smtp', 'connection', 'nobody there');
    await expect(runJobs()).rejects.toBe(refusal);
    /** The sweep looks at every organization; here only this one counts. */
    const sweep = async () => {
      await invitations.sweepInvitations();
      jobs = jobs.filter(({ payload }) => (payload as { org_id: string }).org_id === owner.orgId);
    };
    await sweep();
    expect(jobs).toEqual([]);
    await clock.advance(limits.members.mailRetryMs + 1);
    await sweep();
    expect(jobs).toMatchObject([{ payload: { invitation_id: id } }]);
    expect(jobs[0]?.dedupeId).not.toBe(first?.dedupeId);
    refusal = undefined;
    await runJobs();
    expect(mails).toMatchObject([{ to: 'luz@x.co' }]);
    await clock.advance(limits.members.mailRetryMs + 1);
    await sweep();
    expect(jobs).toEqual([]);
  });

  it('that the address’s server refuses for good is said on the invitation', async () => {
    const owner = await seedMember(t.db);
    const { id } = await invitations.invite(owner, seat('noexiste@x.co'), 'es');
    refusal = new ProviderError('smtp', 'invalid_request', '550 no such user');
    await runJobs();
    expect(await statusOf(owner, id)).toBe('undeliverable');
  });
});
