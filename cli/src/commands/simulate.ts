import { z } from 'zod';
import { judge } from '../evals/judge.ts';
import { readScenario, type Scenario } from '../evals/scenario.ts';
import type { Context } from '../lib/context.ts';
import { argument, defineCommand, flag, option } from '../lib/define-command.ts';
import { CliError, usageError } from '../lib/errors.ts';
import { formatLatency } from '../lib/format.ts';
import type { Language } from '../lib/language.ts';
import { setCaller } from '../lib/sandbox.ts';
import type { Style } from '../lib/style.ts';
import { makeTestCall } from '../tour/call.ts';
import { resolveTyped } from '../tour/files.ts';
import { agentIdOf } from './agents/newest.ts';

/** Failures that are the scenario's; any other says nothing about the agent. */
const callFailures: readonly string[] = ['call_failed', 'timeout'];

interface Verdict {
  readonly scenario: string;
  readonly passed: boolean;
  readonly call_id: string | null;
  readonly voice_to_voice_ms: { readonly p50: number; readonly p95: number } | null;
  readonly failures: readonly string[];
}

export const simulate = defineCommand({
  name: 'simulate',
  summary: {
    es: 'Prueba su agente con llamadas escritas, y dice qué no se cumplió',
    en: 'Try your agent with scripted calls, and say what did not hold',
  },
  fields: {
    scenarios: argument(
      z.array(z.string()).min(1),
      { es: 'Los guiones, en YAML', en: 'The scenarios, in YAML' },
      { many: true, value: 'FILE' },
    ),
    agent: option(z.string().optional(), {
      es: 'El agente (el más nuevo si no dice cuál)',
      en: 'The agent (the newest by default)',
    }),
    yes: flag(z.boolean().optional(), {
      es: 'Llama aunque los teléfonos sean reales',
      en: 'Call even where the phones are real',
    }),
  },
  examples: ['simulate examples/panaderia/evals/*.yaml', 'simulate evals/*.yaml --json'],
  async run({ scenarios: paths, agent, yes }, context) {
    const { sdk, output, signal, lang, io } = context;
    // All of them before the first call: a typo is not found out after minutes.
    const scenarios: Scenario[] = [];
    for (const path of paths) scenarios.push(await readScenario(resolveTyped(path, io), lang));
    const { sandbox, sandbox_urls: urls } = await sdk.health({ signal });
    const telnyxUrl = sandbox.includes('telnyx') ? urls['telnyx'] : undefined;
    if (telnyxUrl === undefined) confirmLive(scenarios, yes === true, context);
    const agentId = await agentIdOf(context, agent);

    const verdicts: Verdict[] = [];
    for (const scenario of scenarios) {
      output.note({ es: `☎ ${scenario.name}…`, en: `☎ ${scenario.name}…` });
      if (telnyxUrl) await setCaller(io.fetch ?? fetch, telnyxUrl, scenario, signal);
      const verdict = await run(scenario, agentId, context);
      verdicts.push(verdict);
      if (!output.json) output.item(verdict, (clean, style) => verdictView(clean, style, lang));
    }
    const failed = verdicts.filter((verdict) => !verdict.passed).length;
    if (output.json) output.result({ passed: failed === 0, scenarios: verdicts }, () => '');
    if (failed === 0) return;
    throw new CliError('scenarios_failed', {
      es: `No se cumplieron ${failed} de ${verdicts.length} guiones.`,
      en: `${failed} of ${verdicts.length} scenarios did not hold.`,
    });
  },
});

/** Where the telephone is real, somebody has to say yes, pick up, and read the lines. */
function confirmLive(scenarios: readonly Scenario[], yes: boolean, { output }: Context): void {
  const numbers = [...new Set(scenarios.map((scenario) => scenario.number))].join(', ');
  if (!yes) {
    throw usageError(
      {
        es: `Esta plataforma llama de verdad: sonarían ${numbers}, y se cobraría.`,
        en: `This platform calls for real: ${numbers} would ring, and be charged.`,
      },
      { es: 'Si eso quiere: --yes', en: 'If that is what you want: --yes' },
    );
  }
  output.note({
    es: `Suenan teléfonos de verdad (${numbers}): conteste y diga usted las frases.`,
    en: `Real phones ring (${numbers}): pick up and say the lines yourself.`,
  });
}

async function run(scenario: Scenario, agentId: string, context: Context): Promise<Verdict> {
  const { sdk, io, signal, t, lang } = context;
  let callId: string | null = null;
  try {
    const { call } = await makeTestCall({
      sdk,
      agentId,
      to: scenario.number,
      signal,
      now: io.now,
      onCall: ({ id }) => {
        callId = id;
      },
      onNoFunds: async () => {
        throw new CliError('insufficient_funds', {
          es: 'El saldo no alcanza para la llamada: alo wallet top-up',
          en: 'The balance is not enough for the call: alo wallet top-up',
        });
      },
    });
    const failures = judge(scenario, call).map(t);
    return {
      scenario: scenario.name,
      passed: failures.length === 0,
      call_id: call.id,
      voice_to_voice_ms: call.voice_to_voice_ms,
      failures,
    };
  } catch (error) {
    if (!(error instanceof CliError) || !callFailures.includes(error.code)) throw error;
    return {
      scenario: scenario.name,
      passed: false,
      call_id: callId,
      voice_to_voice_ms: null,
      failures: [error.text[lang]],
    };
  }
}

function verdictView(verdict: Verdict, style: Style, lang: Language): string {
  const { passed, scenario, voice_to_voice_ms: waits, failures, call_id: callId } = verdict;
  const latency = waits
    ? `p50 ${formatLatency(waits.p50, lang)}, p95 ${formatLatency(waits.p95, lang)}`
    : '';
  const head = `${passed ? style.good('✓') : style.bad('✗')} ${scenario}  ${style.dim(latency)}`;
  if (passed) return head.trimEnd();
  const lines = failures.map((failure) => `    ${failure}`);
  if (callId) lines.push(style.dim(`    alo calls show ${callId}`));
  return [head.trimEnd(), ...lines].join('\n');
}
