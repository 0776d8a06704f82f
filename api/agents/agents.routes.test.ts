import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
let owner: TestPerson;

beforeAll(async () => {
  api = await createTestApi();
  owner = await api.signIn();
});
afterAll(() => api.close());

const create = async (config: object = { business_name: 'Ferretería El Tornillo' }) =>
  owner.request({ method: 'POST', url: '/v1/agents', payload: { config } });

describe('agents over HTTP', () => {
  it('are made of a configuration, with defaults for the rest', async () => {
    const response = await create();
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject({
      name: 'Ferretería El Tornillo',
      version: 1,
      config: { goal: 'information', services: [], languages: ['es'], greeting: null },
      system_prompt: expect.stringContaining('Ferretería El Tornillo'),
    });
  });

  it('change by new versions', async () => {
    const { id } = (await create()).json();
    const changed = await owner.request({
      method: 'PATCH',
      url: `/v1/agents/${id}`,
      payload: { config: { opening_hours: { sunday: [] } } },
    });
    expect(changed.json()).toMatchObject({ version: 2, config: { opening_hours: { sunday: [] } } });
    const versions = await owner.request({ url: `/v1/agents/${id}/versions` });
    expect(versions.json().data.map((each: { version: number }) => each.version)).toEqual([2, 1]);
    const first = await owner.request({ url: `/v1/agents/${id}/versions/1` });
    expect(first.json()).toMatchObject({ version: 1, config: { opening_hours: { sunday: null } } });
    const list = await owner.request({ url: '/v1/agents?limit=1' });
    expect(list.json()).toMatchObject({ data: [{ id, version: 2 }] });
  });

  it.each([
    ['no name', {}],
    ['a field that is none', { business_name: 'X', color: 'red' }],
    ['a price that is none', { business_name: 'X', services: [{ name: 'a', price: 5 }] }],
    ['an hour that is none', { business_name: 'X', opening_hours: { monday: [{ opens: '8' }] } }],
    ['a number nobody can dial', { business_name: 'X', handoff: { phone: '12' } }],
  ])('refuse %s, naming the field', async (_, config) => {
    const response = await create(config);
    expect(response.statusCode).toBe(422);
    expect(response.json().errors[0].pointer).toMatch(/^\/config/);
  });

  it.each(['0', '-1', 'x', '99999999999'])('have no version %s', async (version) => {
    const { id } = (await create()).json();
    const response = await owner.request({ url: `/v1/agents/${id}/versions/${version}` });
    expect([400, 404, 422]).toContain(response.statusCode);
  });

  it('of another organization are as good as missing', async () => {
    const { id } = (await create()).json();
    const stranger = await api.signIn('Otra');
    for (const each of [id, newId('agt')]) {
      const payload = { config: { tone: 'x' } };
      const tries = [
        { method: 'GET', url: `/v1/agents/${each}` },
        { method: 'PATCH', url: `/v1/agents/${each}`, payload },
        { method: 'GET', url: `/v1/agents/${each}/versions` },
        { method: 'GET', url: `/v1/agents/${each}/versions/1` },
      ] as const;
      for (const one of tries) {
        const response = await stranger.request(one);
        expect([one.url, response.statusCode]).toEqual([one.url, 404]);
      }
    }
  });
});
