import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrgScope } from '../db/index.ts';
import { AppError, newId, systemClock } from '../kernel/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import { bakery, bare } from './agent.fixture.ts';
import { agentConfigPatchSchema, agentConfigSchema } from './agent.schema.ts';
import { createAgentsService, type AgentsService } from './agents.service.ts';

let t: TestDb;
let agents: AgentsService;
const own: OrgScope = { orgId: newId('org') };
const other: OrgScope = { orgId: newId('org') };

beforeAll(async () => {
  t = await createTestDb();
  agents = createAgentsService({ db: t.db, clock: systemClock, newId });
  await t.db.withSystem((tx) =>
    tx
      .insertInto('organizations')
      .values([own, other].map(({ orgId }) => ({ id: orgId, name: orgId, founded_by: null })))
      .execute(),
  );
});
afterAll(() => t.close());

const page = { limit: 20 };
const code = (expected: string) => (error: unknown) =>
  error instanceof AppError && error.code === expected;

describe('creating an agent', () => {
  it('fills in the defaults and renders the prompt', async () => {
    const agent = await agents.create(own, { config: bare });
    expect(agent).toMatchObject({ name: 'Ferretería El Tornillo', version: 1, language: 'es' });
    expect(agent.config).toMatchObject({ goal: 'information', greeting: null, languages: ['es'] });
    expect(agent.system_prompt).toContain('Ferretería El Tornillo');
    expect(agent.greeting).toContain('Ferretería El Tornillo');
  });

  it('takes its language from the request where the configuration names none', async () => {
    const agent = await agents.create(own, { config: bare, language: 'en' });
    expect(agent.config.languages).toEqual(['en']);
    expect(agent.system_prompt).toContain('You are the phone agent');
  });

  it('refuses a configuration that is not one, naming the field', async () => {
    const config = { ...bare, services: [{ name: '' }] };
    await expect(agents.create(own, { config })).rejects.toMatchObject({
      code: 'validation_failed',
      errors: [expect.objectContaining({ pointer: '/config/services/0/name' })],
    });
  });
});

describe('changing an agent', () => {
  it('writes a new version and keeps the old one as it was', async () => {
    const first = await agents.create(own, { config: bakery });
    const second = await agents.update(own, first.id, {
      business_name: 'La Espiga Dorada',
      opening_hours: { sunday: [{ opens: '08:00', closes: '13:00' }] },
      handoff: { phone: null },
    });
    expect(second).toMatchObject({ version: 2, name: 'La Espiga Dorada' });
    expect(second.config.opening_hours.monday).toEqual(bakery.opening_hours.monday);
    expect(second.config.handoff).toEqual({ when: bakery.handoff.when, phone: null });
    expect(second.config.services).toEqual(bakery.services);
    const kept = await agents.getVersion(own, first.id, 1);
    expect(kept.config).toEqual(bakery);
    expect(kept.system_prompt).toBe(first.system_prompt);
    const versions = await agents.listVersions(own, first.id, page);
    expect(versions.data.map(({ version }) => version)).toEqual([2, 1]);
  });

  it('writes nothing where nothing differs', async () => {
    const agent = await agents.create(own, { config: bakery });
    const same = await agents.update(own, agent.id, { tone: bakery.tone });
    expect(same.version).toBe(1);
  });

  it('numbers versions one after another under concurrent changes', async () => {
    const { id } = await agents.create(own, { config: bare });
    const tones = ['serio', 'alegre', 'formal', 'cercano'];
    const changed = await Promise.all(tones.map((tone) => agents.update(own, id, { tone })));
    expect(changed.map(({ version }) => version).toSorted()).toEqual([2, 3, 4, 5]);
  });

  it('refuses what would break the whole', async () => {
    const { id } = await agents.create(own, { config: bare });
    const services = Array.from({ length: 201 }, (_, index) => ({
      name: `s${index}`,
      price: null,
      price_note: null,
      description: null,
    }));
    await expect(agents.update(own, id, { services })).rejects.toSatisfy(code('validation_failed'));
    expect((await agents.get(own, id)).version).toBe(1);
  });
});

describe('isolation', () => {
  it('answers another organization as if the agent did not exist', async () => {
    const { id } = await agents.create(own, { config: bare });
    const notFound = code('not_found');
    await expect(agents.get(other, id)).rejects.toSatisfy(notFound);
    await expect(agents.update(other, id, { tone: 'x' })).rejects.toSatisfy(notFound);
    await expect(agents.getVersion(other, id, 1)).rejects.toSatisfy(notFound);
    await expect(agents.listVersions(other, id, page)).rejects.toSatisfy(notFound);
    expect((await agents.list(other, page)).data).toEqual([]);
  });

  it('shows lists page by page, newest first', async () => {
    const scope: OrgScope = { orgId: newId('org') };
    await t.db.withSystem((tx) =>
      tx
        .insertInto('organizations')
        .values({ id: scope.orgId, name: 'pages', founded_by: null })
        .execute(),
    );
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      ids.unshift((await agents.create(scope, { config: bare })).id);
    }
    const first = await agents.list(scope, { limit: 2 });
    const rest = await agents.list(scope, { limit: 2, cursor: first.next_cursor ?? '' });
    expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids);
    expect([first.has_more, rest.has_more]).toEqual([true, false]);
  });
});

describe('loading for a call', () => {
  it('gives the version the call was placed with, whatever came after', async () => {
    const { id } = await agents.create(own, { config: bakery });
    await agents.update(own, id, { greeting: 'Otra cosa', languages: ['en'] });
    const loaded = await agents.loadForCall(id, 1);
    expect(loaded).toMatchObject({
      greeting: bakery.greeting,
      language: 'es',
      businessName: 'Panadería La Espiga',
    });
    expect((await agents.loadForCall(id, 2)).language).toBe('en');
    await expect(agents.loadForCall(id, 3)).rejects.toSatisfy(code('not_found'));
  });
});

describe('what a configuration accepts', () => {
  it.each([
    ['an hour that is none', { opening_hours: { monday: [{ opens: '25:00', closes: '26:00' }] } }],
    ['an empty interval', { opening_hours: { monday: [{ opens: '08:00', closes: '08:00' }] } }],
    ['a negative price', { services: [{ name: 'a', price: { amount: -1, currency: 'COP' } }] }],
    [
      'a fraction of a cent',
      { services: [{ name: 'a', price: { amount: 1.5, currency: 'COP' } }] },
    ],
    [
      'a currency we do not know',
      { services: [{ name: 'a', price: { amount: 1, currency: 'X' } }] },
    ],
    ['a number nobody can dial', { handoff: { phone: '123' } }],
    ['no language at all', { languages: [] }],
    ['a null character', { tone: 'a\u0000b' }],
    ['half a character', { tone: 'a\ud800b' }],
    ['a field that is none', { bussiness_name: 'typo' }],
    ['nothing', {}],
  ])('refuses %s', (_, patch) => {
    expect(agentConfigPatchSchema.safeParse(patch).success).toBe(false);
    expect(agentConfigSchema.safeParse(patch).success).toBe(false);
  });

  it('writes a phone number in E.164', () => {
    expect(agentConfigPatchSchema.parse({ handoff: { phone: '300 123 4567' } })).toEqual({
      handoff: { phone: '+573001234567' },
    });
  });
});
