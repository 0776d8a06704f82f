import type { CallLatency } from '@alo/sdk';
import { z } from 'zod';
import { causeName } from '../../lib/call-view.ts';
import { defineCommand, option } from '../../lib/define-command.ts';
import { bar, formatLatency, formatPercent } from '../../lib/format.ts';
import type { Language } from '../../lib/language.ts';
import type { Style } from '../../lib/style.ts';

const barWidth = 24;

export const latencyReport = defineCommand({
  name: 'latency report',
  summary: {
    es: 'Cuánto esperan quienes llaman, y por qué',
    en: 'How long callers wait, and for what',
  },
  fields: {
    since: option(
      z.string().optional(),
      { es: 'Desde cuándo: 90m, 24h, 7d', en: 'How far back: 90m, 24h, 7d' },
      { value: 'SPAN' },
    ),
  },
  examples: ['latency report --since 7d', 'latency report --since 24h --json'],
  async run({ since }, { sdk, output, signal, lang }) {
    const report = await sdk.calls.latency(since === undefined ? {} : { since }, { signal });
    output.result(report, (clean, style) => reportView(clean, style, lang));
  },
});

function reportView(report: CallLatency, style: Style, lang: Language): string {
  const es = lang === 'es';
  const waits = report.voice_to_voice_ms;
  if (!waits) return es ? 'Nadie ha llamado en ese tiempo.' : 'Nobody called in that time.';
  const ms = (value: number) => formatLatency(value, lang);
  const over = report.over_target;
  const target = ms(report.target_ms);
  const paint = over.share > 0.05 ? style.warn : style.good;
  const count = es
    ? `${report.turns} respuestas en ${report.calls} llamadas`
    : `${report.turns} answers in ${report.calls} calls`;
  const lines = [
    style.bold(es ? 'De voz a voz' : 'Voice to voice') + style.dim(`  ${count}`),
    `p50 ${ms(waits.p50)} · p95 ${ms(waits.p95)} · p99 ${ms(waits.p99)}`,
    '',
    paint(`${es ? 'Más de' : 'Over'} ${target}: ${formatPercent(over.share, lang)}`),
    ...causeLines(report, style, lang),
  ];
  const asides = [
    report.speculated > 0
      ? `${report.speculated} ${es ? 'empezadas antes de tiempo' : 'begun early'}`
      : undefined,
    report.failed > 0
      ? `${report.failed} ${es ? 'con fallas de un proveedor' : 'with a provider failing'}`
      : undefined,
  ].filter((aside) => aside !== undefined);
  if (asides.length > 0) lines.push('', style.dim(asides.join(' · ')));
  return lines.join('\n');
}

/** The causes of what took too long, the commonest first; those that never did are left out. */
function causeLines({ causes }: CallLatency, style: Style, lang: Language): string[] {
  const late = causes
    .filter((cause) => cause.over_target > 0)
    .toSorted((a, b) => b.over_target - a.over_target);
  const worst = late[0]?.share ?? 0;
  return late.map(({ cause, share, p95 }) => {
    const name = causeName(cause, lang).padEnd(14);
    const drawn = style.warn(bar(share, worst, barWidth));
    const percent = formatPercent(share, lang).padStart(7);
    return `  ${name}${drawn}${percent}  ${style.dim(`p95 ${formatLatency(p95, lang)}`)}`;
  });
}
