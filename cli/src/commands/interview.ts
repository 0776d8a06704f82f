import type { Agent } from '@alo/sdk';
import { z } from 'zod';
import type { Context } from '../lib/context.ts';
import { defineCommand, option } from '../lib/define-command.ts';
import { usageError } from '../lib/errors.ts';
import { createAnswerer } from '../tour/answers.ts';
import { readAnswers, resolveTyped } from '../tour/files.ts';
import { holdInterview } from '../tour/interview.ts';
import { agentView } from './agents/show.ts';

export const interview = defineCommand({
  name: 'interview',
  summary: {
    es: 'La entrevista de la que nace su agente',
    en: 'The interview your agent comes of',
  },
  fields: {
    answers: option(
      z.string().optional(),
      {
        es: 'Contesta desde un archivo: answers: { tema: lo que usted diría }',
        en: 'Answer from a file: answers: { topic: what you would say }',
      },
      { value: 'FILE.yaml' },
    ),
  },
  examples: ['interview', 'interview --answers negocio.yaml'],
  async run({ answers }, context) {
    const agent = answers === undefined ? await ask(context) : await play(context, answers);
    const { output, lang } = context;
    output.result(agent, (clean, style) => agentView(clean, style, lang));
  },
});

async function ask(context: Context): Promise<Agent> {
  if (!context.prompts.interactive) {
    throw usageError({
      es: 'Sin terminal, la entrevista se contesta con --answers FILE.yaml.',
      en: 'Without a terminal, the interview is answered with --answers FILE.yaml.',
    });
  }
  const { showInterview } = await import('../ui/interview-chat.tsx');
  return showInterview(context);
}

async function play({ sdk, lang, signal, io }: Context, path: string): Promise<Agent> {
  const answers = await readAnswers(resolveTyped(path, io), lang);
  return holdInterview({ sdk, lang, signal, answer: createAnswerer(answers) });
}
