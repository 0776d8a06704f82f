import type { Agent } from '@alo/sdk';
import { z } from 'zod';
import { configFields, configLabel, configLines } from '../../lib/config-view.ts';
import { argument, defineCommand, flag } from '../../lib/define-command.ts';
import type { Language } from '../../lib/language.ts';
import type { Style } from '../../lib/style.ts';
import { agentIdOf } from './newest.ts';

export const agentsShow = defineCommand({
  name: 'agents show',
  summary: {
    es: 'Muestra un agente (el más nuevo si no dice cuál)',
    en: 'Show an agent (the newest by default)',
  },
  fields: {
    agent: argument(z.string().optional(), { es: 'Su id (agt_…)', en: 'Its id (agt_…)' }),
    prompt: flag(z.boolean().optional(), {
      es: 'Muestra también las instrucciones completas',
      en: 'Show the whole instructions as well',
    }),
  },
  examples: ['agents show', 'agents show --prompt'],
  async run({ agent, prompt }, context) {
    const { sdk, output, signal, lang } = context;
    const found = await sdk.agents.get(await agentIdOf(context, agent), { signal });
    output.result(found, (clean, style) => {
      const view = agentView(clean, style, lang);
      return prompt ? `${view}\n\n${clean.system_prompt}` : view;
    });
  },
});

export function agentView(agent: Agent, style: Style, lang: Language): string {
  const lines = [`${style.bold(agent.name)}  ${style.dim(`${agent.id} · v${agent.version}`)}`];
  for (const field of configFields) {
    const [first, ...rest] = configLines(agent.config, field, lang);
    if (first === undefined) continue;
    const label = configLabel(field, lang).padEnd(20);
    lines.push(`${style.accent(label)} ${first}`, ...rest.map((one) => `${' '.repeat(21)}${one}`));
  }
  return lines.join('\n');
}
