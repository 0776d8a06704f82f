import { completeConfig, greetingOf, renderSystemPrompt } from '../agents/index.ts';
import type { EventData, EventType } from '../events/index.ts';

/** What test events hold: a bakery in Bogotá, a day in November. Nothing here exists. */

const at = '2026-11-23T15:04:05.000Z';
const later = '2026-11-23T15:06:11.000Z';
const id = <P extends string>(prefix: P) => `${prefix}_01kb2v8q3nf6y9m7w4c5d0e1t2` as const;

const config = completeConfig({
  business_name: 'Panadería La Espiga',
  business_description: 'Pan fresco y tortas por encargo',
  goal: 'orders',
});

const agent = {
  id: id('agt'),
  name: config.business_name,
  version: 1,
  created_at: at,
  updated_at: at,
  language: 'es' as const,
  greeting: greetingOf(config, 'es'),
  config,
  system_prompt: renderSystemPrompt(config, 'es'),
};

const call = {
  id: id('call'),
  agent_id: id('agt'),
  agent_version: 1,
  kind: 'test' as const,
  from: '+576015550100',
  to: '+573001112233',
  status: 'in_progress' as const,
  end_reason: null,
  rate_per_minute: { amount: 35_000, currency: 'COP' as const },
  rounding: { first_seconds: 1, next_seconds: 1 },
  cost: null,
  duration_ms: null,
  recording_available: false,
  created_at: at,
  answered_at: at,
  ended_at: null,
};

const document = {
  id: id('doc'),
  filename: 'carta.pdf',
  media_type: 'application/pdf',
  byte_size: 48_213,
  status: 'ready' as const,
  failure: null,
  chunks: 12,
  created_at: at,
  processed_at: later,
};

const member = {
  id: id('mem'),
  role: 'agent' as const,
  user: { id: id('usr'), email: 'ana@panaderia.co', name: 'Ana' },
  created_at: at,
};

const payment = {
  id: id('pay'),
  status: 'approved' as const,
  provider: 'wompi' as const,
  amount: 5_000_000,
  refunded: 0,
  currency: 'COP' as const,
  created_at: at,
  updated_at: later,
};

const endpoint = {
  id: id('whe'),
  url: 'https://panaderia.co/hooks/alo',
  description: null,
  event_types: ['*'],
  status: 'enabled' as const,
  disabled_reason: null,
  disabled_at: null,
  failing_since: null,
  created_at: at,
  updated_at: later,
};

/** One of each, as the API would show it. */
export const eventSamples: { readonly [T in EventType]: EventData<T> } = {
  'agent.created': agent,
  'agent.updated': { ...agent, version: 2, updated_at: later },
  'call.started': call,
  'call.ended': {
    ...call,
    status: 'completed',
    end_reason: 'caller_hangup',
    cost: { amount: 73_500, currency: 'COP' },
    duration_ms: 126_000,
    recording_available: true,
    ended_at: later,
  },
  'document.ready': document,
  'document.failed': {
    ...document,
    status: 'failed',
    failure: 'El archivo está protegido con contraseña.',
    chunks: 0,
  },
  'interview.completed': {
    id: id('int'),
    status: 'completed',
    language: 'es',
    config,
    skipped_topics: [],
    remaining_topics: [],
    agent_id: id('agt'),
    created_at: at,
    updated_at: later,
    question: null,
  },
  'member.joined': member,
  'member.removed': member,
  'payment.approved': payment,
  'payment.declined': { ...payment, status: 'declined' },
  'payment.voided': { ...payment, status: 'voided' },
  'payment.refunded': { ...payment, refunded: 5_000_000 },
  'subscription.updated': {
    plan: 'pro',
    subscription: {
      id: id('sub'),
      status: 'active',
      current_period_end: '2026-12-23T15:04:05.000Z',
      cancel_at_period_end: false,
      grace_ends_at: null,
    },
    owed: 0,
    currency: 'COP',
  },
  'invoice.payment_failed': {
    id: 'in_1SampleInvoice',
    number: 'ALO-0001',
    status: 'open',
    amount: 2_900,
    amount_paid: 0,
    currency: 'USD',
    tax_id: null,
    url: 'https://invoice.stripe.com/i/sample',
    pdf_url: null,
    created_at: at,
  },
  'wallet.low_balance': {
    currency: 'COP',
    balance: 480_000,
    held: 0,
    available: 480_000,
    low_balance_at: 500_000,
  },
  'webhook_endpoint.disabled': {
    ...endpoint,
    status: 'disabled',
    disabled_reason: 'failing',
    disabled_at: later,
    failing_since: at,
  },
  'webhook_endpoint.enabled': endpoint,
};
