import type { AgentConfigPatch, AgentsService, AgentWire } from '../agents/index.ts';
import { mergeConfig, partialAgentConfigSchema, type PartialAgentConfig } from '../agents/index.ts';
import type { Db, OrgScope, OrgTx } from '../db/index.ts';
import {
  AppError,
  assert,
  cursorId,
  notFound,
  pageOf,
  type Clock,
  type Currency,
  type Id,
  type Language,
  type Log,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { ObjectLlmProvider } from '../ports/index.ts';
import { timesAsked } from './interview.rules.ts';
import type {
  InterviewEvent,
  InterviewMessageWire,
  InterviewReplyWire,
  InterviewSummaryWire,
  InterviewWire,
} from './interview.schema.ts';
import { answerable, createInterviewStore } from './interview.store.ts';
import type { Conversation, Stored } from './interview.store.ts';
import { createInterviewer } from './interviewer.ts';
import {
  knownConfig,
  presentInterview,
  presentInterviewSummary,
  presentMessage,
} from './interviews.present.ts';
import * as repo from './interviews.repo.ts';
import { openingMessage, questionAbout } from './topics.ts';

export interface InterviewsDeps {
  readonly db: Db;
  readonly llm: ObjectLlmProvider;
  readonly agents: Pick<AgentsService, 'createWithin' | 'updateWithin'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  /** The currency of prices that name none. Colombian pesos if absent. */
  readonly currencyOf?: ((scope: OrgScope) => Promise<Currency>) | undefined;
}

export type InterviewsService = ReturnType<typeof createInterviewsService>;

/**
 * Interviews: an owner answers questions, our rules decide which, a model understands and phrases.
 * No transaction is open while the model thinks; each answer is stored before its reply begins.
 */
export function createInterviewsService(deps: InterviewsDeps) {
  const { db, agents, clock, newId, log } = deps;
  const interviewer = createInterviewer(deps);
  const store = createInterviewStore(deps);

  async function find(tx: OrgTx, id: Id<'int'>, options = { lock: false }) {
    const row = await repo.findInterview(tx, id, options);
    if (!row) throw notFound('interview_id');
    return row;
  }

  async function read(tx: OrgTx, id: Id<'int'>): Promise<InterviewWire> {
    const row = await find(tx, id);
    return presentInterview(row, (await repo.allMessages(tx, id)).at(-1));
  }

  async function conversation(scope: OrgScope, id: Id<'int'>): Promise<Conversation> {
    return db.withOrg(scope, async (tx) => {
      const row = await find(tx, id);
      const messages = await repo.allMessages(tx, id);
      return answerable(row, messages, clock.now());
    });
  }

  async function* answer(
    scope: OrgScope,
    id: Id<'int'>,
    content: string,
    signal: AbortSignal,
  ): AsyncGenerator<InterviewEvent, void, undefined> {
    const before = await conversation(scope, id);
    const currency = (await deps.currencyOf?.(scope)) ?? 'COP';
    const extraction = await interviewer.understand(
      {
        language: before.row.language,
        topic: before.standing,
        question: presentInterview(before.row, before.messages.at(-1)).question?.content ?? '',
        config: knownConfig(before.row),
        currency,
        answer: content,
      },
      signal,
    );
    const stored = await store.answer(scope, before, { content, extraction, currency });
    const { patch, config, completed } = stored;
    if (Object.keys(patch).length > 0) yield { type: 'configuration.updated', patch, config };
    if (completed) {
      log.info({ interview_id: id, agent_id: completed.agent.id }, 'interview completed');
      yield { type: 'message.delta', text: completed.message.content };
      yield { type: 'message.completed', message: completed.message };
      yield { type: 'interview.completed', agent: completed.agent };
      return;
    }
    yield* reply(scope, id, stored, signal);
  }

  async function* reply(
    scope: OrgScope,
    id: Id<'int'>,
    stored: Stored,
    signal: AbortSignal,
  ): AsyncGenerator<InterviewEvent, void, undefined> {
    const { language, messages, patch, next } = stored;
    assert(next, 'an open interview has a next topic');
    const repeated = timesAsked(next, messages) > 0;
    const context = { language, topic: next, repeated, patch, recent: messages.slice(-8) };
    let said = '';
    let whole = false;
    let message: InterviewMessageWire | undefined;
    try {
      for await (const text of interviewer.ask(context, signal)) {
        said += text;
        yield { type: 'message.delta', text };
      }
      whole = true;
    } finally {
      // Also when the owner has hung up in the middle: the next visit finds a question.
      const content = whole ? said.trim() : questionAbout(next, language, { repeated });
      message = await store.question(scope, id, { content, topic: next, after: messages });
    }
    yield { type: 'message.completed', message };
  }

  return {
    /** Begins an interview with its first question. */
    async start(
      scope: OrgScope,
      options: { language?: Language | undefined } = {},
    ): Promise<InterviewWire> {
      const language = options.language ?? 'es';
      return db.withOrg(scope, async (tx) => {
        const row = await repo.insertInterview(tx, {
          id: newId('int'),
          orgId: scope.orgId,
          language,
          asking: 'business_name',
          createdBy: scope.userId,
          at: clock.now(),
        });
        const first = await repo.insertMessage(tx, {
          id: newId('msg'),
          orgId: scope.orgId,
          interviewId: row.id,
          position: 0,
          role: 'interviewer',
          content: openingMessage(language),
          topic: 'business_name',
          at: clock.now(),
        });
        return presentInterview(row, first);
      });
    },

    /** Throws what `answer` would throw for the interview's state: `not_found`, `conflict`. */
    async requireAnswerable(scope: OrgScope, id: Id<'int'>): Promise<void> {
      await conversation(scope, id);
    },

    /**
     * Takes an answer, replies with events (see `InterviewEvent`). Nothing is stored if it throws:
     * `not_found`; `conflict` when the interview is over or another answer came first;
     * `provider_error` when the model failed, and the owner sends the answer again.
     */
    answer,

    /** The same, waited for: the state after the reply. */
    async answerAndWait(
      scope: OrgScope,
      id: Id<'int'>,
      content: string,
      signal: AbortSignal,
    ): Promise<InterviewReplyWire> {
      let message: InterviewMessageWire | undefined;
      let patch: PartialAgentConfig = {};
      let agent: AgentWire | null = null;
      for await (const event of answer(scope, id, content, signal)) {
        if (event.type === 'configuration.updated') patch = event.patch;
        if (event.type === 'message.completed') message = event.message;
        if (event.type === 'interview.completed') agent = event.agent;
      }
      assert(message, 'every answer is replied to');
      const interview = await db.withOrg(scope, (tx) => read(tx, id));
      return { interview, message, patch, agent };
    },

    /**
     * Corrects fields directly. After the interview is over, the agent gets a new version.
     * Throws `not_found`, `validation_failed`, `conflict` when the agent is gone.
     */
    async patchConfig(
      scope: OrgScope,
      id: Id<'int'>,
      patch: AgentConfigPatch,
    ): Promise<InterviewWire> {
      return db.withOrg(scope, async (tx) => {
        const row = await find(tx, id, { lock: true });
        let config: PartialAgentConfig = mergeConfig(knownConfig(row), patch);
        if (row.status === 'completed') {
          if (!row.agent_id) throw gone();
          config = (await agents.updateWithin(tx, scope, row.agent_id, patch)).config;
        }
        assert(
          partialAgentConfigSchema.safeParse(config).success,
          'valid parts make a valid whole',
        );
        await repo.updateInterview(tx, id, { config, at: clock.now() });
        return read(tx, id);
      });
    },

    /** The interview with the question that stands. Throws `not_found`. */
    get: (scope: OrgScope, id: Id<'int'>): Promise<InterviewWire> =>
      db.withOrg(scope, (tx) => read(tx, id)),

    /** Newest first. */
    async list(scope: OrgScope, query: PageQuery): Promise<Page<InterviewSummaryWire>> {
      const before = cursorId('int', query.cursor);
      const rows = await db.withOrg(scope, (tx) =>
        repo.listInterviews(tx, { limit: query.limit, before }),
      );
      return pageOf(rows, query.limit, presentInterviewSummary);
    },

    /** The conversation, oldest first, from the message after the cursor. Throws `not_found`. */
    async listMessages(
      scope: OrgScope,
      id: Id<'int'>,
      query: PageQuery,
    ): Promise<Page<InterviewMessageWire>> {
      const after = cursorId('msg', query.cursor);
      const messages = await db.withOrg(scope, async (tx) => {
        await find(tx, id);
        return repo.allMessages(tx, id);
      });
      const from = after === undefined ? 0 : messages.findIndex((each) => each.id === after) + 1;
      return pageOf(messages.slice(from, from + query.limit + 1), query.limit, presentMessage);
    },
  };
}

function gone(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'El agente de esta entrevista ya no existe.',
      en: 'The agent of this interview no longer exists.',
    },
  });
}
