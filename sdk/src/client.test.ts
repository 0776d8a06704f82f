import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Alo } from './client.ts';
import { collect, json, startTestServer, type TestServer } from './core/testing.ts';

let server: TestServer;
let alo: Alo;
beforeAll(async () => {
  const page = json(200, { data: [], has_more: false, next_cursor: null });
  const events = ': open\n\nevent: call.ended\ndata: {"type":"call.ended"}\n\n';
  server = await startTestServer((response, seen) => {
    if (seen.headers.accept === 'text/event-stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events);
      return undefined;
    }
    return page(response, seen);
  });
  alo = new Alo({ baseUrl: server.url, apiKey: 'alo_sk_test_x' });
});
afterAll(() => server.close());

const login = { email: 'a@b.co', password: 'x' };
const code_challenge = 'c'.repeat(43);
const config = { business_name: 'La Espiga' };
const file = { filename: 'a.pdf', bytes: new Uint8Array([1]) };

/** Every method of every resource, and the operation of the contract it stands for. */
const methods: Record<string, [() => PromiseLike<unknown>, string]> = {
  health: [() => alo.health(), 'GET /health'],
  request: [() => alo.request('GET', '/ready'), 'GET /ready'],
  'auth.signUp': [() => alo.auth.signUp(login), 'POST /v1/auth/sign_up'],
  'auth.verify': [
    () => alo.auth.verify({ email: 'a@b.co', code: '123456' }),
    'POST /v1/auth/verify',
  ],
  'auth.resend': [() => alo.auth.resend({ email: 'a@b.co' }), 'POST /v1/auth/resend'],
  'auth.otp': [() => alo.auth.otp({ email: 'a@b.co' }), 'POST /v1/auth/otp'],
  'auth.signIn': [() => alo.auth.signIn(login), 'POST /v1/auth/sign_in'],
  'auth.refresh': [() => alo.auth.refresh({ refresh_token: 'r' }), 'POST /v1/auth/refresh'],
  'auth.signOut': [() => alo.auth.signOut(), 'POST /v1/auth/sign_out'],
  'auth.oauth.authorize': [
    () => alo.auth.oauth.authorize({ redirect_to: 'http://127.0.0.1:1/callback', code_challenge }),
    'POST /v1/auth/oauth/authorize',
  ],
  'auth.oauth.exchange': [
    () => alo.auth.oauth.exchange({ code: 'c', code_verifier: code_challenge }),
    'POST /v1/auth/oauth/exchange',
  ],
  'auth.password.forgot': [
    () => alo.auth.password.forgot({ email: 'a@b.co' }),
    'POST /v1/auth/password/forgot',
  ],
  'auth.password.reset': [
    () => alo.auth.password.reset({ ...login, code: '123456' }),
    'POST /v1/auth/password/reset',
  ],
  'auth.password.change': [
    () => alo.auth.password.change({ current_password: 'a', password: 'b' }),
    'POST /v1/auth/password',
  ],
  'me.get': [() => alo.me.get(), 'GET /v1/me'],
  'organizations.get': [() => alo.organizations.get(), 'GET /v1/organizations/current'],
  'organizations.update': [
    () => alo.organizations.update({ name: 'x' }),
    'PATCH /v1/organizations/current',
  ],
  'apiKeys.create': [() => alo.apiKeys.create({ name: 'x' }), 'POST /v1/api_keys'],
  'apiKeys.list': [() => alo.apiKeys.list(), 'GET /v1/api_keys'],
  'organizations.create': [() => alo.organizations.create({ name: 'x' }), 'POST /v1/organizations'],
  'organizations.leave': [() => alo.organizations.leave(), 'POST /v1/organizations/current/leave'],
  'members.list': [() => alo.members.list(), 'GET /v1/members'],
  'members.update': [() => alo.members.update('mem_1', { role: 'admin' }), 'PATCH /v1/members/{}'],
  'members.remove': [
    () => alo.members.remove('mem_1', { revoke_api_keys: true }),
    'DELETE /v1/members/{}',
  ],
  'invitations.create': [
    () => alo.invitations.create({ email: 'a@b.co', role: 'viewer' }),
    'POST /v1/invitations',
  ],
  'invitations.list': [() => alo.invitations.list(), 'GET /v1/invitations'],
  'invitations.resend': [() => alo.invitations.resend('ivt_1'), 'POST /v1/invitations/{}/resend'],
  'invitations.revoke': [() => alo.invitations.revoke('ivt_1'), 'DELETE /v1/invitations/{}'],
  'invitations.lookUp': [() => alo.invitations.lookUp('t'), 'POST /v1/invitations/lookup'],
  'invitations.accept': [() => alo.invitations.accept('t'), 'POST /v1/invitations/accept'],
  'invitations.decline': [() => alo.invitations.decline('t'), 'POST /v1/invitations/decline'],
  'admin.organizations.list': [
    () => alo.admin.organizations.list({ search: 'x' }),
    'GET /v1/admin/organizations',
  ],
  'apiKeys.rotate': [() => alo.apiKeys.rotate('key_1'), 'POST /v1/api_keys/{}/rotate'],
  'apiKeys.revoke': [() => alo.apiKeys.revoke('key_1'), 'DELETE /v1/api_keys/{}'],
  'billing.get': [() => alo.billing.get(), 'GET /v1/billing'],
  'billing.checkout': [() => alo.billing.checkout(), 'POST /v1/billing/checkout'],
  'billing.plans': [() => alo.billing.plans(), 'GET /v1/billing/plans'],
  'billing.portal': [() => alo.billing.portal(), 'POST /v1/billing/portal'],
  'billing.invoices': [() => alo.billing.invoices(), 'GET /v1/billing/invoices'],
  'billing.subscription.cancel': [
    () => alo.billing.subscription.cancel(),
    'POST /v1/billing/subscription/cancel',
  ],
  'billing.subscription.resume': [
    () => alo.billing.subscription.resume(),
    'POST /v1/billing/subscription/resume',
  ],
  'billing.subscription.sync': [
    () => alo.billing.subscription.sync(),
    'POST /v1/billing/subscription/sync',
  ],
  'billing.topUps.options': [() => alo.billing.topUps.options(), 'GET /v1/billing/top_up_options'],
  'billing.topUps.create': [
    () => alo.billing.topUps.create({ amount: 1, currency: 'COP' }),
    'POST /v1/billing/top_ups',
  ],
  'billing.topUps.get': [() => alo.billing.topUps.get('pay_1'), 'GET /v1/billing/top_ups/{}'],
  'billing.topUps.list': [() => alo.billing.topUps.list(), 'GET /v1/billing/top_ups'],
  'wallet.get': [() => alo.wallet.get(), 'GET /v1/wallet'],
  'wallet.entries': [() => alo.wallet.entries(), 'GET /v1/wallet/entries'],
  'wallet.update': [() => alo.wallet.update({ low_balance_at: 1 }), 'PATCH /v1/wallet'],
  'wallet.verify': [() => alo.wallet.verify(), 'GET /v1/wallet/verification'],
  'wallet.rates': [() => alo.wallet.rates({ to: '+573001112233' }), 'GET /v1/rates'],
  'wallet.statement': [() => alo.wallet.statement('2026-11'), 'GET /v1/wallet/statements/{}'],
  'wallet.statementFile': [
    () => alo.wallet.statementFile('2026-11', 'csv'),
    'GET /v1/wallet/statements/{}',
  ],
  'interviews.create': [() => alo.interviews.create(), 'POST /v1/interviews'],
  'interviews.get': [() => alo.interviews.get('int_1'), 'GET /v1/interviews/{}'],
  'interviews.list': [() => alo.interviews.list(), 'GET /v1/interviews'],
  'interviews.correct': [
    () => alo.interviews.correct('int_1', { tone: 'x' }),
    'PATCH /v1/interviews/{}/configuration',
  ],
  'interviews.messages.list': [
    () => alo.interviews.messages.list('int_1'),
    'GET /v1/interviews/{}/messages',
  ],
  'interviews.messages.create': [
    () => alo.interviews.messages.create('int_1', { content: 'x' }),
    'POST /v1/interviews/{}/messages',
  ],
  'interviews.messages.stream': [
    () => collect(alo.interviews.messages.stream('int_1', { content: 'x' })),
    'POST /v1/interviews/{}/messages',
  ],
  'agents.create': [() => alo.agents.create({ config }), 'POST /v1/agents'],
  'agents.get': [() => alo.agents.get('agt_1'), 'GET /v1/agents/{}'],
  'agents.list': [() => alo.agents.list(), 'GET /v1/agents'],
  'agents.update': [
    () => alo.agents.update('agt_1', { config: { tone: 'x' } }),
    'PATCH /v1/agents/{}',
  ],
  'agents.versions.list': [() => alo.agents.versions.list('agt_1'), 'GET /v1/agents/{}/versions'],
  'agents.versions.get': [
    () => alo.agents.versions.get('agt_1', 2),
    'GET /v1/agents/{}/versions/{}',
  ],
  'knowledge.documents.upload': [
    () => alo.knowledge.documents.upload(file),
    'POST /v1/knowledge/documents',
  ],
  'knowledge.documents.get': [
    () => alo.knowledge.documents.get('doc_1'),
    'GET /v1/knowledge/documents/{}',
  ],
  'knowledge.documents.list': [() => alo.knowledge.documents.list(), 'GET /v1/knowledge/documents'],
  'knowledge.documents.delete': [
    () => alo.knowledge.documents.delete('doc_1'),
    'DELETE /v1/knowledge/documents/{}',
  ],
  'knowledge.search': [() => alo.knowledge.search({ query: 'x' }), 'POST /v1/knowledge/search'],
  'calls.test': [
    () => alo.calls.test({ agent_id: 'agt_1', to: '+573001112233' }),
    'POST /v1/calls/test',
  ],
  'calls.get': [() => alo.calls.get('call_1'), 'GET /v1/calls/{}'],
  'calls.list': [() => alo.calls.list(), 'GET /v1/calls'],
  'calls.events': [() => alo.calls.events('call_1'), 'GET /v1/calls/{}/events'],
  'calls.watch': [() => collect(alo.calls.watch('call_1')), 'GET /v1/calls/{}/events'],
  'calls.receipt': [() => alo.calls.receipt('call_1'), 'GET /v1/calls/{}/receipt'],
  'calls.recording': [() => alo.calls.recording('call_1'), 'GET /v1/calls/{}/recording'],
  'calls.latency': [() => alo.calls.latency({ since: '7d' }), 'GET /v1/calls/latency'],
  'calls.say': [() => alo.calls.say('call_1', { text: 'x' }), 'POST /v1/calls/{}/say'],
  'calls.whisper': [() => alo.calls.whisper('call_1', { text: 'x' }), 'POST /v1/calls/{}/whisper'],
  'calls.takeOver': [() => alo.calls.takeOver('call_1'), 'POST /v1/calls/{}/take_over'],
  'calls.handBack': [() => alo.calls.handBack('call_1'), 'POST /v1/calls/{}/hand_back'],
  'calls.hangUp': [() => alo.calls.hangUp('call_1'), 'POST /v1/calls/{}/hang_up'],
  'talks.open': [() => alo.talks.open({ agent_id: 'agt_1' }), 'POST /v1/talks'],
  'alerts.list': [() => alo.alerts.list(), 'GET /v1/alerts'],
  'alerts.resolve': [() => alo.alerts.resolve('alr_1'), 'POST /v1/alerts/{}/resolve'],
  'auditLogs.list': [() => alo.auditLogs.list(), 'GET /v1/audit_logs'],
  'auditLogs.verify': [() => alo.auditLogs.verify(), 'GET /v1/audit_logs/verification'],
  'events.list': [() => alo.events.list({ types: ['call.*'] }), 'GET /v1/events'],
  'events.get': [() => alo.events.get('evt_1'), 'GET /v1/events/{}'],
  'events.deliveries': [() => alo.events.deliveries('evt_1'), 'GET /v1/events/{}/deliveries'],
  'events.replay': [() => alo.events.replay('evt_1'), 'POST /v1/events/{}/replay'],
  'events.trigger': [() => alo.events.trigger({ type: 'call.ended' }), 'POST /v1/events/trigger'],
  'events.stream': [() => alo.events.stream().next(), 'GET /v1/events/stream'],
  'webhookEndpoints.create': [
    () => alo.webhookEndpoints.create({ url: 'https://a.co/' }),
    'POST /v1/webhook_endpoints',
  ],
  'webhookEndpoints.list': [() => alo.webhookEndpoints.list(), 'GET /v1/webhook_endpoints'],
  'webhookEndpoints.get': [() => alo.webhookEndpoints.get('whe_1'), 'GET /v1/webhook_endpoints/{}'],
  'webhookEndpoints.update': [
    () => alo.webhookEndpoints.update('whe_1', { status: 'disabled' }),
    'PATCH /v1/webhook_endpoints/{}',
  ],
  'webhookEndpoints.delete': [
    () => alo.webhookEndpoints.delete('whe_1'),
    'DELETE /v1/webhook_endpoints/{}',
  ],
  'webhookEndpoints.rotateSecret': [
    () => alo.webhookEndpoints.rotateSecret('whe_1'),
    'POST /v1/webhook_endpoints/{}/rotate_secret',
  ],
  'webhookEndpoints.deliveries': [
    () => alo.webhookEndpoints.deliveries('whe_1'),
    'GET /v1/webhook_endpoints/{}/deliveries',
  ],
  'webhookEndpoints.delivery': [
    () => alo.webhookEndpoints.delivery('dlv_1'),
    'GET /v1/webhook_deliveries/{}',
  ],
};

/** The operation behind a request: ids are what has an underscore and a digit, or is a number. */
function operationOf({ method, url }: { method: string; url: string }): string {
  const path = (url.split('?')[0] ?? '').replace(/\/(?:[a-z]+_\d+|\d+(?:-\d+)?)(?=\/|$)/g, '/{}');
  return `${method} ${path}`;
}

describe('the client', () => {
  test.each(Object.entries(methods))(
    '%s asks for its operation, with the credential',
    async (_name, [work, operation]) => {
      const before = server.seen.length;
      await work();
      const seen = server.seen[before];
      expect(seen && operationOf(seen)).toBe(operation);
      expect(seen?.headers.authorization).toBe('Bearer alo_sk_test_x');
    },
  );

  test('reaches every operation of the contract that is for its users', async () => {
    const file = new URL('../../openapi/openapi.json', import.meta.url);
    const { paths } = JSON.parse(await readFile(file, 'utf8')) as { paths: Record<string, object> };
    const contract = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => ['get', 'post', 'put', 'patch', 'delete'].includes(key))
        .map((method) => `${method.toUpperCase()} ${path.replace(/\{[^}]+\}/g, '{}')}`),
    );
    const covered = new Set(Object.values(methods).map(([, operation]) => operation));
    const missing = contract.filter((one) => !covered.has(one) && !one.includes('/v1/webhooks/'));
    expect(missing).toEqual([]);
  });
});
