import { partialAgentConfigSchema, type PartialAgentConfig } from '../agents/index.ts';
import { isKnown, isTopic, questionAbout, topics } from './topics.ts';
import { topicsOf } from './interview.rules.ts';
import type {
  InterviewMessageWire,
  InterviewSummaryWire,
  InterviewWire,
} from './interview.schema.ts';
import type { InterviewRow, MessageRow } from './interviews.repo.ts';

/** What the interview knows so far. */
export function knownConfig(row: Pick<InterviewRow, 'config'>): PartialAgentConfig {
  return partialAgentConfigSchema.parse(row.config);
}

export function presentMessage(row: MessageRow): InterviewMessageWire {
  return {
    id: row.id,
    role: row.role,
    content: row.content,
    topic: isTopic(row.topic) ? row.topic : null,
    patch: row.patch === null ? null : partialAgentConfigSchema.parse(row.patch),
    created_at: row.created_at.toISOString(),
  };
}

export function presentInterviewSummary(row: InterviewRow): InterviewSummaryWire {
  const config = knownConfig(row);
  const skipped = topicsOf(row.skipped);
  const open = row.status === 'in_progress';
  return {
    id: row.id,
    status: row.status,
    language: row.language,
    config,
    skipped_topics: [...skipped],
    remaining_topics: open
      ? topics.filter((topic) => !isKnown(topic, config) && !skipped.includes(topic))
      : [],
    agent_id: row.agent_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** `last`: the latest message of the interview. */
export function presentInterview(row: InterviewRow, last: MessageRow | undefined): InterviewWire {
  const { asking, language, status } = row;
  return {
    ...presentInterviewSummary(row),
    question:
      status === 'completed' || !isTopic(asking)
        ? null
        : {
            topic: asking,
            // After a crash between answer and question, the question as we would put it.
            content: last?.role === 'interviewer' ? last.content : questionAbout(asking, language),
          },
  };
}
