import { randomUUID } from 'node:crypto';
import type { Permission } from '@alo/core/accounts';
import type { Stage } from './stage.ts';

/**
 * Who may call what: one line for every operation of the API, or the build fails. How to write one
 * is in CONTRIBUTING.md ("A new route").
 */

type Role = 'owner' | 'admin' | 'agent' | 'viewer';

/** What is sent. Ids of the stage in it are tried from another organization as well. */
export interface MatrixRequest {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly payload?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer has no end of its own. */
  readonly endless?: boolean;
}
type MakeRequest = (stage: Stage) => MatrixRequest | Promise<MatrixRequest>;

export interface Rule {
  readonly access: 'public' | 'credential' | 'user' | 'member' | 'admin';
  readonly permission?: Permission | 'none';
  /** The least role that may. */
  readonly role?: Role;
  /** Never a program's key, whatever its scopes. */
  readonly personOnly?: boolean;
  /** The status for whoever is let in; what it means beyond that is its module's test. */
  readonly status: number;
  readonly request: MakeRequest;
  /** Puts back what a request that was let in has changed of the cast. */
  readonly restore?: (stage: Stage, caller: string) => Promise<unknown>;
}

const nothing = () => ({});
const line =
  (access: Rule['access']) =>
  (status: number, request: MakeRequest = nothing): Rule => ({ access, status, request });
/** Anybody. */
const open = line('public');
/** Any valid credential. */
const credential = line('credential');
/** Any signed-in person. */
const person = line('user');
/** Who runs the platform. */
const operator = line('admin');
/** A member of at least this role, or a key with this scope. */
const member = (
  permission: Permission | 'none',
  role: Role,
  status: number,
  request: MakeRequest = nothing,
): Rule => ({ access: 'member', permission, role, status, request });
/** The same, but never a key. */
const people = (...rule: Parameters<typeof member>): Rule => ({
  ...member(...rule),
  personOnly: true,
});

const config = { business_name: 'Pan' };
const events = { accept: 'text/event-stream' };
/** A mailed code, a password: what is behind these doors is their own tests' matter. */
const blank = () => ({ body: {} });

async function file(): Promise<MatrixRequest> {
  const form = new FormData();
  form.append('file', new Blob([`Pan $ 2.500 ${randomUUID()}`]), 'precios.txt');
  const encoded = new Response(form);
  return {
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    payload: Buffer.from(await encoded.arrayBuffer()),
  };
}

export const rules: Readonly<Record<string, Rule>> = {
  getHealth: open(200),
  getReadiness: open(200),

  signUp: open(422, blank),
  verifyEmail: open(422, blank),
  resendCode: open(422, blank),
  requestCode: open(422, blank),
  signIn: open(422, blank),
  refreshSession: open(422, blank),
  startOAuth: open(422, blank),
  exchangeOAuth: open(422, blank),
  forgotPassword: open(422, blank),
  resetPassword: open(422, blank),
  changePassword: person(422, blank),
  signOut: person(204),

  getMe: credential(200),
  createOrganization: person(422, blank),
  getOrganization: member('organization:read', 'viewer', 200),
  updateOrganization: member('organization:write', 'admin', 200, () => ({ body: { name: 'Pan' } })),
  leaveOrganization: {
    ...people('none', 'viewer', 204),
    restore: (stage, caller) => stage.rejoin(caller),
  },

  listMembers: member('members:read', 'viewer', 200),
  updateMember: people('members:write', 'admin', 200, async (stage) => ({
    params: { id: await stage.member() },
    body: { role: 'agent' },
  })),
  removeMember: people('members:write', 'admin', 204, async (stage) => ({
    params: { id: await stage.member() },
  })),
  createInvitation: people('members:write', 'admin', 201, () => ({
    body: { email: `${randomUUID()}@test.co`, role: 'viewer' },
  })),
  listInvitations: member('members:read', 'viewer', 200),
  resendInvitation: people('members:write', 'admin', 200, async (stage) => ({
    params: { id: (await stage.invitation()).id },
  })),
  revokeInvitation: people('members:write', 'admin', 204, async (stage) => ({
    params: { id: (await stage.invitation()).id },
  })),
  lookUpInvitation: open(200, async (stage) => ({
    body: { token: (await stage.invitation()).token },
  })),
  acceptInvitation: person(403, async (stage) => ({
    // Of somebody else: `invalid_invitation` and `forbidden` come from behind the door.
    body: { token: (await stage.invitation()).token },
  })),
  declineInvitation: open(204, async (stage) => ({
    body: { token: (await stage.invitation()).token },
  })),

  createApiKey: people('api_keys:write', 'admin', 422, blank),
  listApiKeys: member('api_keys:read', 'admin', 200),
  rotateApiKey: people('api_keys:write', 'admin', 200, async (stage) => ({
    params: { id: (await stage.apiKey()).id },
    body: {},
  })),
  revokeApiKey: people('api_keys:write', 'admin', 204, async (stage) => ({
    params: { id: (await stage.apiKey()).id },
  })),

  adminListOrganizations: operator(200),

  listAlerts: member('alerts:read', 'viewer', 200),
  resolveAlert: member('alerts:write', 'admin', 200, async (stage) => ({
    params: { alert_id: await stage.alert() },
  })),

  listAuditLogs: member('audit:read', 'admin', 200),
  verifyAuditLogs: member('audit:read', 'admin', 200),

  listAgents: member('agents:read', 'viewer', 200),
  createAgent: member('agents:write', 'admin', 201, () => ({ body: { config } })),
  getAgent: member('agents:read', 'viewer', 200, ({ agentId }) => ({
    params: { agent_id: agentId },
  })),
  updateAgent: member('agents:write', 'admin', 200, async (stage) => ({
    params: { agent_id: (await stage.agent()).agentId },
    body: { config: { tone: 'cálido' } },
  })),
  listAgentVersions: member('agents:read', 'viewer', 200, ({ agentId }) => ({
    params: { agent_id: agentId },
  })),
  getAgentVersion: member('agents:read', 'viewer', 200, ({ agentId }) => ({
    params: { agent_id: agentId, version: '1' },
  })),

  receiveStripeWebhook: open(401, blank),
  receiveWompiWebhook: open(401, blank),
  receiveBoldWebhook: open(404, blank),
  receiveTelnyxWebhook: open(401, blank),

  getBilling: member('billing:read', 'viewer', 200),
  listPlans: member('billing:read', 'viewer', 200),
  startCheckout: member('billing:write', 'admin', 201, () => ({
    body: { email: 'rosa@test.co' },
  })),
  openPortal: member('billing:write', 'admin', 409, blank),
  cancelSubscription: member('billing:write', 'admin', 409),
  resumeSubscription: member('billing:write', 'admin', 409),
  syncSubscription: member('billing:write', 'admin', 200),
  listInvoices: member('billing:read', 'viewer', 200),
  getTopUpOptions: member('billing:read', 'viewer', 200),
  startTopUp: member('billing:write', 'admin', 201, () => ({
    body: { amount: 2_000_000, currency: 'COP', email: 'rosa@test.co' },
  })),
  listTopUps: member('billing:read', 'viewer', 200),
  getTopUp: member('billing:read', 'viewer', 200, async (stage) => ({
    params: { id: await stage.topUp() },
  })),

  getWallet: member('wallet:read', 'viewer', 200),
  listWalletEntries: member('wallet:read', 'viewer', 200),

  updateWallet: member('billing:write', 'admin', 200, () => ({
    body: { low_balance_at: 1_000_000 },
  })),
  verifyWallet: member('wallet:read', 'viewer', 200),
  getWalletStatement: member('wallet:read', 'viewer', 200, () => ({
    params: { month: '2026-01' },
    query: { format: 'csv' },
  })),
  getRates: member('wallet:read', 'viewer', 200),

  startTestCall: member('calls:write', 'agent', 201, ({ agentId }) => ({
    body: { agent_id: agentId, to: '+573001112233' },
  })),
  openTalk: member('calls:write', 'agent', 201, ({ agentId }) => ({
    body: { agent_id: agentId },
  })),
  sayInCall: member('calls:write', 'agent', 202, async (stage) => ({
    params: { call_id: await stage.liveCall() },
    body: { text: 'Un momento.' },
  })),
  whisperInCall: member('calls:write', 'agent', 202, async (stage) => ({
    params: { call_id: await stage.liveCall() },
    body: { text: 'Ofrezca el dos por uno.' },
  })),
  takeOverCall: member('calls:write', 'agent', 202, async (stage) => ({
    params: { call_id: await stage.liveCall() },
  })),
  handBackCall: member('calls:write', 'agent', 202, async (stage) => ({
    params: { call_id: await stage.liveCall() },
  })),
  hangUpCall: member('calls:write', 'agent', 202, async (stage) => ({
    params: { call_id: await stage.liveCall() },
  })),
  listCalls: member('calls:read', 'viewer', 200),
  getCallLatency: member('calls:read', 'viewer', 200),
  getCall: member('calls:read', 'viewer', 200, async (stage) => ({
    params: { call_id: await stage.call() },
  })),
  watchCall: member('calls:read', 'viewer', 200, async (stage) => ({
    params: { call_id: await stage.call() },
    headers: events,
  })),
  getCallReceipt: member('calls:read', 'viewer', 409, async (stage) => ({
    params: { call_id: await stage.call(false) },
  })),
  getCallRecording: member('calls:read', 'viewer', 200, async (stage) => ({
    params: { call_id: await stage.call() },
  })),

  listEvents: member('events:read', 'admin', 200),
  streamEvents: member('events:read', 'admin', 200, () => ({ headers: events, endless: true })),
  triggerEvent: member('webhooks:write', 'admin', 201, () => ({ body: { type: 'agent.created' } })),
  getEvent: member('events:read', 'admin', 200, async (stage) => ({
    params: { event_id: await stage.event() },
  })),
  listEventDeliveries: member('webhooks:read', 'admin', 200, async (stage) => ({
    params: { event_id: await stage.event() },
  })),
  replayEvent: member('webhooks:write', 'admin', 202, async (stage) => ({
    params: { event_id: await stage.event() },
    body: {},
  })),
  listWebhookEndpoints: member('webhooks:read', 'admin', 200),
  createWebhookEndpoint: member('webhooks:write', 'admin', 422, blank),
  getWebhookEndpoint: member('webhooks:read', 'admin', 200, async (stage) => ({
    params: { endpoint_id: await stage.endpoint() },
  })),
  updateWebhookEndpoint: member('webhooks:write', 'admin', 200, async (stage) => ({
    params: { endpoint_id: await stage.endpoint() },
    body: { description: 'x' },
  })),
  deleteWebhookEndpoint: member('webhooks:write', 'admin', 204, async (stage) => ({
    params: { endpoint_id: await stage.endpoint() },
  })),
  rotateWebhookSecret: member('webhooks:write', 'admin', 200, async (stage) => ({
    params: { endpoint_id: await stage.endpoint() },
    body: {},
  })),
  listWebhookDeliveries: member('webhooks:read', 'admin', 200, async (stage) => ({
    params: { endpoint_id: await stage.endpoint() },
  })),
  getWebhookDelivery: member('webhooks:read', 'admin', 200, async (stage) => ({
    params: { delivery_id: await stage.delivery() },
  })),

  startInterview: member('interviews:write', 'admin', 201, blank),
  listInterviews: member('interviews:read', 'viewer', 200),
  getInterview: member('interviews:read', 'viewer', 200, async (stage) => ({
    params: { interview_id: await stage.interview() },
  })),
  listInterviewMessages: member('interviews:read', 'viewer', 200, async (stage) => ({
    params: { interview_id: await stage.interview() },
  })),
  answerInterview: member('interviews:write', 'admin', 200, async (stage) => ({
    params: { interview_id: await stage.interview() },
    body: { content: 'Panadería La Espiga' },
    headers: events,
  })),
  correctInterview: member('interviews:write', 'admin', 200, async (stage) => ({
    params: { interview_id: await stage.interview() },
    body: { tone: 'cálido' },
  })),

  uploadDocument: member('knowledge:write', 'agent', 202, file),
  listDocuments: member('knowledge:read', 'viewer', 200),
  getDocument: member('knowledge:read', 'viewer', 200, async (stage) => ({
    params: { id: await stage.document() },
  })),
  deleteDocument: member('knowledge:write', 'agent', 204, async (stage) => ({
    params: { id: await stage.document() },
  })),
  searchKnowledge: member('knowledge:read', 'viewer', 200, () => ({ body: { query: 'pan' } })),
};
