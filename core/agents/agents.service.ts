import { isDeepStrictEqual } from 'node:util';
import type { Db, OrgScope, OrgTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import {
  assert,
  cursorId,
  notFound,
  pageOf,
  type Clock,
  type Id,
  type Language,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import { completeConfig, greetingOf, mergeConfig, primaryLanguage } from './agent.rules.ts';
import type {
  AgentConfig,
  AgentConfigInput,
  AgentConfigPatch,
  AgentSummaryWire,
  AgentVersionSummaryWire,
  AgentVersionWire,
  AgentWire,
} from './agent.schema.ts';
import {
  configOf,
  presentAgent,
  presentAgentSummary,
  presentVersion,
  presentVersionSummary,
} from './agents.present.ts';
import * as repo from './agents.repo.ts';
import { renderSystemPrompt } from './prompt.ts';

export interface AgentsDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What the voice engine needs to speak for a business. */
export interface AgentForCall {
  readonly config: AgentConfig;
  readonly systemPrompt: string;
  readonly greeting: string;
  readonly language: Language;
  readonly businessName: string;
}

export interface NewAgent {
  readonly config: AgentConfigInput;
  /** For the defaults of what `config` leaves out. Spanish if absent. */
  readonly language?: Language | undefined;
}

export type AgentsService = ReturnType<typeof createAgentsService>;

/** Agents and their versions. A change never overwrites: it is a new version, and history stays. */
export function createAgentsService({ db, clock, newId }: AgentsDeps) {
  async function writeVersion(
    tx: OrgTx,
    scope: OrgScope,
    agentId: Id<'agt'>,
    version: number,
    config: AgentConfig,
  ): Promise<AgentWire> {
    const at = clock.now();
    await repo.insertVersion(tx, {
      id: newId('agv'),
      orgId: scope.orgId,
      agentId,
      version,
      config,
      systemPrompt: renderSystemPrompt(config, primaryLanguage(config)),
      createdBy: scope.userId,
      at,
    });
    await repo.setCurrent(tx, agentId, { version, name: config.business_name, at });
    return read(tx, agentId);
  }

  async function read(tx: OrgTx, id: Id<'agt'>, options = { lock: false }): Promise<AgentWire> {
    const agent = await repo.findAgent(tx, id, options);
    if (!agent) throw notFound('agent_id');
    const version = await repo.findVersion(tx, id, agent.current_version);
    assert(version, 'an agent has its current version');
    return presentAgent(agent, version);
  }

  async function tell(
    tx: OrgTx,
    scope: OrgScope,
    type: 'agent.created' | 'agent.updated',
    agent: AgentWire,
  ): Promise<void> {
    await recordEvent(tx, { orgId: scope.orgId, type, data: agent, at: clock.now() });
  }

  async function createWithin(tx: OrgTx, scope: OrgScope, agent: NewAgent): Promise<AgentWire> {
    const config = completeConfig(agent.config, agent.language);
    const id = newId('agt');
    await repo.insertAgent(tx, {
      id,
      orgId: scope.orgId,
      name: config.business_name,
      at: clock.now(),
    });
    const created = await writeVersion(tx, scope, id, 1, config);
    await tell(tx, scope, 'agent.created', created);
    return created;
  }

  async function updateWithin(
    tx: OrgTx,
    scope: OrgScope,
    id: Id<'agt'>,
    patch: AgentConfigPatch,
  ): Promise<AgentWire> {
    const current = await read(tx, id, { lock: true });
    const config = completeConfig(mergeConfig(current.config, patch));
    if (isDeepStrictEqual(config, current.config)) return current;
    const updated = await writeVersion(tx, scope, id, current.version + 1, config);
    await tell(tx, scope, 'agent.updated', updated);
    return updated;
  }

  return {
    /** Makes an agent from a configuration. Throws `validation_failed`. */
    create: (scope: OrgScope, agent: NewAgent): Promise<AgentWire> =>
      db.withOrg(scope, (tx) => createWithin(tx, scope, agent)),
    /** The same inside the caller's transaction: both happen or neither. */
    createWithin,

    /**
     * Changes what `patch` names and validates the whole: a new version, or none if nothing
     * differs. Throws `not_found`, `validation_failed`.
     */
    update: (scope: OrgScope, id: Id<'agt'>, patch: AgentConfigPatch): Promise<AgentWire> =>
      db.withOrg(scope, (tx) => updateWithin(tx, scope, id, patch)),
    /** The same inside the caller's transaction. */
    updateWithin,

    /** The agent in its current version. Throws `not_found`. */
    get: (scope: OrgScope, id: Id<'agt'>): Promise<AgentWire> =>
      db.withOrg(scope, (tx) => read(tx, id)),

    /** Newest first. */
    async list(scope: OrgScope, query: PageQuery): Promise<Page<AgentSummaryWire>> {
      const before = cursorId('agt', query.cursor);
      const rows = await db.withOrg(scope, (tx) =>
        repo.listAgents(tx, { limit: query.limit, before }),
      );
      return pageOf(rows, query.limit, presentAgentSummary);
    },

    /** One version of an agent. Throws `not_found`. */
    async getVersion(scope: OrgScope, id: Id<'agt'>, version: number): Promise<AgentVersionWire> {
      const row = await db.withOrg(scope, (tx) => repo.findVersion(tx, id, version));
      if (!row) throw notFound('version');
      return presentVersion(row);
    },

    /** Newest first. Throws `not_found` for an unknown agent. */
    async listVersions(
      scope: OrgScope,
      id: Id<'agt'>,
      query: PageQuery,
    ): Promise<Page<AgentVersionSummaryWire>> {
      const before = cursorId('agv', query.cursor);
      const rows = await db.withOrg(scope, async (tx) => {
        if (!(await repo.findAgent(tx, id))) throw notFound('agent_id');
        return repo.listVersions(tx, id, { limit: query.limit, before });
      });
      return pageOf(rows, query.limit, presentVersionSummary);
    },

    /**
     * The version a call runs with, for the voice engine: it acts for a call, not for a request,
     * so no organization is at hand. Throws `not_found`.
     */
    async loadForCall(id: Id<'agt'>, version: number): Promise<AgentForCall> {
      const row = await db.withSystem((tx) => repo.findVersion(tx, id, version));
      if (!row) throw notFound('agent_id');
      const config = configOf(row);
      const language = primaryLanguage(config);
      return {
        config,
        systemPrompt: row.system_prompt,
        greeting: greetingOf(config, language),
        language,
        businessName: config.business_name,
      };
    },
  };
}
