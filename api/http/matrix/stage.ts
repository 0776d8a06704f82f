import { randomBytes, randomUUID } from 'node:crypto';
import { newId, sha256Hex, type Id, type IdPrefix } from '@alo/core/kernel';
import { permissionNames, type Permission } from '@alo/core/accounts';
import type { TestApi, TestPerson } from '../testing.ts';

type Role = 'owner' | 'admin' | 'agent' | 'viewer';

/** A credential, and the organization it asks to act for. */
export interface Caller {
  readonly name: string;
  readonly bearer: string | undefined;
  readonly organization?: string | undefined;
}

/** One organization with everything in it, and everybody who may knock at its door. */
export type Stage = Awaited<ReturnType<typeof createStage>>;

/**
 * Sets the scene of the matrix. Each `stage.<thing>()` is a new one of the organization under test:
 * a request may change or delete it without spoiling the next one.
 */
export async function createStage(api: TestApi, operator: string) {
  const owner = await api.signIn('Dueña');
  const { orgId } = owner.scope;
  const insert = createInserts(api, orgId);
  const stranger = await api.signIn('Otra');
  const seats = new Map<string, Id<'usr'> | undefined>([['owner', owner.scope.userId]]);
  const organizationOf = async (person: TestPerson, role: Role) => {
    seats.set(role, person.scope.userId);
    await insert.membership(person.scope.userId, role);
    return { name: role, bearer: person.token, organization: orgId };
  };
  const cast = {
    owner: { name: 'owner', bearer: owner.token, organization: orgId },
    admin: await organizationOf(await api.signIn('Admin'), 'admin'),
    agent: await organizationOf(await api.signIn('Agente'), 'agent'),
    viewer: await organizationOf(await api.signIn('Mirona'), 'viewer'),
    stranger: { name: 'a stranger', bearer: stranger.token },
    loner: await leaveAll(api, await api.signIn('Sola')),
    operator: { name: 'operator', bearer: (await api.signIn('Operaciones', operator)).token },
  } satisfies Record<string, Caller>;
  const { agentId } = await insert.agent();
  await api.db.withSystem((tx) =>
    api.deps.wallet.credit(tx, {
      orgId,
      amountMicros: 500_000_000_000n,
      kind: 'adjustment',
      sourceId: newId('pay'),
    }),
  );
  // Beside the one of the cast: any single owner may go.
  await insert.member('owner');
  return {
    orgId,
    cast,
    agentId,
    ...insert,
    ...createKeys(insert.apiKey),
    /** Brings one of the cast back who has left. */
    rejoin: (role: string) => insert.membership(seats.get(role), role as Role),
  };
}

/** Someone with an account, and no organization at all. */
async function leaveAll(api: TestApi, person: TestPerson): Promise<Caller> {
  const heir = await api.signIn();
  await api.pool.query(
    `insert into memberships (id, org_id, user_id, role) values ($1, $2, $3, 'owner')`,
    [newId('mem'), person.scope.orgId, heir.scope.userId],
  );
  await api.pool.query('delete from memberships where user_id = $1', [person.scope.userId]);
  return { name: 'a person of no organization', bearer: person.token };
}

/** Keys of the organization, one for each set of scopes. */
function createKeys(apiKey: ReturnType<typeof createInserts>['apiKey']) {
  const made = new Map<string, Promise<string>>();
  return {
    /** The secret of a key that is like this, made when it is first asked for. */
    keyLike(like: Parameters<typeof apiKey>[0]): Promise<string> {
      const name = JSON.stringify(like);
      const secret = made.get(name) ?? apiKey(like).then((key) => key.secret);
      made.set(name, secret);
      return secret;
    },
  };
}

/** All scopes but one. */
export const scopesWithout = (permission: Permission): Permission[] =>
  permissionNames.filter((name) => name !== permission);

/** Writes rows of the organization under test, past its services: only who may see them is in question. */
function createInserts(api: TestApi, orgId: Id<'org'>) {
  const created: string[] = [];
  const idOf = <P extends IdPrefix>(prefix: P): Id<P> => {
    const id = newId(prefix);
    created.push(id);
    return id;
  };
  const row = async (table: string, fields: Record<string, unknown>) => {
    const names = Object.keys(fields);
    await api.pool.query(
      `insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
      Object.values(fields),
    );
  };

  const insert = {
    /** Every id that was made here: none of them is anybody else's to see. */
    created,
    row,
    idOf,

    async membership(userId: string | undefined, role: Role) {
      const id = idOf('mem');
      await row('memberships', { id, org_id: orgId, user_id: userId, role });
      return id;
    },

    async member(role: Role = 'viewer') {
      const userId = idOf('usr');
      const email = `${randomUUID()}@test.co`;
      await row('users', { id: userId, auth_id: randomUUID(), email, name: 'Ana' });
      return insert.membership(userId, role);
    },

    async invitation() {
      const id = idOf('ivt');
      const token = `alo_inv_${randomBytes(24).toString('hex')}`;
      const email = `${randomUUID()}@test.co`;
      await row('invitations', {
        id,
        org_id: orgId,
        email,
        role: 'viewer',
        token_hash: sha256Hex(token),
        expires_at: '2099-01-01',
        mail_requested_at: '2020-01-01',
      });
      return { id, token, email };
    },

    async apiKey(
      fields: {
        role?: 'admin' | 'agent' | 'viewer';
        scopes?: readonly string[];
        mode?: 'live' | 'test';
        expires_at?: string;
        revoked_at?: string;
      } = {},
    ) {
      const id = idOf('key');
      const mode = fields.mode ?? 'live';
      const secret = `alo_sk_${mode}_${randomBytes(24).toString('hex')}`;
      const secret_hash = sha256Hex(secret);
      const hint = secret.slice(-4);
      await row('api_keys', { id, org_id: orgId, name: 'k', ...fields, mode, secret_hash, hint });
      return { id, secret };
    },

    async agent() {
      const config = { business_name: 'Pan' };
      const payload = { config };
      const scope = { orgId };
      const made = await api.deps.agents.create(scope, { config: payload.config });
      created.push(made.id);
      return { agentId: made.id };
    },

    async interview() {
      const { id } = await api.deps.interviews.start({ orgId });
      created.push(id);
      return id;
    },

    async document() {
      const id = idOf('doc');
      await row('knowledge_documents', {
        id,
        org_id: orgId,
        filename: 'a.txt',
        media_type: 'text/plain',
        byte_size: 1,
        sha256: id,
        storage_path: `${orgId}/${id}`,
        status: 'ready',
      });
      return id;
    },

    /** Over, with a recording; or still waiting to be dialled. */
    async call(over = true) {
      const id = idOf('call');
      const path = `${orgId}/${id}.wav`;
      await api.files.put('recordings', path, new Uint8Array(44), 'audio/wav');
      await row('calls', {
        id,
        org_id: orgId,
        agent_id: (await insert.anAgent()).agentId,
        agent_version: 1,
        kind: 'test',
        from_number: '+576015550100',
        to_number: '+573001112233',
        status: over ? 'completed' : 'queued',
        command_id: randomUUID(),
        carrier: 'telnyx',
        rate_per_minute: 0,
        currency: 'COP',
        ended_at: over ? '2026-01-01' : null,
        recording_path: path,
      });
      const event = { call_id: id, org_id: orgId, position: 0, type: 'call.ended', at_ms: 0 };
      await row('call_events', event);
      return id;
    },

    /** Being talked, on some process. */
    async liveCall() {
      const id = await insert.call(false);
      await api.pool.query(`update calls set status = 'in_progress' where id = $1`, [id]);
      return id;
    },

    async topUp() {
      const id = idOf('pay');
      const payment = { org_id: orgId, provider: 'wompi', amount: 1_000_000_000, currency: 'COP' };
      await row('payments', { id, reference: id, ...payment, status: 'declined' });
      return id;
    },

    async alert() {
      const id = idOf('alr');
      const seen = { first_at: '2026-01-01', last_at: '2026-01-01' };
      await row('alerts', { id, org_id: orgId, kind: 'payment_failed', subject: id, ...seen });
      return id;
    },

    async event() {
      const id = idOf('evt');
      await row('events', { id, org_id: orgId, type: 'agent.created', data: '{}' });
      return id;
    },

    async endpoint() {
      const id = idOf('whe');
      const secret = { id: newId('wsk'), org_id: orgId, secret: 'whsec_dGVzdA==' };
      const url = 'https://example.com/hook';
      await row('webhook_endpoints', { id, org_id: orgId, url, event_types: '["*"]' });
      await row('webhook_secrets', { ...secret, endpoint_id: id });
      return id;
    },

    async delivery() {
      const id = idOf('dlv');
      const ids = { event_id: await insert.event(), endpoint_id: await insert.endpoint() };
      const state = { event_type: 'agent.created', next_attempt_at: '2099-01-01' };
      await row('webhook_deliveries', { id, org_id: orgId, ...ids, ...state });
      return id;
    },

    /** One that nothing changes. */
    anAgent: () => (agent ??= insert.agent()),
  };
  let agent: Promise<{ agentId: Id<'agt'> }> | undefined;
  return insert;
}
