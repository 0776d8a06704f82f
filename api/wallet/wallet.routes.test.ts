import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
let marta: TestPerson;
let stranger: TestPerson;

beforeAll(async () => {
  api = await createTestApi();
  marta = await api.signIn();
  stranger = await api.signIn();
  await api.db.withSystem((tx) =>
    api.deps.wallet.credit(tx, {
      orgId: marta.scope.orgId,
      amountMicros: 10_000_000_000n,
      kind: 'adjustment',
      sourceId: newId('pay'),
    }),
  );
});
afterAll(() => api.close());

const get = (person: TestPerson, url: string, headers: Record<string, string> = {}) =>
  person.request({ url: `/v1${url}`, headers });
const thisMonth = () =>
  new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'America/Bogota',
    year: 'numeric',
    month: '2-digit',
  })
    .format(new Date())
    .slice(0, 7);

describe('GET /v1/wallet', () => {
  it('shows where it counts as low, which an administrator sets', async () => {
    expect((await get(marta, '/wallet')).json()).toMatchObject({
      balance: 1_000_000,
      low_balance_at: 1_000_000,
    });
    const set = await marta.request({
      method: 'PATCH',
      url: '/v1/wallet',
      payload: { low_balance_at: 250_000 },
    });
    expect([set.statusCode, set.json().low_balance_at]).toEqual([200, 250_000]);
    expect((await get(stranger, '/wallet')).json().low_balance_at).toBe(1_000_000);
  });

  it.each([{}, { low_balance_at: -1 }, { low_balance_at: 1.5 }, { low_balance_at: '1' }])(
    'refuses the line %j',
    async (payload) => {
      const answer = await marta.request({ method: 'PATCH', url: '/v1/wallet', payload });
      expect([answer.statusCode, answer.json().param]).toEqual([422, 'low_balance_at']);
    },
  );
});

describe('GET /v1/wallet/verification', () => {
  it('adds one’s own ledger up again', async () => {
    expect((await get(marta, '/wallet/verification')).json()).toEqual({
      ok: true,
      entries: 1,
      faults: [],
    });
    expect((await get(stranger, '/wallet/verification')).json()).toMatchObject({ entries: 0 });
  });
});

describe('GET /v1/wallet/statements/{month}', () => {
  it('answers as JSON, CSV and PDF', async () => {
    const json = await get(marta, `/wallet/statements/${thisMonth()}`);
    expect(json.json()).toMatchObject({
      month: thisMonth(),
      closing_balance: 1_000_000,
      entries: [{ kind: 'adjustment' }],
    });
    const csv = await get(marta, `/wallet/statements/${thisMonth()}?format=csv`);
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(csv.headers['content-disposition']).toContain(`alo-${thisMonth()}.csv`);
    expect(csv.body.split('\r\n')).toHaveLength(5);
    expect(csv.body).toMatch(/^Fecha,/);
    const english = await get(marta, `/wallet/statements/${thisMonth()}?format=csv`, {
      'accept-language': 'en',
    });
    expect(english.body).toMatch(/^Date,/);
    const pdf = await get(marta, `/wallet/statements/${thisMonth()}?format=pdf`);
    expect(pdf.headers['content-type']).toBe('application/pdf');
    expect(pdf.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('is each organization’s own', async () => {
    const { entries } = (await get(stranger, `/wallet/statements/${thisMonth()}`)).json();
    expect(entries).toEqual([]);
    const url = `/v1/wallet/statements/${thisMonth()}`;
    expect((await api.app.inject({ url })).statusCode).toBe(401);
  });

  it.each([
    ['2026-13', 'month'],
    ['2026-1', 'month'],
    ['1999-01', 'month'],
    ["2026-01'--", 'month'],
    ['2029-12', 'month'],
    ['2026-01?format=xls', 'format'],
  ])('refuses %s', async (month, param) => {
    const answer = await get(marta, `/wallet/statements/${month}`);
    expect([answer.statusCode, answer.json().param]).toEqual([400, param]);
  });
});

describe('GET /v1/rates', () => {
  it('lists every destination on the organization’s plan', async () => {
    const { plan, rounding, data, quote } = (await get(marta, '/rates')).json();
    expect([plan, quote]).toEqual(['free', null]);
    expect(rounding).toEqual({ first_seconds: 60, next_seconds: 60 });
    const of = (prefix: string) => data.find((rate: { prefix: string }) => rate.prefix === prefix);
    expect(of('573')).toMatchObject({
      destination: 'Colombia, celular',
      per_minute: { amount: 50_000, currency: 'COP' },
    });
    expect(of('1').per_minute).toBeNull();
    const english = (await get(marta, '/rates', { 'accept-language': 'en' })).json();
    expect(english.data[1].destination).toBe('Colombia, mobile');
  });

  it('quotes a call: its cost, and how long the wallet lasts', async () => {
    const answer = await get(marta, `/rates?to=${encodeURIComponent('+573001112233')}&seconds=90`);
    expect(answer.json()).toMatchObject({
      data: [{ prefix: '573' }],
      quote: {
        to: '+573001112233',
        country: 'CO',
        per_minute: { amount: 50_000 },
        least_to_call: { amount: 50_000 },
        talk_seconds: 600,
        seconds: 90,
        billed_seconds: 120,
        cost: { amount: 100_000, currency: 'COP' },
      },
    });
    const poor = (await get(stranger, '/rates?to=3001112233')).json();
    expect(poor.quote).toMatchObject({ talk_seconds: 0, seconds: 60 });
  });

  it.each([
    ['+18765551234', 422, 'destination_not_served'],
    ['+14155552671', 403, 'plan_required'],
    ['123', 400, 'invalid_request'],
    ['=cmd', 400, 'invalid_request'],
  ])('refuses %s with %d %s, naming `to`', async (to, status, code) => {
    const answer = await get(marta, `/rates?to=${encodeURIComponent(to)}`);
    expect([answer.statusCode, answer.json().code, answer.json().param]).toEqual([
      status,
      code,
      'to',
    ]);
  });

  it('refuses a length that is none', async () => {
    for (const seconds of ['-1', '1.5', 'x', '86401'])
      expect((await get(marta, `/rates?seconds=${seconds}`)).statusCode).toBe(400);
  });
});

describe('GET /v1/calls/{id}/receipt', () => {
  it('is 409 while the call goes on, 404 for others, 401 for nobody', async () => {
    const agent = await marta.request({
      method: 'POST',
      url: '/v1/agents',
      payload: { config: { business_name: 'Pan' } },
    });
    const { id } = (
      await marta.request({
        method: 'POST',
        url: '/v1/calls/test',
        payload: { agent_id: agent.json().id, to: '+573001112233' },
      })
    ).json();
    const url = `/calls/${id}/receipt`;
    expect((await get(marta, url)).json()).toMatchObject({ status: 409, code: 'conflict' });
    expect((await get(stranger, url)).json()).toMatchObject({ status: 404, param: 'call_id' });
    expect((await api.app.inject({ url: `/v1${url}` })).statusCode).toBe(401);
  });
});
