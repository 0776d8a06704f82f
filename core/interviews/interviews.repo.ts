import type { Selectable } from 'kysely';
import type { Database, OrgTx } from '../db/index.ts';
import type { Id, Language } from '../kernel/index.ts';

export type InterviewRow = Selectable<Database['interviews']>;
export type MessageRow = Selectable<Database['interview_messages']>;

export async function insertInterview(
  tx: OrgTx,
  interview: {
    id: Id<'int'>;
    orgId: Id<'org'>;
    language: Language;
    asking: string;
    createdBy: Id<'usr'> | undefined;
    at: Date;
  },
): Promise<InterviewRow> {
  return tx
    .insertInto('interviews')
    .values({
      id: interview.id,
      org_id: interview.orgId,
      language: interview.language,
      asking: interview.asking,
      created_by: interview.createdBy ?? null,
      created_at: interview.at,
      updated_at: interview.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** With `lock`, whoever else wants to change the interview waits for this transaction. */
export function findInterview(
  tx: OrgTx,
  id: Id<'int'>,
  { lock = false } = {},
): Promise<InterviewRow | undefined> {
  const query = tx.selectFrom('interviews').selectAll().where('id', '=', id);
  return (lock ? query.forUpdate() : query).executeTakeFirst();
}

export function listInterviews(
  tx: OrgTx,
  page: { limit: number; before: Id<'int'> | undefined },
): Promise<InterviewRow[]> {
  let query = tx
    .selectFrom('interviews')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return query.execute();
}

export async function updateInterview(
  tx: OrgTx,
  id: Id<'int'>,
  to: {
    config: object;
    skipped?: readonly string[];
    asking?: string | null;
    completedBy?: Id<'agt'>;
    at: Date;
  },
): Promise<InterviewRow> {
  return tx
    .updateTable('interviews')
    .set({
      config: JSON.stringify(to.config),
      updated_at: to.at,
      ...(to.skipped === undefined ? {} : { skipped: JSON.stringify(to.skipped) }),
      ...(to.asking === undefined ? {} : { asking: to.asking }),
      ...(to.completedBy === undefined ? {} : { status: 'completed', agent_id: to.completedBy }),
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export interface NewMessage {
  readonly id: Id<'msg'>;
  readonly orgId: Id<'org'>;
  readonly interviewId: Id<'int'>;
  readonly position: number;
  readonly role: MessageRow['role'];
  readonly content: string;
  readonly topic: string | null;
  readonly patch?: object;
  readonly at: Date;
}

export async function insertMessage(tx: OrgTx, message: NewMessage): Promise<MessageRow> {
  return tx
    .insertInto('interview_messages')
    .values({
      id: message.id,
      org_id: message.orgId,
      interview_id: message.interviewId,
      position: message.position,
      role: message.role,
      content: message.content,
      topic: message.topic,
      patch: message.patch === undefined ? null : JSON.stringify(message.patch),
      created_at: message.at,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The whole conversation, oldest first: the rules keep it short. */
export function allMessages(tx: OrgTx, interviewId: Id<'int'>): Promise<MessageRow[]> {
  return tx
    .selectFrom('interview_messages')
    .selectAll()
    .where('interview_id', '=', interviewId)
    .orderBy('position')
    .execute();
}
