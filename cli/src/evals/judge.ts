import type { CallDetail } from '@alo/sdk';
import { formatLatency } from '../lib/format.ts';
import type { Localized } from '../lib/language.ts';
import type { Scenario } from './scenario.ts';

/** What of a scenario did not hold in the call that was made; nothing if it passed. Pure. */
export function judge(scenario: Scenario, call: CallDetail): Localized[] {
  return [
    ...unheardLines(scenario, call),
    ...wrongWords(scenario, call),
    ...missingTools(scenario, call),
    ...slowAnswers(scenario, call),
  ];
}

/** Somebody who could not say all they had to proves nothing. */
function unheardLines({ lines }: Scenario, { turns }: CallDetail): Localized[] {
  const heard = turns.filter((turn) => turn.caller !== null).length;
  if (heard > 0) return [];
  return [
    {
      es: `no se oyó a quien llamó (tenía ${lines.length} frases)`,
      en: `the caller was not heard (they had ${lines.length} lines)`,
    },
  ];
}

function wrongWords({ expect }: Scenario, { turns }: CallDetail): Localized[] {
  const said = plain(turns.map((turn) => turn.agent).join(' '));
  const says = (words: string) => said.includes(plain(words));
  const missing = expect.facts
    .filter((ways) => !ways.some(says))
    .map((ways) => ways.map((way) => `«${way}»`))
    .map((ways) => ({ es: `no dijo ${ways.join(' o ')}`, en: `did not say ${ways.join(' or ')}` }));
  const forbidden = expect.never
    .filter(says)
    .map((words) => ({ es: `dijo «${words}»`, en: `said «${words}»` }));
  return [...missing, ...forbidden];
}

function missingTools({ expect }: Scenario, { turns }: CallDetail): Localized[] {
  const called = new Set(turns.flatMap((turn) => turn.tool_calls.map((tool) => tool.name)));
  return expect.tools
    .filter((tool) => !called.has(tool))
    .map((tool) => ({ es: `no usó ${tool}`, en: `did not use ${tool}` }));
}

function slowAnswers({ latency }: Scenario, call: CallDetail): Localized[] {
  const measured = call.voice_to_voice_ms;
  return (['p50', 'p95'] as const).flatMap((name) => {
    const budget = latency[`${name}_ms`];
    if (budget === undefined) return [];
    if (!measured) return [{ es: `${name} sin medir`, en: `${name} not measured` }];
    if (measured[name] <= budget) return [];
    const over = (lang: 'es' | 'en') =>
      `${name} ${formatLatency(measured[name], lang)} > ${formatLatency(budget, lang)}`;
    return [{ es: over('es'), en: over('en') }];
  });
}

/**
 * As it sounds: no accents, no capitals, no signs but those within a number; 7:00 is said as 7, and
 * 12.500 as 12500.
 */
function plain(words: string): string {
  const bare = words
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/(?<=\b\d{1,2}):00\b/g, '')
    .replace(/(?<=\d)[.,](?=\d{3}(?!\d))/g, '');
  return ` ${bare
    .replace(/(?<!\d)[.,:]|[.,:](?!\d)|[^\p{L}\p{N}.,:]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()} `;
}
