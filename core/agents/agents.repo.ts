import type { Selectable } from 'kysely';
import type { AnyTx, Database, OrgTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';

export type AgentRow = Selectable<Database['agents']>;
export type AgentVersionRow = Selectable<Database['agent_versions']>;

/** What a version is made of, before it is written. */
export interface NewVersion {
  readonly id: Id<'agv'>;
  readonly orgId: Id<'org'>;
  readonly agentId: Id<'agt'>;
  readonly version: number;
  readonly config: object;
  readonly systemPrompt: string;
  readonly createdBy: Id<'usr'> | undefined;
  readonly at: Date;
}

export async function insertAgent(
  tx: OrgTx,
  agent: { id: Id<'agt'>; orgId: Id<'org'>; name: string; at: Date },
): Promise<void> {
  const { id, orgId, name, at } = agent;
  await tx
    .insertInto('agents')
    .values({ id, org_id: orgId, name, created_at: at, updated_at: at })
    .execute();
}

export async function insertVersion(tx: OrgTx, version: NewVersion): Promise<void> {
  await tx
    .insertInto('agent_versions')
    .values({
      id: version.id,
      org_id: version.orgId,
      agent_id: version.agentId,
      version: version.version,
      config: JSON.stringify(version.config),
      system_prompt: version.systemPrompt,
      created_by: version.createdBy ?? null,
      created_at: version.at,
    })
    .execute();
}

export async function setCurrent(
  tx: OrgTx,
  id: Id<'agt'>,
  to: { version: number; name: string; at: Date },
): Promise<void> {
  await tx
    .updateTable('agents')
    .set({ current_version: to.version, name: to.name, updated_at: to.at })
    .where('id', '=', id)
    .execute();
}

/** With `lock`, whoever else wants to change the agent waits for this transaction. */
export function findAgent(
  tx: OrgTx,
  id: Id<'agt'>,
  { lock = false } = {},
): Promise<AgentRow | undefined> {
  const query = tx.selectFrom('agents').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export function listAgents(
  tx: OrgTx,
  page: { limit: number; before: Id<'agt'> | undefined },
): Promise<AgentRow[]> {
  let query = tx
    .selectFrom('agents')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return query.execute();
}

export function findVersion(
  tx: AnyTx,
  agentId: Id<'agt'>,
  version: number,
): Promise<AgentVersionRow | undefined> {
  return tx
    .selectFrom('agent_versions')
    .selectAll()
    .where('agent_id', '=', agentId)
    .where('version', '=', version)
    .executeTakeFirst();
}

export function listVersions(
  tx: OrgTx,
  agentId: Id<'agt'>,
  page: { limit: number; before: Id<'agv'> | undefined },
): Promise<AgentVersionRow[]> {
  let query = tx
    .selectFrom('agent_versions')
    .selectAll()
    .where('agent_id', '=', agentId)
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return query.execute();
}
