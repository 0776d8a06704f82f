import {
  createTransport,
  type ClientOptions,
  type Method,
  type RawRequestOptions,
  type RequestOptions,
  type Transport,
} from './core/transport.ts';
import { apiKeysResource, meResource, organizationsResource } from './resources/accounts.ts';
import { adminResource } from './resources/admin.ts';
import { agentsResource } from './resources/agents.ts';
import { authResource } from './resources/auth.ts';
import { callsResource } from './resources/calls.ts';
import { alertsResource } from './resources/alerts.ts';
import { auditLogsResource } from './resources/audit.ts';
import { eventsResource } from './resources/events.ts';
import { interviewsResource } from './resources/interviews.ts';
import { knowledgeResource } from './resources/knowledge.ts';
import { invitationsResource, membersResource } from './resources/members.ts';
import { talksResource } from './resources/talks.ts';
import type { Health } from './types.ts';
import { billingResource, walletResource } from './resources/money.ts';
import { webhookEndpointsResource } from './resources/webhook-endpoints.ts';

/**
 * The client of the Aló API.
 *
 * ```ts
 * const alo = new Alo({ apiKey });
 * for await (const call of alo.calls.list()) …
 * ```
 */
export class Alo {
  readonly #http: Transport;
  readonly auth: ReturnType<typeof authResource>;
  readonly me: ReturnType<typeof meResource>;
  readonly organizations: ReturnType<typeof organizationsResource>;
  readonly apiKeys: ReturnType<typeof apiKeysResource>;
  readonly members: ReturnType<typeof membersResource>;
  readonly invitations: ReturnType<typeof invitationsResource>;
  readonly admin: ReturnType<typeof adminResource>;
  readonly billing: ReturnType<typeof billingResource>;
  readonly wallet: ReturnType<typeof walletResource>;
  readonly interviews: ReturnType<typeof interviewsResource>;
  readonly agents: ReturnType<typeof agentsResource>;
  readonly knowledge: ReturnType<typeof knowledgeResource>;
  readonly calls: ReturnType<typeof callsResource>;
  readonly talks: ReturnType<typeof talksResource>;
  readonly alerts: ReturnType<typeof alertsResource>;
  readonly auditLogs: ReturnType<typeof auditLogsResource>;
  readonly events: ReturnType<typeof eventsResource>;
  readonly webhookEndpoints: ReturnType<typeof webhookEndpointsResource>;

  constructor(options: ClientOptions = {}) {
    const http = createTransport(options);
    this.#http = http;
    this.auth = authResource(http);
    this.me = meResource(http);
    this.organizations = organizationsResource(http);
    this.apiKeys = apiKeysResource(http);
    this.members = membersResource(http);
    this.invitations = invitationsResource(http);
    this.admin = adminResource(http);
    this.billing = billingResource(http);
    this.wallet = walletResource(http);
    this.interviews = interviewsResource(http);
    this.agents = agentsResource(http);
    this.knowledge = knowledgeResource(http);
    this.calls = callsResource(http);
    this.talks = talksResource(http);
    this.alerts = alertsResource(http);
    this.auditLogs = auditLogsResource(http);
    this.events = eventsResource(http);
    this.webhookEndpoints = webhookEndpointsResource(http);
  }

  /** Whether the platform is alive, its version, and which vendors are sandboxes. */
  health(options?: RequestOptions): Promise<Health> {
    return this.#http.request('GET', '/health', options);
  }

  /** Any other request, with the same credentials, retries and errors. The path starts with `/`. */
  request<T>(method: Method, path: string, options?: RawRequestOptions): Promise<T> {
    return this.#http.request<T>(method, path, options);
  }
}
