import type { Agent } from '@alo/sdk';
import type { Context } from '../lib/context.ts';
import type { Question } from '../tour/answers.ts';
import { holdInterview } from '../tour/interview.ts';
import { openStage, type Stage } from './stage.tsx';

/** The interview as a chat on a screen of its own. */
export async function showInterview(context: Context): Promise<Agent> {
  const stage = openStage(context);
  try {
    return await chat(stage, context);
  } finally {
    await stage.close();
  }
}

export interface ChatOptions {
  /** What could be answered, offered for Enter. */
  readonly suggest?: (question: Question) => string;
}

/** The interview as a chat on a stage that is open already. */
export async function chat(
  stage: Stage,
  { sdk, lang, signal }: Pick<Context, 'sdk' | 'lang' | 'signal'>,
  { suggest }: ChatOptions = {},
): Promise<Agent> {
  const label = lang === 'es' ? 'Usted' : 'You';
  const agent = await holdInterview({
    sdk,
    lang,
    signal,
    onQuestion: ({ content }) => stage.dispatch({ type: 'question', content }),
    onEvent: (event) => stage.dispatch({ type: 'interview.event', event }),
    answer: async (question) => {
      const said = await stage.ask({ label, initial: suggest?.(question) ?? '', check: notEmpty });
      stage.dispatch({ type: 'line', kind: 'interviewer', text: question.content });
      stage.dispatch({ type: 'line', kind: 'owner', text: said });
      stage.dispatch({ type: 'question', content: '' });
      return said;
    },
  });
  stage.dispatch({ type: 'interview.done' });
  return agent;
}

const notEmpty = (text: string) =>
  text === ''
    ? { es: 'Diga algo; «no sé» también vale.', en: 'Say something; “I don’t know” will do.' }
    : undefined;
