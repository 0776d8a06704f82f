import { agentConfigSchema } from './agent.schema.ts';
import type {
  AgentConfig,
  AgentSummaryWire,
  AgentVersionSummaryWire,
  AgentVersionWire,
  AgentWire,
} from './agent.schema.ts';
import { greetingOf, primaryLanguage } from './agent.rules.ts';
import type { AgentRow, AgentVersionRow } from './agents.repo.ts';

/** A stored configuration; what fields younger than it would be missing have their defaults. */
export function configOf(row: Pick<AgentVersionRow, 'config'>): AgentConfig {
  return agentConfigSchema.parse(row.config);
}

export function presentAgentSummary(row: AgentRow): AgentSummaryWire {
  return {
    id: row.id,
    name: row.name,
    version: row.current_version,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

export function presentAgent(row: AgentRow, version: AgentVersionRow): AgentWire {
  const config = configOf(version);
  const language = primaryLanguage(config);
  return {
    ...presentAgentSummary(row),
    language,
    greeting: greetingOf(config, language),
    config,
    system_prompt: version.system_prompt,
  };
}

export function presentVersionSummary(row: AgentVersionRow): AgentVersionSummaryWire {
  return {
    id: row.id,
    agent_id: row.agent_id,
    version: row.version,
    created_by: row.created_by,
    created_at: row.created_at.toISOString(),
  };
}

export function presentVersion(row: AgentVersionRow): AgentVersionWire {
  return {
    ...presentVersionSummary(row),
    config: configOf(row),
    system_prompt: row.system_prompt,
  };
}
