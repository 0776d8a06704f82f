import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, type Id } from '@alo/core/kernel';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
const operator = 'operaciones@alo.test';
beforeAll(async () => {
  api = await createTestApi({ platformAdmin: operator });
});
afterAll(() => api.close());

/** Sends the mails that were asked for, as the workers do; the last one to this address. */
async function mailTo(email: string) {
  for (const [name, payload] of api.jobs.splice(0)) {
    if (name !== 'invitation.mail') continue;
    const { org_id, invitation_id } = payload as { org_id: Id<'org'>; invitation_id: Id<'ivt'> };
    await api.deps.invitations.mailInvitation(org_id, invitation_id);
  }
  return api.mails.findLast(({ to }) => to === email);
}

const tokenFrom = (text: string | undefined) => /alo_inv_[0-9a-f]{48}/.exec(text ?? '')?.[0] ?? '';

async function invite(owner: TestPerson, email: string, role = 'agent') {
  const answer = await owner.request({
    method: 'POST',
    url: '/v1/invitations',
    payload: { email, role },
  });
  return { answer, token: tokenFrom((await mailTo(email))?.text) };
}

/** A person of the owner's organization, signed in and acting for it. */
async function joins(owner: TestPerson, role: string) {
  const person = await api.signIn('Luz');
  const { token } = await invite(owner, person.email, role);
  const accept = { method: 'POST', url: '/v1/invitations/accept', payload: { token } } as const;
  expect((await person.request(accept)).statusCode).toBe(200);
  const headers = { 'alo-organization': owner.scope.orgId };
  const list = (await owner.request({ url: '/v1/members' })).json();
  const { id } = list.data.find(
    (each: { user: { email: string } }) => each.user.email === person.email,
  );
  const request: TestPerson['request'] = (options) =>
    person.request({ ...options, headers: { ...headers, ...options.headers } });
  return { ...person, request, memberId: id as string };
}

const answerOf = (answer: { statusCode: number; json(): unknown }) => [
  answer.statusCode,
  (answer.json() as { code?: string }).code,
];

describe('members', () => {
  it('are invited by mail, join, are listed, get another role and are removed', async () => {
    const owner = await api.signIn('Marta');
    const { answer } = await invite(owner, 'otra@x.co');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toMatchObject({ email: 'otra@x.co', role: 'agent', status: 'pending' });
    const luz = await joins(owner, 'agent');
    expect((await luz.request({ url: '/v1/me' })).json()).toMatchObject({
      role: 'agent',
      organization: { id: owner.scope.orgId },
      organizations: [{ role: 'owner' }, { id: owner.scope.orgId, role: 'agent' }],
      platform_admin: false,
    });
    const url = `/v1/members/${luz.memberId}`;
    const changed = await owner.request({ method: 'PATCH', url, payload: { role: 'viewer' } });
    expect(changed.json()).toMatchObject({ id: luz.memberId, role: 'viewer' });
    // From the very next request on.
    const upload = await luz.request({ method: 'POST', url: '/v1/knowledge/documents' });
    expect(answerOf(upload)).toEqual([403, 'forbidden']);

    const removed = await owner.request({ method: 'DELETE', url });
    expect([removed.statusCode, removed.body]).toEqual([204, '']);
    expect(answerOf(await luz.request({ url: '/v1/members' }))).toEqual([404, 'not_found']);
    expect(answerOf(await owner.request({ method: 'DELETE', url }))).toEqual([404, 'not_found']);
  });

  it('are touched by nobody of another organization', async () => {
    const [owner, stranger] = [await api.signIn(), await api.signIn()];
    const { memberId } = await joins(owner, 'viewer');
    for (const method of ['PATCH', 'DELETE'] as const) {
      const [foreign, missing] = await Promise.all(
        [memberId, newId('mem')].map((id) =>
          stranger.request({ method, url: `/v1/members/${id}`, payload: { role: 'admin' } }),
        ),
      );
      expect({ ...foreign?.json(), request_id: '' }).toEqual({
        ...missing?.json(),
        request_id: '',
      });
      expect(foreign?.statusCode).toBe(404);
    }
  });

  it.each([
    ['PATCH', '/v1/members/mem_x', { role: 'admin' }, 400, 'invalid_request'],
    ['PATCH', '/v1/members/:id', { role: 'boss' }, 422, 'validation_failed'],
    ['PATCH', '/v1/members/:id', {}, 422, 'validation_failed'],
    ['DELETE', '/v1/members/:id?revoke_api_keys=maybe', undefined, 400, 'invalid_request'],
    ['PATCH', '/v1/members/:self', { role: 'viewer' }, 409, 'conflict'],
    ['DELETE', '/v1/members/:self', undefined, 409, 'conflict'],
    ['POST', '/v1/organizations/current/leave', undefined, 409, 'conflict'],
    ['GET', '/v1/members?limit=0', undefined, 400, 'invalid_request'],
  ] as const)('%s %s with %j is %i %s', async (method, url, payload, status, code) => {
    const owner = await api.signIn();
    const { data } = (await owner.request({ url: '/v1/members' })).json();
    const target = url.replace(':id', newId('mem')).replace(':self', data[0].id);
    const answer = await owner.request({ method, url: target, ...(payload && { payload }) });
    expect(answerOf(answer)).toEqual([status, code]);
  });

  it('who administer touch no owner; the last owner stays', async () => {
    const owner = await api.signIn();
    const admin = await joins(owner, 'admin');
    const { data } = (await owner.request({ url: '/v1/members' })).json();
    const url = `/v1/members/${data.at(-1).id}`;
    for (const request of [
      { method: 'DELETE', url },
      { method: 'PATCH', url, payload: { role: 'viewer' } },
      { method: 'PATCH', url: `/v1/members/${admin.memberId}`, payload: { role: 'owner' } },
      { method: 'POST', url: '/v1/invitations', payload: { email: 'a@x.co', role: 'owner' } },
    ] as const) {
      expect(answerOf(await admin.request(request))).toEqual([403, 'forbidden']);
    }
    const leave = { method: 'POST', url: '/v1/organizations/current/leave' } as const;
    expect(answerOf(await owner.request(leave))).toEqual([409, 'conflict']);
    expect((await admin.request(leave)).statusCode).toBe(204);
  });
});

describe('invitations', () => {
  it('are accepted with the invited address alone', async () => {
    const owner = await api.signIn();
    const { token } = await invite(owner, 'luz@x.co');
    const thief = await api.signIn();
    const accept = (person: TestPerson) =>
      person.request({ method: 'POST', url: '/v1/invitations/accept', payload: { token } });
    expect(answerOf(await accept(thief))).toEqual([403, 'forbidden']);
    const luz = await api.signIn('Luz', 'luz@x.co');
    expect((await accept(luz)).json()).toMatchObject({ id: owner.scope.orgId, role: 'agent' });
    const anonymous = await api.app.inject({
      method: 'POST',
      url: '/v1/invitations/accept',
      payload: { token },
    });
    expect(answerOf(anonymous)).toEqual([401, 'unauthenticated']);
  });

  it('are looked at and declined without an account', async () => {
    const owner = await api.signIn('Marta');
    const { token } = await invite(owner, 'no@x.co', 'viewer');
    const post = (path: string, payload: object = { token }) =>
      api.app.inject({ method: 'POST', url: `/v1/invitations/${path}`, payload });
    expect((await post('lookup')).json()).toEqual({
      organization: { name: 'Negocio de Marta' },
      role: 'viewer',
      email: 'no@x.co',
      expires_at: expect.stringMatching(/Z$/),
    });
    expect((await post('decline')).statusCode).toBe(204);
    for (const path of ['lookup', 'decline']) {
      const fake = await post(path, { token: `alo_inv_${'0'.repeat(48)}` });
      expect(answerOf(fake)).toEqual([403, 'invalid_invitation']);
      expect(answerOf(await post(path, {}))).toEqual([422, 'validation_failed']);
    }
    expect(answerOf(await post('lookup'))).toEqual([403, 'invalid_invitation']);
  });

  it('are listed, sent again after a while, and revoked', async () => {
    const owner = await api.signIn();
    const { answer, token } = await invite(owner, 'luz@x.co');
    const { id } = answer.json();
    expect((await owner.request({ url: '/v1/invitations' })).json()).toMatchObject({
      data: [{ id, status: 'pending', mailed_at: expect.stringMatching(/Z$/) }],
      has_more: false,
    });
    const resend = await owner.request({ method: 'POST', url: `/v1/invitations/${id}/resend` });
    expect(answerOf(resend)).toEqual([429, 'rate_limited']);
    expect(Number(resend.headers['retry-after'])).toBeGreaterThan(0);
    const again = await invite(owner, 'luz@x.co');
    expect(answerOf(again.answer)).toEqual([409, 'conflict']);
    const revoked = await owner.request({ method: 'DELETE', url: `/v1/invitations/${id}` });
    expect(revoked.statusCode).toBe(204);
    const late = await api.app.inject({
      method: 'POST',
      url: '/v1/invitations/lookup',
      payload: { token },
    });
    expect(answerOf(late)).toEqual([403, 'invalid_invitation']);
    const settled = await owner.request({ method: 'POST', url: `/v1/invitations/${id}/resend` });
    expect(answerOf(settled)).toEqual([409, 'conflict']);
  });

  it.each([
    [{ email: 'nadie', role: 'viewer' }, 'email'],
    [{ email: 'a@x.co' }, 'role'],
    [{ email: 'a@x.co', role: 'root' }, 'role'],
    [{ email: ['a@x.co'], role: 'viewer' }, 'email'],
    [{ email: 'a@x.co', role: 'viewer', language: 'fr' }, 'language'],
  ])('%j names the field at fault', async (payload, param) => {
    const owner = await api.signIn();
    const answer = await owner.request({ method: 'POST', url: '/v1/invitations', payload });
    expect(answer.json()).toMatchObject({ status: 422, code: 'validation_failed', param });
  });

  it('have a page their link leads to, which shows and never accepts', async () => {
    const owner = await api.signIn('<b>Marta</b>');
    const { token } = await invite(owner, 'luz2@x.co');
    const page = (query: string) => api.app.inject({ url: `/invitations${query}` });
    const shown = await page(`?token=${token}`);
    expect(shown.statusCode).toBe(200);
    expect(shown.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(shown.body).toContain(`alo invitations accept ${token}`);
    expect(shown.body).toContain('&lt;b&gt;');
    expect(shown.body).not.toContain('<b>');
    expect((await page('?token=nope')).statusCode).toBe(404);
    expect((await page('?token[]=a&token[]=b')).statusCode).toBe(404);
    expect((await page('')).statusCode).toBe(404);
    const { data } = (await owner.request({ url: '/v1/invitations' })).json();
    expect(data[0].status).toBe('pending');
  });
});

describe('organizations', () => {
  it('of one person are several: made, chosen by header, left', async () => {
    const ana = await api.signIn('Ana');
    const idempotencyKey = newId('req');
    const make = (name: string) =>
      ana.request({
        method: 'POST',
        url: '/v1/organizations',
        payload: { name },
        headers: { 'idempotency-key': idempotencyKey },
      });
    const [made, again] = [await make('Panadería Dos'), await make('Panadería Dos')];
    expect(made.statusCode).toBe(201);
    expect(made.json()).toMatchObject({ name: 'Panadería Dos', plan: 'free' });
    expect(again.json().id).toBe(made.json().id);
    const headers = { 'alo-organization': made.json().id };
    const me = (await ana.request({ url: '/v1/me', headers })).json();
    expect(me).toMatchObject({ role: 'owner', organization: { name: 'Panadería Dos' } });
    expect(me.organizations).toHaveLength(2);
    expect((await ana.request({ url: '/v1/wallet', headers })).json()).toMatchObject({
      balance: 0,
    });

    const bad = await ana.request({ method: 'POST', url: '/v1/organizations', payload: {} });
    expect(answerOf(bad)).toEqual([422, 'validation_failed']);
  });

  it('are made once, also when ten requests race, and are bounded', async () => {
    const ana = await api.signIn('Ana');
    const headers = { 'idempotency-key': newId('req') };
    const racing = await Promise.all(
      Array.from({ length: 10 }, () =>
        ana.request({
          method: 'POST',
          url: '/v1/organizations',
          payload: { name: 'Una' },
          headers,
        }),
      ),
    );
    expect(new Set(racing.map((answer) => answer.json().id)).size).toBe(1);
    let last = racing[0];
    for (let made = 2; made <= 10; made++) {
      last = await ana.request({
        method: 'POST',
        url: '/v1/organizations',
        payload: { name: `N${made}` },
      });
    }
    expect(last && answerOf(last)).toEqual([409, 'conflict']);
  });

  it('may be none: such a person sees themselves, and can make one', async () => {
    const ana = await api.signIn('Ana');
    const luz = await api.signIn('Luz');
    await api.pool.query(
      `insert into memberships (id, org_id, user_id, role) values ($1, $2, $3, 'owner')`,
      [newId('mem'), ana.scope.orgId, luz.scope.userId],
    );
    const leave = { method: 'POST', url: '/v1/organizations/current/leave' } as const;
    expect((await ana.request(leave)).statusCode).toBe(204);
    expect((await ana.request({ url: '/v1/me' })).json()).toMatchObject({
      role: null,
      permissions: [],
      organization: null,
      organizations: [],
    });
    expect(answerOf(await ana.request({ url: '/v1/wallet' }))).toEqual([403, 'forbidden']);
    const make = { method: 'POST', url: '/v1/organizations', payload: { name: 'Otra' } } as const;
    expect((await ana.request(make)).statusCode).toBe(201);
    expect((await ana.request({ url: '/v1/wallet' })).statusCode).toBe(200);
  });
});

describe('API keys', () => {
  it('are confined to their scopes, expire and rotate with an overlap', async () => {
    const owner = await api.signIn();
    const payload = {
      name: 'tienda',
      scopes: ['members:read'],
      expires_at: '2099-01-01T00:00:00Z',
    };
    const made = await owner.request({ method: 'POST', url: '/v1/api_keys', payload });
    const key = made.json();
    expect(key).toMatchObject({
      role: 'admin',
      scopes: ['members:read'],
      created_by: owner.scope.userId,
    });
    const as = (secret: string, url: string) =>
      api.app.inject({ url, headers: { authorization: `Bearer ${secret}` } });
    expect((await as(key.secret, '/v1/members')).statusCode).toBe(200);
    expect(answerOf(await as(key.secret, '/v1/wallet'))).toEqual([403, 'forbidden']);
    expect((await as(key.secret, '/v1/me')).json()).toMatchObject({
      permissions: ['members:read'],
    });

    const url = `/v1/api_keys/${key.id}/rotate`;
    const rotated = await owner.request({ method: 'POST', url, payload: { overlap_seconds: 60 } });
    expect([rotated.statusCode, rotated.headers['cache-control']]).toEqual([200, 'no-store']);
    for (const { secret } of [key, rotated.json()]) {
      expect((await as(secret, '/v1/members')).statusCode).toBe(200);
    }
    const now = await owner.request({ method: 'POST', url, payload: { overlap_seconds: 0 } });
    for (const { secret } of [key, rotated.json()]) {
      expect(answerOf(await as(secret, '/v1/members'))).toEqual([401, 'unauthenticated']);
    }
    expect((await as(now.json().secret, '/v1/members')).statusCode).toBe(200);
    await owner.request({ method: 'DELETE', url: `/v1/api_keys/${key.id}` });
    expect(answerOf(await owner.request({ method: 'POST', url, payload: {} }))).toEqual([
      409,
      'conflict',
    ]);
  });

  it.each([
    [{ role: 'owner' }, 'role'],
    [{ scopes: ['everything'] }, 'scopes'],
    [{ scopes: [] }, 'scopes'],
    [{ role: 'viewer', scopes: ['agents:write'] }, 'scopes'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ expires_at: 'pronto' }, 'expires_at'],
  ])('with %j are refused, by the field', async (fields, param) => {
    const owner = await api.signIn();
    const payload = { name: 'a', ...fields };
    const answer = await owner.request({ method: 'POST', url: '/v1/api_keys', payload });
    expect(answer.json()).toMatchObject({ status: 422, code: 'validation_failed', param });
  });
});

describe('the platform’s own administrators', () => {
  it('find organizations, and each look is written down', async () => {
    const owner = await api.signIn('Marta 100%_x');
    const admin = await api.signIn('Operaciones', operator);
    const look = (search: string) =>
      admin.request({ url: `/v1/admin/organizations?search=${encodeURIComponent(search)}` });
    for (const search of [owner.scope.orgId, '100%_X', owner.email]) {
      expect((await look(search)).json()).toMatchObject({
        data: [
          {
            id: owner.scope.orgId,
            name: 'Negocio de Marta 100%_x',
            owners: [owner.email],
            members: 1,
            balance: { amount: 0, currency: 'COP' },
          },
        ],
        has_more: false,
      });
    }
    expect((await look('%')).json().data).toHaveLength(1);
    const { rows } = await api.pool.query(
      `select email, action, detail ->> 'search' as search, ip from admin_actions order by at`,
    );
    expect(rows).toHaveLength(4);
    expect(rows[0]).toEqual({
      email: operator,
      action: 'organizations.list',
      search: owner.scope.orgId,
      ip: '127.0.0.1',
    });
    await expect(api.pool.query('delete from admin_actions')).rejects.toThrow(/append-only/);
  });

  it('are nobody else: no owner, no key of theirs', async () => {
    const owner = await api.signIn();
    const url = '/v1/admin/organizations';
    expect(answerOf(await owner.request({ url }))).toEqual([403, 'forbidden']);
    expect(answerOf(await api.app.inject({ url }))).toEqual([401, 'unauthenticated']);
    const admin = await api.signIn('Operaciones', operator);
    expect((await admin.request({ url: '/v1/me' })).json()).toMatchObject({ platform_admin: true });
    const key = await admin.request({
      method: 'POST',
      url: '/v1/api_keys',
      payload: { name: 'k' },
    });
    const headers = { authorization: `Bearer ${key.json().secret}` };
    expect(answerOf(await api.app.inject({ url, headers }))).toEqual([403, 'forbidden']);
    expect(answerOf(await admin.request({ url: `${url}?limit=x` }))).toEqual([
      400,
      'invalid_request',
    ]);
  });
});
