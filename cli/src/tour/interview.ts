import { ConnectionError, ServerError, type Agent, type Alo, type InterviewEvent } from '@alo/sdk';
import { CliError } from '../lib/errors.ts';
import type { Language } from '../lib/language.ts';
import { cleanText } from '../lib/terminal-text.ts';
import type { Question } from './answers.ts';

export interface InterviewOptions {
  readonly sdk: Alo;
  readonly lang: Language;
  readonly signal: AbortSignal;
  /** What the owner says to a question. */
  readonly answer: (question: Question) => Promise<string> | string;
  readonly onQuestion?: (question: Question) => void;
  readonly onEvent?: (event: InterviewEvent) => void;
}

/** An interview asks about eleven things; corrections and repetitions need some room. */
const answersMax = 60;
const triesPerAnswer = 3;

/** Holds an interview from its first question to the agent that comes of it. */
export async function holdInterview(options: InterviewOptions): Promise<Agent> {
  const { sdk, lang, signal, answer, onQuestion } = options;
  const interview = await sdk.interviews.create({ language: lang }, { signal });
  let question: Question | null = interview.question;
  for (let count = 0; question !== null && count < answersMax; count += 1) {
    onQuestion?.(question);
    const content = cleanText(await answer(question)).trim();
    const next: Reply = await reply(options, interview.id, question, content);
    if (next.agent) return next.agent;
    question = next.question;
  }
  throw new CliError('interview_unfinished', {
    es: 'La entrevista no terminó: el entrevistador siguió preguntando.',
    en: 'The interview did not end: the interviewer went on asking.',
  });
}

interface Reply {
  readonly question: Question | null;
  readonly agent?: Agent;
}

/** Sends an answer; where the line breaks or the model fails, looks at what was kept and goes on. */
async function reply(
  options: InterviewOptions,
  id: string,
  asked: Question,
  content: string,
): Promise<Reply> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await streamReply(options, id, content);
    } catch (error) {
      const passing = error instanceof ConnectionError || error instanceof ServerError;
      if (!passing || attempt >= triesPerAnswer) throw error;
      const state = await currentState(options, id);
      // The same question still stands: the answer was not kept, so it is sent again.
      if (state.agent || state.question?.content !== asked.content) return state;
    }
  }
}

async function streamReply(
  { sdk, signal, onEvent }: InterviewOptions,
  id: string,
  content: string,
): Promise<Reply> {
  let question: Question | null = null;
  let agent: Agent | undefined;
  for await (const event of sdk.interviews.messages.stream(id, { content }, { signal })) {
    onEvent?.(event);
    if (event.type === 'message.completed') question = event.message;
    if (event.type === 'interview.completed') agent = event.agent;
  }
  if (agent) return { question: null, agent };
  if (question) return { question };
  throw new ConnectionError('The reply ended before its question.');
}

async function currentState({ sdk, signal }: InterviewOptions, id: string): Promise<Reply> {
  const { question, agent_id: agentId } = await sdk.interviews.get(id, { signal });
  if (agentId === null) return { question };
  return { question: null, agent: await sdk.agents.get(agentId, { signal }) };
}
