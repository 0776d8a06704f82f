import { randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccountsService, permissions, roleAllows } from '@alo/core/accounts';
import { AppError, createLog, newId, Secret, systemClock, type IdPrefix } from '@alo/core/kernel';
import { createOpenAiLlm } from '@alo/providers/openai';
import { startOpenAiSandbox } from '@alo/sandbox/openai';
import { createApi } from '../../app.ts';
import { createTestApi, type TestApi } from '../testing.ts';
import { operations, type Operation } from './operations.ts';
import { createStatementLog } from './statements.ts';
import { rules, type MatrixRequest, type Rule } from './rules.ts';
import { createStage, scopesWithout, type Caller, type Stage } from './stage.ts';

const operator = 'operaciones@alo.test';
let api: TestApi;
let stage: Stage;
/** The same API where vendors are real. */
let live: FastifyInstance;
let openai: Awaited<ReturnType<typeof startOpenAiSandbox>>;

const forged = () => Promise.reject(new AppError('invalid_signature'));

beforeAll(async () => {
  openai = await startOpenAiSandbox({ pace: { first_token_ms: 0, token_ms: 0 } });
  const llm = createOpenAiLlm({
    apiKey: new Secret('sk-test'),
    baseUrl: `${openai.url}/v1`,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
  });
  api = await createTestApi({
    platformAdmin: operator,
    // What is refused here is refused for who asks, not for how often.
    counters: {
      hit: async () => ({ count: 1, resetsInMs: 0 }),
      undo: async () => undefined,
      clear: async () => undefined,
    },
    subscriptions: {
      createCheckout: async () => ({ id: 'cs_1', url: 'https://pay.test/' }),
      getCheckout: async () => ({
        status: 'open',
        subscriptionId: undefined,
        organizationId: undefined,
      }),
      listSubscriptions: async () => [],
      parseWebhook: forged,
    },
    topUps: { parseWebhook: forged },
    telephony: { parseWebhook: forged },
    llm,
  });
  stage = await createStage(api, operator);
  const accounts = createAccountsService({ ...api.accountsDeps, sandboxed: false });
  live = await createApi({ ...api.deps, accounts });
});
afterAll(async () => {
  await live.close();
  await api.close();
  await openai.close();
});

async function send(
  { method, path }: Operation,
  { bearer, organization }: Caller,
  { params = {}, query, body, payload, headers, endless }: MatrixRequest,
  app = api.app,
) {
  const options: InjectOptions = {
    method: method as 'GET',
    url: path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? `no_${name}`),
    ...(query && { query: { ...query } }),
    ...((payload ?? body) && { payload: payload ?? body }),
    headers: {
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      ...(organization !== undefined && { 'alo-organization': organization }),
      ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
      ...headers,
    },
  };
  if (!endless) {
    const { statusCode, headers: got, body: text } = await app.inject(options);
    return { statusCode, headers: got, body: text };
  }
  const begun = await app.inject({ ...options, payloadAsStream: true });
  const stream = begun.stream();
  // Only a refusal has an end to wait for.
  const refused = begun.statusCode >= 400 ? (await stream.toArray()).join('') : '';
  stream.destroy();
  return { statusCode: begun.statusCode, headers: begun.headers, body: refused };
}

/** `200`, or the status with the code of the problem. */
async function answerTo(...request: Parameters<typeof send>): Promise<string> {
  const answer = await send(...request);
  if (answer.statusCode < 400) return String(answer.statusCode);
  return `${answer.statusCode} ${(JSON.parse(answer.body) as { code: string }).code}`;
}

type Verdict = 'let in' | '401' | '403' | '404';

/** Everybody who knocks, with what the rule says to them. */
async function knock(rule: Rule): Promise<[Caller, Verdict][]> {
  const { access, role = 'viewer' } = rule;
  const { cast } = stage;
  const permission = rule.permission === 'none' ? undefined : rule.permission;
  const by = (condition: boolean): Verdict => (condition ? 'let in' : '403');
  const isPublic = access === 'public';
  const unknown: Verdict = isPublic ? 'let in' : '401';
  const forPeople = access === 'credential' || access === 'user';
  const forPrograms = access === 'credential' || (access === 'member' && !rule.personOnly);
  const least = (mine: 'owner' | 'admin' | 'agent' | 'viewer') =>
    by(
      isPublic ||
        forPeople ||
        (access === 'member' && (!permission || roleAllows(mine, permission))),
    );
  const key = async (name: string, like: Parameters<Stage['keyLike']>[0], verdict: Verdict) =>
    [{ name, bearer: await stage.keyLike(like) }, isPublic ? 'let in' : verdict] as [
      Caller,
      Verdict,
    ];

  const knocking: [Caller, Verdict][] = [
    [{ name: 'nobody', bearer: undefined }, unknown],
    [{ name: 'a token that is none', bearer: 'a.b.c' }, unknown],
    [{ name: 'a key that is none', bearer: `alo_sk_live_${'0'.repeat(48)}` }, unknown],
    await key('an expired key', { expires_at: '2020-01-01' }, '401'),
    await key('a revoked key', { revoked_at: '2020-01-01' }, '401'),
    [{ ...cast.stranger, organization: stage.orgId }, isPublic ? 'let in' : '404'],
    [{ ...cast.operator, organization: stage.orgId }, isPublic ? 'let in' : '404'],
    [cast.loner, by(isPublic || forPeople)],
    [cast.viewer, least('viewer')],
    [cast.agent, least('agent')],
    [cast.admin, least('admin')],
    [cast.owner, least('owner')],
    await key('a key', {}, by(forPrograms)),
    await key('a test key', { mode: 'test' }, by(forPrograms)),
    await key('a viewer’s key', { role: 'viewer' }, by(forPrograms && role === 'viewer')),
  ];
  if (access === 'admin') knocking.push([cast.operator, 'let in']);
  if (permission) {
    knocking.push(
      await key('a key of this scope', { scopes: [permission] }, by(forPrograms)),
      await key('a key of every other scope', { scopes: scopesWithout(permission) }, '403'),
    );
  }
  return knocking;
}

const covered = operations.filter(({ id }) => id in rules);
const ruleOf = ({ id }: Operation): Rule => {
  const rule = rules[id];
  if (!rule) throw new Error(`no rule for ${id}`);
  return rule;
};

describe('the matrix', () => {
  it('has one rule for each operation: a new route needs a line in rules.ts (see CONTRIBUTING.md)', () => {
    expect(operations.map(({ id }) => id).filter((id) => !(id in rules))).toEqual([]);
    const known = new Set(operations.map(({ id }) => id));
    expect(Object.keys(rules).filter((id) => !known.has(id))).toEqual([]);
  });

  it.each(covered)('$id is guarded by what its rule says, in the contract too', (operation) => {
    const { access, permission, role, personOnly = false } = ruleOf(operation);
    expect(operation).toMatchObject({ access, permission, personOnly });
    if (permission && permission !== 'none') expect(permissions[permission]).toBe(role);
  });
});

describe('the right answer to everybody', () => {
  it.each(covered)('$method $path ($id)', async (operation) => {
    const rule = ruleOf(operation);
    const seen: Record<string, string> = {};
    const wanted: Record<string, unknown> = {};
    for (const [caller, verdict] of await knock(rule)) {
      const name =
        caller.organization && !isMember(caller)
          ? `${caller.name}, asking to act here`
          : caller.name;
      seen[name] = await answerTo(operation, caller, await rule.request(stage));
      wanted[name] = wantedAnswer(rule, verdict);
      if (verdict === 'let in') await rule.restore?.(stage, caller.name);
    }
    expect(seen).toEqual(wanted);
  });
});

const isMember = (caller: Caller) =>
  [stage.cast.owner, stage.cast.admin, stage.cast.agent, stage.cast.viewer].includes(
    caller as never,
  );

function wantedAnswer({ status }: Rule, verdict: Verdict): unknown {
  if (verdict === '401') return '401 unauthenticated';
  if (verdict === '403') return '403 forbidden';
  if (verdict === '404') return '404 not_found';
  // An answer from behind the door: any problem but those of the door itself.
  return status < 400
    ? String(status)
    : expect.stringMatching(new RegExp(`^${status} (?!unauthenticated)`));
}

describe('where a vendor is real, a test key opens nothing', () => {
  it.each(covered.filter((operation) => ruleOf(operation).access !== 'public'))(
    '$method $path ($id)',
    async (operation) => {
      const caller = { name: 'a test key', bearer: await stage.keyLike({ mode: 'test' }) };
      const request = await ruleOf(operation).request(stage);
      expect(await answerTo(operation, caller, request, live)).toBe('403 test_mode_unavailable');
    },
  );
});

const idPattern = /\b([a-z]{3,4})_[0-9a-hjkmnp-tv-z]{26}\b/g;

/** The same request, about things that nobody has. */
function aboutNothing(request: MatrixRequest): MatrixRequest {
  const { params, query, body } = request;
  const text = JSON.stringify({ params, query, body });
  const fresh = text.replace(idPattern, (_, prefix: string) => newId(prefix as IdPrefix));
  return { ...request, ...JSON.parse(fresh) };
}

describe('another organization’s things are as things that are not there', () => {
  let log: ReturnType<typeof createStatementLog>;
  beforeAll(() => void (log = createStatementLog(api.pool)));
  afterAll(() => log.stop());

  it.each(covered.filter((operation) => ruleOf(operation).access === 'member'))(
    '$method $path ($id): the same answer, by the same statements',
    async (operation) => {
      const request = await ruleOf(operation).request(stage);
      const ids = JSON.stringify([request.params, request.query, request.body]).match(idPattern);
      for (const caller of [stage.cast.stranger, stage.cast.operator]) {
        const look = async (asked: MatrixRequest) => {
          const { result: answer, statements } = await log.during(() =>
            send(operation, caller, asked),
          );
          const { 'request-id': requestId, date: _date, ...headers } = answer.headers;
          const anonymous = (text: string) => text.replaceAll(String(requestId), 'req');
          // No clock is read here: whoever cannot be told apart by what is done cannot be by how long it takes.
          return {
            status: answer.statusCode,
            headers: without(headers, /^(?:ratelimit|date)/),
            body: anonymous(answer.body),
            statements: statements.map(anonymous),
          };
        };
        const foreign = await look(request);
        if (!ids) {
          // Nothing to name: what one gets of one's own must hold nothing of theirs.
          for (const id of [stage.orgId, ...stage.created]) expect(foreign.body).not.toContain(id);
          continue;
        }
        expect(foreign.status).toBe(404);
        expect(foreign.statements.length).toBeGreaterThan(0);
        expect(foreign).toEqual(await look(aboutNothing(request)));
      }
    },
  );
});

const without = (headers: object, names: RegExp) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.test(name)));
