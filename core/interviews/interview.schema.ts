import { z } from 'zod';
import {
  agentSchema,
  partialAgentConfigSchema,
  textSchema,
  type AgentWire,
  type PartialAgentConfig,
} from '../agents/index.ts';
import { idOutSchema, languages, limits, timeSchema } from '../kernel/index.ts';
import { topics } from './topics.ts';

export const topicSchema = z
  .enum(topics)
  .meta({ id: 'InterviewTopic', description: 'What a question is about' });

export const startInterviewSchema = z
  .strictObject({
    language: z
      .enum(languages)
      .optional()
      .meta({ description: 'The language of the interview. Default: that of the request.' }),
  })
  .meta({ id: 'StartInterview' });

export const answerSchema = z
  .strictObject({
    content: textSchema(limits.interview.answerCharsMax).meta({
      description: 'What the owner says, in their own words',
      examples: ['Nos llamamos Panadería La Espiga'],
    }),
  })
  .meta({ id: 'InterviewAnswer' });

export const interviewMessageSchema = z
  .object({
    id: idOutSchema('msg'),
    role: z.enum(['interviewer', 'owner']),
    content: z.string(),
    topic: topicSchema.nullable().meta({ description: 'What was asked, or answered' }),
    patch: partialAgentConfigSchema
      .nullable()
      .meta({ description: 'Of the owner’s messages: the fields the answer changed' }),
    created_at: timeSchema,
  })
  .meta({ id: 'InterviewMessage' });
export type InterviewMessageWire = z.infer<typeof interviewMessageSchema>;

export const interviewSummarySchema = z
  .object({
    id: idOutSchema('int'),
    status: z.enum(['in_progress', 'completed']),
    language: z.enum(languages),
    config: partialAgentConfigSchema,
    skipped_topics: z.array(topicSchema).meta({ description: 'Topics without an answer' }),
    remaining_topics: z.array(topicSchema).meta({ description: 'Topics still to be asked about' }),
    agent_id: idOutSchema('agt').nullable().meta({ description: 'The agent that came of it' }),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'InterviewSummary' });
export type InterviewSummaryWire = z.infer<typeof interviewSummarySchema>;

export const interviewSchema = interviewSummarySchema
  .extend({
    question: z
      .object({ topic: topicSchema, content: z.string() })
      .nullable()
      .meta({ description: 'The question that stands; `null` when the interview is over' }),
  })
  .meta({ id: 'Interview', description: 'The conversation an agent comes of' });
export type InterviewWire = z.infer<typeof interviewSchema>;

export const interviewReplySchema = z
  .object({
    interview: interviewSchema,
    message: interviewMessageSchema.meta({ description: 'What the interviewer says now' }),
    patch: partialAgentConfigSchema.meta({ description: 'The fields the answer changed' }),
    agent: agentSchema.nullable().meta({ description: 'The agent, once the interview is over' }),
  })
  .meta({ id: 'InterviewReply' });
export type InterviewReplyWire = z.infer<typeof interviewReplySchema>;

/** What happens while an answer is replied to, in this order. */
export type InterviewEvent =
  /** Only if the answer changed something. */
  | {
      readonly type: 'configuration.updated';
      readonly patch: PartialAgentConfig;
      readonly config: PartialAgentConfig;
    }
  /** A piece of the interviewer's next message. */
  | { readonly type: 'message.delta'; readonly text: string }
  | { readonly type: 'message.completed'; readonly message: InterviewMessageWire }
  /** Only at the end of the interview. */
  | { readonly type: 'interview.completed'; readonly agent: AgentWire };
