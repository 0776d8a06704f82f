import { topics } from '../tour/topics.ts';
import { problem, startFakeApi, type FakeApi, type FakeRoutes } from './fake-api.ts';

const at = '2026-11-23T12:00:00.000Z';
const money = (amount: number) => ({ amount, currency: 'COP' });
const health = (sandbox: readonly string[], urls: Record<string, string> = {}) => ({
  status: 'ok',
  version: '0.1.0',
  sandbox,
  sandbox_urls: urls,
});

const organization = {
  id: 'org_1',
  name: 'Negocio de Ana',
  country: 'CO',
  currency: 'COP',
  plan: 'free',
  created_at: at,
};
const user = { id: 'usr_1', email: 'ana@panaderia.co', name: 'Ana', phone: null };
export const session = {
  access_token: 'access-1',
  refresh_token: 'refresh-1',
  expires_at: '2099-01-01T00:00:00.000Z',
  user,
};
export const me = {
  kind: 'user',
  mode: 'live',
  user,
  role: 'owner',
  organization,
  organizations: [],
};

export const turns = [
  {
    position: 0,
    caller: null,
    agent: 'Panadería, buenas.',
    interrupted: false,
    voice_to_voice_ms: null,
  },
  {
    position: 1,
    caller: '¿A qué hora abren?',
    agent: 'A las seis.',
    interrupted: false,
    voice_to_voice_ms: 640,
  },
];

export const call = {
  id: 'call_1',
  agent_id: 'agt_1',
  agent_version: 1,
  kind: 'test',
  from: '+576015550100',
  to: '+573001112233',
  status: 'completed',
  end_reason: 'agent_hangup',
  rate_per_minute: money(35_000),
  rounding: { first_seconds: 1, next_seconds: 1 },
  cost: money(19_250),
  duration_ms: 32_232,
  recording_available: true,
  created_at: at,
  answered_at: at,
  ended_at: at,
};

export const callEvents = [
  { type: 'call.dialing', position: 0, at_ms: 0, data: { to: call.to } },
  { type: 'call.started', position: 1, at_ms: 0, data: {} },
  {
    type: 'agent.speaking',
    position: 2,
    at_ms: 200,
    data: { generation: 0, text: 'Panadería, buenas.' },
  },
  {
    type: 'turn.completed',
    position: 3,
    at_ms: 2_000,
    data: { agent: 'Panadería, buenas.', voice_to_voice_ms: null },
  },
  { type: 'caller.partial', position: 4, at_ms: 2_500, data: { text: '¿A qué' } },
  { type: 'caller.said', position: 5, at_ms: 3_000, data: { text: '¿A qué hora abren?' } },
  {
    type: 'agent.speaking',
    position: 6,
    at_ms: 3_640,
    data: { generation: 1, text: 'A las seis.' },
  },
  {
    type: 'turn.completed',
    position: 7,
    at_ms: 5_000,
    data: { caller: '¿A qué hora abren?', agent: 'A las seis.', voice_to_voice_ms: 640 },
  },
  {
    type: 'call.ended',
    position: 8,
    at_ms: 32_232,
    data: { status: 'completed', reason: 'agent_hangup', duration_ms: 32_232, cost: money(19_250) },
  },
];

export const agent = {
  id: 'agt_1',
  name: 'Panadería La Espiga',
  version: 1,
  language: 'es',
  greeting: 'Panadería, buenas.',
  created_at: at,
  updated_at: at,
  config: { business_name: 'Panadería La Espiga', services: [], languages: ['es'] },
  system_prompt: 'Usted es el agente de Panadería La Espiga.',
};

/** A platform in memory that goes along with a whole tour. `routes` replaces any of its own. */
export async function startFakePlatform(
  routes: FakeRoutes = {},
  { sandbox = ['stripe', 'wompi', 'telnyx', 'supabase'] }: { sandbox?: readonly string[] } = {},
): Promise<FakeApi & { readonly state: FakeState }> {
  const state: FakeState = {
    plan: 'free',
    balance: 0,
    mails: [],
    answers: [],
    callers: {},
    url: '',
  };
  const api = await startFakeApi({ ...platformRoutes(state, sandbox), ...routes });
  state.url = api.url;
  return { ...api, state };
}

interface FakeState {
  plan: 'free' | 'pro';
  balance: number;
  readonly mails: { id: string; to: string; code: string }[];
  readonly answers: string[];
  readonly callers: Record<string, unknown>;
  url: string;
}

function platformRoutes(state: FakeState, sandbox: readonly string[]): FakeRoutes {
  const mail = (to: string) =>
    state.mails.unshift({ id: String(state.mails.length + 1), to, code: '123456' });
  const question = () => {
    const topic = topics[state.answers.length];
    return topic ? { topic, content: `¿${topic}?` } : null;
  };
  return {
    'GET /health': () => ({ body: health(sandbox, { telnyx: state.url }) }),
    'GET /ready': () => ({ body: { status: 'ready' } }),
    'GET /sandbox/inbox': () => ({
      body: {
        data: state.mails.map((one) => ({
          ...one,
          from: 'no-reply@alo.test',
          subject: 'Su código',
          text: one.code,
          received_at: at,
        })),
      },
    }),
    'POST /v1/auth/sign_up': ({ body }) => {
      mail((body as { email: string }).email);
      return { status: 202, body: { status: 'otp_sent' } };
    },
    'POST /v1/auth/verify': ({ body }) =>
      (body as { code: string }).code === '123456'
        ? { body: { ...session, user: { ...user, email: (body as { email: string }).email } } }
        : problem(403, 'invalid_otp', 'El código no es válido o venció'),
    'GET /v1/me': ({ headers }) =>
      headers.authorization === 'Bearer access-1'
        ? { body: me }
        : problem(401, 'unauthenticated', 'Falta iniciar sesión'),
    'GET /v1/billing': () => ({
      body: { plan: state.plan, subscription: null, owed: 0, currency: 'COP' },
    }),
    'POST /v1/billing/checkout': () => ({
      status: 201,
      body: { id: 'cs_1', url: `${state.url}/c/pay/cs_1` },
    }),
    'POST /c/pay/cs_1/pay': () => {
      state.plan = 'pro';
      return { status: 303 };
    },
    'GET /v1/wallet': () => ({
      body: {
        currency: 'COP',
        balance: state.balance,
        held: 0,
        available: state.balance,
        low_balance_at: 1_000_000,
      },
    }),
    'POST /v1/billing/top_ups': () => ({
      status: 201,
      body: {
        id: 'pay_1',
        status: 'pending',
        provider: 'wompi',
        refunded: 0,
        amount: 5_000_000,
        currency: 'COP',
        created_at: at,
        updated_at: at,
        url: `${state.url}/p/?reference=pay_1`,
      },
    }),
    'POST /p/pay': ({ query }) => {
      if (query.get('reference') === 'pay_1') state.balance += 5_000_000;
      return { status: 303 };
    },
    'GET /v1/billing/top_ups/pay_1': () => ({
      body: {
        id: 'pay_1',
        status: state.balance > 0 ? 'approved' : 'pending',
        provider: 'wompi',
        refunded: 0,
        amount: 5_000_000,
        currency: 'COP',
        created_at: at,
        updated_at: at,
      },
    }),
    'POST /v1/interviews': () => ({ status: 201, body: { id: 'int_1', question: question() } }),
    'POST /v1/interviews/int_1/messages': ({ body }) => {
      state.answers.push((body as { content: string }).content);
      const next = question();
      const message = {
        id: 'msg_1',
        role: 'interviewer',
        content: next?.content ?? '¡Listo!',
        topic: next?.topic ?? null,
      };
      const done = next ? [] : [{ type: 'interview.completed', agent }];
      return {
        events: [
          { type: 'message.delta', text: message.content },
          { type: 'message.completed', message },
          ...done,
        ] as { type: string }[],
      };
    },
    'POST /v1/knowledge/documents': () => ({
      status: 202,
      body: { id: 'doc_1', filename: 'precios.pdf', status: 'queued', chunks: 0, failure: null },
    }),
    'GET /v1/knowledge/documents/doc_1': () => ({
      body: { id: 'doc_1', filename: 'precios.pdf', status: 'ready', chunks: 3, failure: null },
    }),
    'GET /v1/agents': () => ({ body: { data: [agent], has_more: false, next_cursor: null } }),
    'GET /v1/agents/agt_1': () => ({ body: agent }),
    'PUT /__sandbox/callers/*': ({ path, body }) => {
      state.callers[decodeURIComponent(path.split('/').at(-1) ?? '')] = body;
      return { body: {} };
    },
    'POST /v1/calls/test': () => ({ status: 201, body: { ...call, status: 'queued', cost: null } }),
    'GET /v1/calls/call_1/events': () => {
      state.balance -= 19_250;
      return { events: callEvents };
    },
    'GET /v1/calls': () => ({ body: { data: [call], has_more: true, next_cursor: 'next' } }),
    'GET /v1/calls/call_1': () => ({
      body: { ...call, turns, voice_to_voice_ms: { p50: 640, p95: 640 } },
    }),
    'GET /v1/calls/call_1/recording': () => ({ bytes: new TextEncoder().encode('RIFF-audio') }),
  };
}
