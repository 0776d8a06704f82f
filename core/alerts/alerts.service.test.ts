import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import {
  createLog,
  createVirtualClock,
  limits,
  newId,
  ProviderError,
  type Id,
} from '../kernel/index.ts';
import type { Mail } from '../ports/index.ts';
import { createAlertsService, type AlertsService } from './index.ts';

const clock = createVirtualClock();
const operator = 'guardia@alo.test';
let t: TestDb;
let alerts: AlertsService;
let mails: Mail[] = [];
let jobs: { id: Id<'alr'>; dedupeId: string }[] = [];
let refusing: string | undefined;

beforeAll(async () => {
  t = await createTestDb();
  alerts = createAlertsService({
    db: t.db,
    clock,
    newId,
    log: createLog({ level: 'silent' }),
    platformAdmins: [operator],
    jobs: {
      enqueue: async (_name, payload, dedupeId) => {
        const { alert_id: id } = payload as { alert_id: Id<'alr'> };
        if (!jobs.some((job) => job.dedupeId === dedupeId)) jobs.push({ id, dedupeId });
      },
    },
    mailer: {
      name: 'memory',
      send: async (mail) => {
        if (mail.to === refusing)
          throw new ProviderError('smtp', 'invalid_request', 'no such mailbox');
        mails.push(mail);
      },
      close: () => undefined,
    },
  });
});
afterAll(() => t.close());

/** An organization with an owner, an admin and a viewer. */
async function createOrg() {
  const orgId = newId('org');
  const people = ['owner', 'admin', 'viewer'] as const;
  await t.db.withSystem(async (tx) => {
    await tx
      .insertInto('organizations')
      .values({ id: orgId, name: 'La Espiga', founded_by: null })
      .execute();
    for (const role of people) {
      const id = newId('usr');
      const email = `${role}-${orgId}@test.co`;
      await tx
        .insertInto('users')
        .values({ id, auth_id: crypto.randomUUID(), email, name: null, phone: null })
        .execute();
      await tx
        .insertInto('memberships')
        .values({ id: newId('mem'), org_id: orgId, user_id: id, role })
        .execute();
    }
  });
  return orgId;
}

async function happens(orgId: Id<'org'>, type: string, data: object = {}, test = false) {
  await t.db.withSystem((tx) =>
    tx
      .insertInto('events')
      .values({
        id: newId('evt'),
        org_id: orgId,
        type,
        data: JSON.stringify(data),
        created_at: clock.now(),
        test,
      })
      .execute(),
  );
}

/** One round of the sweep, and of the jobs it asked for; what was mailed. */
async function round(): Promise<Mail[]> {
  mails = [];
  jobs = [];
  await alerts.sweep();
  for (const { id } of jobs) await alerts.mail(id);
  return mails;
}

const low = { balance: 1_250_000, currency: 'COP' };
const list = async (orgId: Id<'org'>) => (await alerts.list({ orgId }, { limit: 10 })).data;

describe('an alert', () => {
  it('is neither raised nor ended by a test event: nothing has happened', async () => {
    const orgId = await createOrg();
    await happens(orgId, 'wallet.low_balance', low, true);
    expect(await round()).toEqual([]);
    await happens(orgId, 'wallet.low_balance', low);
    await happens(orgId, 'payment.approved', {}, true);
    await round();
    expect(await list(orgId)).toMatchObject([{ kind: 'low_balance', resolved_at: null }]);
  });

  it('of an endpoint that was switched off ends when it is switched on', async () => {
    const orgId = await createOrg();
    await happens(orgId, 'webhook_endpoint.disabled', { id: 'whe_2', disabled_reason: 'manual' });
    await happens(orgId, 'webhook_endpoint.disabled', { id: 'whe_1', disabled_reason: 'gone' });
    expect(await round()).toHaveLength(2);
    await happens(orgId, 'webhook_endpoint.enabled', { id: 'whe_1' });
    await round();
    const [alert, ...others] = await list(orgId);
    expect(alert).toMatchObject({ kind: 'webhook_disabled', subject: 'whe_1' });
    expect(alert?.resolved_at).not.toBeNull();
    expect(others).toEqual([]);
  });

  it('is mailed to owners and admins, with what they need to know', async () => {
    const orgId = await createOrg();
    await happens(orgId, 'wallet.low_balance', low);
    const sent = await round();
    expect(sent.map(({ to }) => to)).toEqual([`owner-${orgId}@test.co`, `admin-${orgId}@test.co`]);
    expect(sent[0]?.subject).toMatch(/La Espiga.*12\.500/);
    expect(sent[0]?.text).toContain('alo wallet top-up');
  });

  it('of the same thing is one, however often it shows, and is mailed once in the quiet period', async () => {
    const orgId = await createOrg();
    await happens(orgId, 'wallet.low_balance', low);
    await happens(orgId, 'wallet.low_balance', low);
    expect(await round()).toHaveLength(2);
    await clock.advance(limits.alerts.quietMs / 2);
    await happens(orgId, 'wallet.low_balance', low);
    expect(await round()).toHaveLength(0);
    expect(await list(orgId)).toMatchObject([{ kind: 'low_balance', occurrences: 3 }]);

    await clock.advance(limits.alerts.quietMs);
    expect(await round()).toHaveLength(2);
    await clock.advance(2 * limits.alerts.quietMs);
    expect(await round()).toHaveLength(0);
  });

  it('ends by itself when what was wrong is right again, and stays quiet if it comes back at once', async () => {
    const orgId = await createOrg();
    await happens(orgId, 'wallet.low_balance', low);
    await round();
    await clock.advance(1);
    await happens(orgId, 'payment.approved', { id: newId('pay') });
    await round();
    expect(await list(orgId)).toMatchObject([{ resolved_at: expect.any(String) }]);
    await happens(orgId, 'wallet.low_balance', low);
    expect(await round()).toHaveLength(0);
    expect(await list(orgId)).toHaveLength(2);
  });

  it('of each failed payment is its own; the subscription’s ends when it is paid', async () => {
    const orgId = await createOrg();
    await happens(orgId, 'payment.declined', { id: 'pay_1' });
    await happens(orgId, 'payment.declined', { id: 'pay_2' });
    await happens(orgId, 'invoice.payment_failed', { id: 'in_1' });
    await round();
    expect((await list(orgId)).map(({ subject }) => subject).toSorted()).toEqual([
      'pay_1',
      'pay_2',
      'subscription',
    ]);
    await happens(orgId, 'subscription.updated', {
      plan: 'pro',
      subscription: { status: 'past_due' },
    });
    await round();
    await happens(orgId, 'subscription.updated', {
      plan: 'pro',
      subscription: { status: 'active' },
    });
    await round();
    const open = (await list(orgId)).filter(({ resolved_at: resolved }) => !resolved);
    expect(open.map(({ subject }) => subject).toSorted()).toEqual(['pay_1', 'pay_2']);
  });

  it('is resolved by hand once, and not by another organization', async () => {
    const [orgId, other] = [await createOrg(), await createOrg()];
    await happens(orgId, 'webhook_endpoint.disabled', { id: 'whe_1' });
    await round();
    const [alert] = await list(orgId);
    const id = alert?.id as Id<'alr'>;
    await expect(alerts.resolve({ orgId: other }, id)).rejects.toMatchObject({ code: 'not_found' });
    const first = await alerts.resolve({ orgId }, id);
    await clock.advance(1_000);
    expect(await alerts.resolve({ orgId }, id)).toEqual(first);
  });

  it('of a provider goes to those who run the platform, until it answers again', async () => {
    await alerts.providerDown('deepgram');
    await alerts.providerDown('deepgram');
    expect((await round()).map(({ to, subject }) => [to, subject])).toEqual([
      [operator, 'Aló: deepgram no responde'],
    ]);
    await alerts.providerUp('deepgram');
    await clock.advance(2 * limits.alerts.quietMs);
    expect((await round()).filter(({ to }) => to === operator)).toEqual([]);
  });

  it('reaches the others when one mailbox is gone', async () => {
    const orgId = await createOrg();
    refusing = `owner-${orgId}@test.co`;
    await happens(orgId, 'wallet.low_balance', low);
    expect((await round()).map(({ to }) => to)).toEqual([`admin-${orgId}@test.co`]);
    expect(await round()).toHaveLength(0);
  });
});
