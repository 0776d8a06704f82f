import { z } from 'zod';
import { argument, defineCommand, option } from '../../lib/define-command.ts';

export const knowledgeSearch = defineCommand({
  name: 'knowledge search',
  summary: { es: 'Busca como buscaría el agente', en: 'Search as the agent would' },
  fields: {
    query: argument(
      z.array(z.string()).min(1),
      { es: 'La pregunta', en: 'The question' },
      { many: true, value: 'QUERY' },
    ),
    limit: option(
      z.coerce.number().int().min(1).max(20).default(5),
      { es: 'Cuántos pasajes, de 1 a 20', en: 'How many passages, 1 to 20' },
      { value: 'N' },
    ),
  },
  examples: ['knowledge search "cuánto vale el pandebono"'],
  async run({ query, limit }, { sdk, output, signal, t }) {
    const data = await sdk.knowledge.search({ query: query.join(' '), limit }, { signal });
    output.result({ data }, ({ data: found }, style) =>
      found.length === 0
        ? t({ es: 'Nada.', en: 'Nothing.' })
        : found
            .map(
              (one) =>
                `${style.accent(one.score.toFixed(2))}  ${style.dim(one.filename)}\n${one.text.trim()}`,
            )
            .join('\n\n'),
    );
  },
});
