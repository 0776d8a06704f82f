import { streamOf, type EventStream } from '../core/event-stream.ts';
import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  Agent,
  AgentConfigPatch,
  Interview,
  InterviewMessage,
  InterviewReply,
  InterviewSummary,
  PartialAgentConfig,
  StartInterview,
} from '../types.ts';

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
  | { readonly type: 'message.completed'; readonly message: InterviewMessage }
  /** Only at the end of the interview. */
  | { readonly type: 'interview.completed'; readonly agent: Agent };

/** The conversations agents come of. */
export function interviewsResource(http: Transport) {
  return {
    /** Begins an interview; the answer holds its first question. */
    create: (body: StartInterview = {}, options?: RequestOptions) =>
      http.request<Interview>('POST', '/v1/interviews', { ...options, body }),
    get: (id: string, options?: RequestOptions) =>
      http.request<Interview>('GET', path`/v1/interviews/${id}`, options),
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<InterviewSummary>(http, '/v1/interviews', { ...query }, options),
    /** Corrects what the interview knows, also once it is over. */
    correct: (id: string, body: AgentConfigPatch, options?: RequestOptions) =>
      http.request<Interview>('PATCH', path`/v1/interviews/${id}/configuration`, {
        ...options,
        body,
      }),
    messages: {
      /** Oldest first. */
      list: (id: string, query?: PageQuery, options?: RequestOptions) =>
        listOf<InterviewMessage>(http, path`/v1/interviews/${id}/messages`, { ...query }, options),
      /** Answers the question that stands, and waits for what the interviewer says to it. */
      create: (id: string, body: { readonly content: string }, options?: RequestOptions) =>
        http.request<InterviewReply>('POST', path`/v1/interviews/${id}/messages`, {
          ...options,
          body,
        }),
      /** The same, told as it happens. If the stream breaks, ask for the interview's state. */
      stream: (
        id: string,
        body: { readonly content: string },
        options: RequestOptions = {},
      ): EventStream<InterviewEvent> =>
        streamOf<InterviewEvent>(http, 'POST', path`/v1/interviews/${id}/messages`, {
          ...options,
          body,
        }),
    },
  };
}
