import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAgentsService, type AgentsService } from '../agents/index.ts';
import { createTestDb, type TestDb } from '../db/testing.ts';
import type { OrgScope } from '../db/index.ts';
import {
  AppError,
  createLog,
  createVirtualClock,
  limits,
  newId,
  ProviderError,
  type Id,
  type VirtualClock,
} from '../kernel/index.ts';
import type { LlmMessage, ObjectLlmProvider } from '../ports/index.ts';
import type { Extraction } from './extraction.ts';
import { nothingSaid } from './interview.rules.ts';
import type { InterviewEvent } from './interview.schema.ts';
import { createInterviewsService, type InterviewsService } from './interviews.service.ts';
import { questionAbout, topics } from './topics.ts';

/** A model that says what the test tells it to. */
interface Script {
  understand: (messages: readonly LlmMessage[]) => Promise<Partial<Extraction>>;
  phrase: (signal: AbortSignal) => AsyncIterable<string>;
}

async function* saying(...pieces: string[]) {
  for (const piece of pieces) yield piece;
}

let t: TestDb;
let clock: VirtualClock;
let agents: AgentsService;
let interviews: InterviewsService;
const script = {} as Script;
const own: OrgScope = { orgId: newId('org') };
const other: OrgScope = { orgId: newId('org') };
const never = new AbortController().signal;

const llm: ObjectLlmProvider = {
  name: 'script',
  async *stream(_, signal) {
    for await (const text of script.phrase(signal)) yield { type: 'text', text };
    yield { type: 'done', finishReason: 'stop' };
  },
  object: async ({ schema, messages }) =>
    schema.parse({ ...nothingSaid, ...(await script.understand(messages)) }) as never,
};

beforeAll(async () => {
  t = await createTestDb();
  await t.db.withSystem((tx) =>
    tx
      .insertInto('organizations')
      .values([own, other].map(({ orgId }) => ({ id: orgId, name: orgId, founded_by: null })))
      .execute(),
  );
});
afterAll(() => t.close());

beforeEach(() => {
  clock = createVirtualClock();
  const deps = { db: t.db, clock, newId, log: createLog({ level: 'silent' }) };
  agents = createAgentsService(deps);
  interviews = createInterviewsService({ ...deps, agents, llm });
  script.understand = async () => ({});
  script.phrase = () => saying('¿Y ', 'ahora?');
});

const said = (extraction: Partial<Extraction>) => {
  script.understand = async () => extraction;
};
const answer = (id: Id<'int'>, content: string) =>
  interviews.answerAndWait(own, id, content, never);
const code = (expected: string) => (error: unknown) =>
  error instanceof AppError && error.code === expected;

async function eventsOf(source: AsyncIterable<InterviewEvent>): Promise<InterviewEvent[]> {
  const events: InterviewEvent[] = [];
  for await (const event of source) events.push(event);
  return events;
}

/** Answers every question but the last with "no sé". */
async function almostDone(): Promise<Id<'int'>> {
  const { id } = await interviews.start(own);
  said({ business_name: 'La Espiga' });
  await answer(id, 'La Espiga');
  for (;;) {
    const { question } = await interviews.get(own, id);
    if (question?.topic === 'anything_else') return id;
    await answer(id, 'no sé');
  }
}

describe('an interview', () => {
  it('begins with a question about the name', async () => {
    const interview = await interviews.start(own);
    expect(interview).toMatchObject({
      status: 'in_progress',
      config: {},
      question: { topic: 'business_name' },
      remaining_topics: [...topics],
    });
    const messages = await interviews.listMessages(own, interview.id, { limit: 20 });
    expect(messages.data).toMatchObject([{ role: 'interviewer', topic: 'business_name' }]);
  });

  it('replies with what changed, the question in pieces, and the whole question', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga', tone: 'alegre' });
    const events = await eventsOf(interviews.answer(own, id, 'La Espiga, bien alegre', never));
    const patch = { business_name: 'La Espiga', tone: 'alegre' };
    expect(events).toMatchObject([
      { type: 'configuration.updated', patch, config: patch },
      { type: 'message.delta', text: '¿Y ' },
      { type: 'message.delta', text: 'ahora?' },
      {
        type: 'message.completed',
        message: { role: 'interviewer', topic: 'business_description', content: '¿Y ahora?' },
      },
    ]);
    const { data } = await interviews.listMessages(own, id, { limit: 20 });
    expect(data.map(({ role }) => role)).toEqual(['interviewer', 'owner', 'interviewer']);
    expect(data[1]).toMatchObject({ content: 'La Espiga, bien alegre', patch });
  });

  it('tells the model the topic, the question and what is known', async () => {
    const { id, question } = await interviews.start(own);
    let seen: readonly LlmMessage[] = [];
    script.understand = async (messages) => {
      seen = messages;
      return {};
    };
    await answer(id, 'Ferretería El Tornillo');
    expect(seen.map(({ role }) => role)).toEqual(['system', 'assistant', 'user']);
    expect(seen[0]?.content).toContain('Topic of the question that stands: business_name');
    expect(seen[1]?.content).toBe(question?.content);
    expect(seen[2]?.content).toBe('Ferretería El Tornillo');
  });

  it('never asks about what is known already', async () => {
    const { id } = await interviews.start(own);
    said({
      business_name: 'La Espiga',
      business_description: 'pan',
      goal: 'sales',
      services: [{ name: 'Pan', price: 500, currency: null, price_note: null, description: null }],
    });
    const { interview } = await answer(id, 'todo de una vez');
    expect(interview.question?.topic).toBe('opening_hours');
  });

  it('takes a correction of any field at any time', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espina' });
    await answer(id, 'La Espina');
    said({ business_name: 'La Espiga' });
    const { interview, patch } = await answer(id, 'no, el nombre es La Espiga');
    expect(patch).toEqual({ business_name: 'La Espiga' });
    expect(interview.config.business_name).toBe('La Espiga');
    // The question that stood has had no answer: it stands again.
    expect(interview.question?.topic).toBe('business_description');
  });

  it('skips what the owner does not know, without asking the model', async () => {
    const { id } = await interviews.start(own);
    script.understand = async () => {
      throw new Error('not asked');
    };
    const { interview } = await answer(id, 'No sé, la verdad.');
    expect(interview.skipped_topics).toEqual(['business_name']);
    expect(interview.question?.topic).toBe('business_description');
  });

  it('asks once more, then takes the words as they are', async () => {
    const { id } = await interviews.start(own);
    const first = await answer(id, 'mmm, déjeme pensar');
    expect(first.interview.question?.topic).toBe('business_name');
    const second = await answer(id, 'La de la esquina');
    expect(second.interview.config).toEqual({ business_name: 'La de la esquina' });
    expect(second.interview.question?.topic).toBe('business_description');
  });

  it('does not take a question for an answer', async () => {
    const { id } = await interviews.start(own);
    await answer(id, '¿Cómo así?');
    const { interview } = await answer(id, '¿Para qué lo necesita?');
    expect(interview.config).toEqual({});
    expect(interview.skipped_topics).toEqual(['business_name']);
  });
});

describe('a model that fails', () => {
  it('changes nothing when it cannot understand, and the answer can be sent again', async () => {
    const { id } = await interviews.start(own);
    script.understand = async () => {
      throw new ProviderError('openai', 'unavailable', 'down');
    };
    await expect(answer(id, 'La Espiga')).rejects.toSatisfy(code('provider_error'));
    expect((await interviews.listMessages(own, id, { limit: 20 })).data).toHaveLength(1);
    said({ business_name: 'La Espiga' });
    expect((await answer(id, 'La Espiga')).interview.config.business_name).toBe('La Espiga');
  });

  it.each([
    ['says nothing', () => saying('  ')],
    [
      'fails at once',
      async function* () {
        yield* [];
        throw new ProviderError('openai', 'timeout', 'slow');
      },
    ],
  ])('is replaced by our own question when it %s', async (_, phrase) => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga' });
    script.phrase = phrase;
    const { message } = await answer(id, 'La Espiga');
    expect(message.content.trim()).toBe(questionAbout('business_description', 'es'));
  });

  it('has its broken sentence completed, and the pieces add up to the message', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga' });
    script.phrase = async function* () {
      yield 'Perfecto, y';
      throw new ProviderError('openai', 'connection', 'cut');
    };
    const events = await eventsOf(interviews.answer(own, id, 'La Espiga', never));
    const pieces = events.flatMap((event) => (event.type === 'message.delta' ? event.text : []));
    const message = events.find((event) => event.type === 'message.completed')?.message;
    expect(message?.content).toBe(pieces.join(''));
    expect(message?.content).toMatch(/^Perfecto, y… ¿A qué se dedica/);
  });

  it('is waited for no longer than the limit', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga' });
    const asked = Promise.withResolvers<void>();
    script.phrase = async function* (signal) {
      yield* [];
      asked.resolve();
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const reply = answer(id, 'La Espiga');
    await asked.promise;
    await clock.advance(limits.interview.questionTimeoutMs);
    expect((await reply).message.content).toBe(questionAbout('business_description', 'es'));
  });
});

describe('the end of an interview', () => {
  it('makes an agent of the configuration, with defaults for what was skipped', async () => {
    const id = await almostDone();
    said({ facts: ['Queda en Laureles.'] });
    const events = await eventsOf(interviews.answer(own, id, 'Queda en Laureles.', never));
    expect(events.map(({ type }) => type)).toEqual([
      'configuration.updated',
      'message.delta',
      'message.completed',
      'interview.completed',
    ]);
    const interview = await interviews.get(own, id);
    expect(interview).toMatchObject({ status: 'completed', question: null, remaining_topics: [] });
    const agent = await agents.get(own, interview.agent_id ?? newId('agt'));
    expect(agent).toMatchObject({ name: 'La Espiga', version: 1 });
    expect(agent.config).toMatchObject({ facts: ['Queda en Laureles.'], languages: ['es'] });
  });

  it('makes one agent, however often the last answer is sent at once', async () => {
    const id = await almostDone();
    const before = (await agents.list(own, { limit: 100 })).data.length;
    const results = await Promise.allSettled([
      answer(id, 'no, nada más'),
      answer(id, 'no, nada más'),
      answer(id, 'no, nada más'),
    ]);
    const refused = results.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused.map(({ reason }) => (reason as AppError).code)).toEqual([
      'conflict',
      'conflict',
    ]);
    expect((await agents.list(own, { limit: 100 })).data).toHaveLength(before + 1);
  });

  it('refuses further answers', async () => {
    const id = await almostDone();
    await answer(id, 'no');
    await expect(answer(id, 'otra cosa')).rejects.toSatisfy(code('conflict'));
    await expect(interviews.requireAnswerable(own, id)).rejects.toSatisfy(code('conflict'));
  });

  it('gives a nameless business a name', async () => {
    const { id } = await interviews.start(own, { language: 'en' });
    let interview = await interviews.get(own, id);
    while (interview.status === 'in_progress') {
      ({ interview } = await answer(id, "I don't know"));
    }
    const agent = await agents.get(own, interview.agent_id ?? newId('agt'));
    expect(agent).toMatchObject({ name: 'My business', language: 'en' });
  });
});

describe('two answers at once', () => {
  it('keeps the first and refuses the second', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga' });
    const results = await Promise.allSettled([answer(id, 'La Espiga'), answer(id, 'La Espiga')]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { data } = await interviews.listMessages(own, id, { limit: 20 });
    expect(data.map(({ role }) => role)).toEqual(['interviewer', 'owner', 'interviewer']);
  });

  it('refuses an answer while the question is still being phrased', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga' });
    const phrasing = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    script.phrase = async function* () {
      phrasing.resolve();
      await go.promise;
      yield '¿Qué vende?';
    };
    const first = answer(id, 'La Espiga');
    await phrasing.promise;
    await expect(answer(id, 'La Espiga')).rejects.toSatisfy(code('conflict'));
    go.resolve();
    expect((await first).message.content).toBe('¿Qué vende?');
  });

  it('goes on after a crash between the answer and its question', async () => {
    const { id } = await interviews.start(own);
    await t.db.withOrg(own, async (tx) => {
      await tx
        .insertInto('interview_messages')
        .values({
          id: newId('msg'),
          org_id: own.orgId,
          interview_id: id,
          position: 1,
          role: 'owner',
          content: 'La Espiga',
          topic: 'business_name',
          patch: null,
          created_at: clock.now(),
        })
        .execute();
      await tx.updateTable('interviews').set({ asking: 'goal' }).where('id', '=', id).execute();
    });
    expect((await interviews.get(own, id)).question).toEqual({
      topic: 'goal',
      content: questionAbout('goal', 'es'),
    });
    await clock.advance(limits.interview.replyWindowMs);
    said({ goal: 'sales' });
    expect((await answer(id, 'vender')).interview.config.goal).toBe('sales');
  });

  it('leaves a question behind when the owner hangs up in the middle of it', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga' });
    for await (const event of interviews.answer(own, id, 'La Espiga', never)) {
      if (event.type === 'message.delta') break;
    }
    const { question } = await interviews.get(own, id);
    expect(question).toEqual({
      topic: 'business_description',
      content: questionAbout('business_description', 'es'),
    });
    const { data } = await interviews.listMessages(own, id, { limit: 20 });
    expect(data.at(-1)).toMatchObject({ role: 'interviewer', content: question?.content });
  });
});

describe('correcting the configuration directly', () => {
  it('changes what is known while the interview runs', async () => {
    const { id } = await interviews.start(own);
    const interview = await interviews.patchConfig(own, id, {
      tone: 'formal',
      opening_hours: { sunday: [] },
    });
    expect(interview.config.tone).toBe('formal');
    expect(interview.remaining_topics).not.toContain('tone');
    expect(interview.remaining_topics).not.toContain('opening_hours');
  });

  it('writes a new version of the agent once the interview is over', async () => {
    const id = await almostDone();
    const { agent } = await answer(id, 'no');
    const interview = await interviews.patchConfig(own, id, { business_name: 'La Espiga Dorada' });
    expect(interview.config.business_name).toBe('La Espiga Dorada');
    const changed = await agents.get(own, agent?.id ?? newId('agt'));
    expect(changed).toMatchObject({ name: 'La Espiga Dorada', version: 2 });
  });
});

describe('isolation', () => {
  it('answers another organization as if the interview did not exist', async () => {
    const { id } = await interviews.start(own);
    const notFound = code('not_found');
    await expect(interviews.get(other, id)).rejects.toSatisfy(notFound);
    await expect(interviews.listMessages(other, id, { limit: 1 })).rejects.toSatisfy(notFound);
    await expect(interviews.patchConfig(other, id, { tone: 'x' })).rejects.toSatisfy(notFound);
    await expect(interviews.answerAndWait(other, id, 'x', never)).rejects.toSatisfy(notFound);
    expect((await interviews.list(other, { limit: 20 })).data).toEqual([]);
  });

  it('shows messages page by page, oldest first', async () => {
    const { id } = await interviews.start(own);
    said({ business_name: 'La Espiga' });
    await answer(id, 'La Espiga');
    const first = await interviews.listMessages(own, id, { limit: 2 });
    const rest = await interviews.listMessages(own, id, {
      limit: 2,
      cursor: first.next_cursor ?? '',
    });
    expect([...first.data, ...rest.data].map(({ role }) => role)).toEqual([
      'interviewer',
      'owner',
      'interviewer',
    ]);
    expect(rest.has_more).toBe(false);
  });
});
