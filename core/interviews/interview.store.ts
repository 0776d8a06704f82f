import type { AgentsService, AgentWire, PartialAgentConfig } from '../agents/index.ts';
import type { Db, OrgScope } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import {
  AppError,
  assert,
  limits,
  notFound,
  type Clock,
  type Currency,
  type Id,
  type Language,
  type NewId,
} from '../kernel/index.ts';
import type { Extraction } from './extraction.ts';
import { nextStep, timesAsked, topicsOf, verbatim } from './interview.rules.ts';
import type { InterviewMessageWire } from './interview.schema.ts';
import { knownConfig, presentInterview, presentMessage } from './interviews.present.ts';
import * as repo from './interviews.repo.ts';
import { applyExtraction } from './patch.ts';
import { closingMessage, isTopic, type Topic } from './topics.ts';

export interface InterviewStoreDeps {
  readonly db: Db;
  readonly agents: Pick<AgentsService, 'createWithin'>;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** An interview as it stood when an answer came in. */
export interface Conversation {
  readonly row: repo.InterviewRow;
  readonly messages: readonly repo.MessageRow[];
  readonly standing: Topic;
}

/** What an answer came to, once it is stored. */
export interface Stored {
  readonly language: Language;
  readonly patch: PartialAgentConfig;
  readonly config: PartialAgentConfig;
  readonly messages: readonly repo.MessageRow[];
  readonly next: Topic | null;
  readonly completed: { readonly agent: AgentWire; readonly message: InterviewMessageWire } | null;
}

/** The two writes of an answer: the answer with all it changes, and then the question to it. */
export function createInterviewStore({ db, agents, clock, newId }: InterviewStoreDeps) {
  /** Under the interview's lock: it must still stand as it stood when the answer came in. */
  async function answer(
    scope: OrgScope,
    before: Conversation,
    said: { content: string; extraction: Extraction; currency: Currency },
  ): Promise<Stored> {
    const { id, language } = before.row;
    return db.withOrg(scope, async (tx) => {
      const row = await repo.findInterview(tx, id, { lock: true });
      if (!row) throw notFound('interview_id');
      const messages = await repo.allMessages(tx, id);
      if (row.status === 'completed' || messages.length !== before.messages.length) {
        throw busy();
      }
      const { config, patch } = understood(row, { ...before, messages }, said);
      const step = nextStep({
        config,
        skipped: topicsOf(row.skipped),
        standing: before.standing,
        declined: said.extraction.skipped,
        messages,
      });
      const message = { orgId: scope.orgId, interviewId: id, at: clock.now() };
      const own = await repo.insertMessage(tx, {
        ...message,
        id: newId('msg'),
        position: messages.length,
        role: 'owner',
        content: said.content,
        topic: before.standing,
        patch,
      });
      const stored = { language, patch, config, messages: [...messages, own], next: step.topic };
      const changes = { config, skipped: step.skipped, asking: step.topic, at: clock.now() };
      if (step.topic !== null) {
        await repo.updateInterview(tx, id, changes);
        return { ...stored, completed: null };
      }
      const agent = await agents.createWithin(tx, scope, {
        config: { ...config, business_name: config.business_name ?? unnamed[language] },
        language,
      });
      await repo.updateInterview(tx, id, { ...changes, completedBy: agent.id });
      const closing = await repo.insertMessage(tx, {
        ...message,
        id: newId('msg'),
        position: messages.length + 1,
        role: 'interviewer',
        content: closingMessage(agent.name, language),
        topic: null,
      });
      const over = await repo.findInterview(tx, id);
      assert(over, 'the interview is locked by us');
      await recordEvent(tx, {
        orgId: scope.orgId,
        type: 'interview.completed',
        data: presentInterview(over, closing),
        at: message.at,
      });
      return { ...stored, completed: { agent, message: presentMessage(closing) } };
    });
  }

  /** Stores the question, unless the conversation went on without it. */
  async function question(
    scope: OrgScope,
    id: Id<'int'>,
    asked: { content: string; topic: Topic; after: readonly repo.MessageRow[] },
  ): Promise<InterviewMessageWire> {
    return db.withOrg(scope, async (tx) => {
      await repo.findInterview(tx, id, { lock: true });
      const messages = await repo.allMessages(tx, id);
      if (messages.length !== asked.after.length) throw busy();
      const row = await repo.insertMessage(tx, {
        id: newId('msg'),
        orgId: scope.orgId,
        interviewId: id,
        position: messages.length,
        role: 'interviewer',
        content: asked.content,
        topic: asked.topic,
        at: clock.now(),
      });
      return presentMessage(row);
    });
  }

  return { answer, question };
}

const unnamed: Record<Language, string> = { es: 'Mi negocio', en: 'My business' };

/** The extraction merged; or, if twice nothing could be made of an answer, the answer as it is. */
function understood(
  row: repo.InterviewRow,
  { standing, messages }: Conversation,
  said: { content: string; extraction: Extraction; currency: Currency },
) {
  const known = knownConfig(row);
  const merged = applyExtraction(known, said.extraction, said.currency);
  const lost = Object.keys(merged.patch).length === 0 && !said.extraction.skipped;
  const lastChance = standing === 'anything_else' || timesAsked(standing, messages) > 1;
  if (!lost || !lastChance || said.content.endsWith('?')) return merged;
  return applyExtraction(known, verbatim(standing, said.content), said.currency);
}

/** Refuses an interview that is over, and one whose last answer is still being replied to. */
export function answerable(
  row: repo.InterviewRow,
  messages: readonly repo.MessageRow[],
  now: Date,
): Conversation {
  if (row.status === 'completed') {
    throw new AppError('conflict', {
      detail: {
        es: 'La entrevista ya terminó. Corrija la configuración directamente.',
        en: 'The interview is over. Correct the configuration directly.',
      },
    });
  }
  const last = messages.at(-1);
  const sinceLastMs = now.getTime() - (last?.created_at.getTime() ?? 0);
  if (last?.role === 'owner' && sinceLastMs < limits.interview.replyWindowMs) throw busy();
  assert(isTopic(row.asking), 'an open interview asks about something');
  return { row, messages, standing: row.asking };
}

function busy(): AppError {
  return new AppError('conflict', {
    detail: {
      es: 'Otra respuesta de esta entrevista llegó primero. Espere la siguiente pregunta.',
      en: 'Another answer of this interview came first. Wait for the next question.',
    },
  });
}
