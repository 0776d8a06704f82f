import type { Call, CallDetail, CallEvent, CallTurn, TurnCause } from '@alo/sdk';
import { bar, formatDuration, formatLatency, formatMoney } from './format.ts';
import type { Language, Localized } from './language.ts';
import type { Style } from './style.ts';

/** From the caller's last sound to the agent's first one; past this, people notice. */
export const targetLatencyMs = 800;
const scaleMs = 2 * targetLatencyMs;
const barWidth = 20;

const statuses: Readonly<Record<Call['status'], Localized>> = {
  queued: { es: 'en cola', en: 'queued' },
  dialing: { es: 'marcando', en: 'dialing' },
  in_progress: { es: 'en curso', en: 'in progress' },
  completed: { es: 'terminada', en: 'completed' },
  no_answer: { es: 'no contestó', en: 'no answer' },
  busy: { es: 'ocupado', en: 'busy' },
  failed: { es: 'falló', en: 'failed' },
};

export function callStatus(status: string, lang: Language): string {
  return statuses[status as Call['status']]?.[lang] ?? status;
}

const causes: Readonly<Record<TurnCause, Localized>> = {
  endpointing: { es: 'fin del turno', en: 'end of turn' },
  tool: { es: 'consulta', en: 'tool' },
  model: { es: 'modelo', en: 'model' },
  voice: { es: 'voz', en: 'voice' },
  pacing: { es: 'envío', en: 'pacing' },
};

/** What a caller waited for longest, in a word or two. */
export function causeName(cause: TurnCause | null, lang: Language): string {
  return cause === null ? (lang === 'es' ? 'sin dato' : 'not known') : causes[cause][lang];
}

/** Who was called: a number, or nobody's. */
export function calledParty({ kind, to }: Pick<Call, 'kind' | 'to'>, lang: Language): string {
  return kind === 'talk' ? { es: 'conversación', en: 'talk' }[lang] : to;
}

/** A turn's latency as a bar: green under the target, yellow under twice the target. */
function latencyBar(latencyMs: number, style: Style, lang: Language): string {
  const paint =
    latencyMs <= targetLatencyMs ? style.good : latencyMs <= scaleMs ? style.warn : style.bad;
  return `${paint(bar(latencyMs, scaleMs, barWidth))} ${formatLatency(latencyMs, lang)}`;
}

/** The call with its turns, as `alo calls show` and the end of a test call print it. */
export function callDetailView(call: CallDetail, style: Style, lang: Language): string {
  const parts = [
    callStatus(call.status, lang),
    call.duration_ms === null ? undefined : formatDuration(call.duration_ms),
    call.cost ? formatMoney(call.cost, lang) : undefined,
    call.end_reason ?? undefined,
  ].filter((part) => part !== undefined);
  const lines = [
    `${style.bold(partiesOf(call, lang))}  ${style.dim(call.id)}`,
    parts.join(' · '),
    '',
    ...call.turns.flatMap((turn) => turnLines(turn, style, lang)),
  ];
  const latency = call.voice_to_voice_ms;
  if (latency) {
    const name = lang === 'es' ? 'De voz a voz' : 'Voice to voice';
    lines.push(
      '',
      `${name}: p50 ${formatLatency(latency.p50, lang)}, p95 ${formatLatency(latency.p95, lang)}`,
    );
  }
  return lines.join('\n');
}

function partiesOf(call: Call, lang: Language): string {
  if (call.kind === 'talk') return { es: 'Conversación', en: 'Talk' }[lang];
  return `${call.from} → ${call.to}`;
}

function turnLines(turn: CallTurn, style: Style, lang: Language): string[] {
  const caller = lang === 'es' ? 'Cliente' : 'Caller';
  const agent = lang === 'es' ? 'Agente ' : 'Agent ';
  const lines: string[] = [];
  if (turn.caller !== null) lines.push(`${style.warn(caller)}  ${turn.caller}`);
  if (turn.agent !== '')
    lines.push(`${style.accent(agent)}  ${turn.agent}${turn.interrupted ? ' —' : ''}`);
  if (turn.voice_to_voice_ms !== null) {
    const why = whyLine(turn, lang);
    lines.push(
      `         ${latencyBar(turn.voice_to_voice_ms, style, lang)}${why && style.dim(`  ${why}`)}`,
    );
  }
  return lines;
}

/** What took longest, what was won by beginning early, what failed on the way. */
function whyLine(turn: CallTurn, lang: Language): string {
  const parts = [
    turn.cause ? causeName(turn.cause, lang) : undefined,
    turn.tool_ms > 0
      ? `${lang === 'es' ? 'consultas' : 'tools'} ${formatLatency(turn.tool_ms, lang)}`
      : undefined,
    typeof turn.speculative_start_ms === 'number'
      ? { es: 'empezada antes', en: 'begun early' }[lang]
      : undefined,
    turn.failure ?? undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** One event as a line, for people who follow a call without a live screen. */
export function eventLine(event: CallEvent, style: Style, lang: Language): string {
  const at = style.dim((event.at_ms / 1_000).toFixed(1).padStart(6));
  return `${at}  ${event.type.padEnd(16)} ${eventText(event, style, lang)}`.trimEnd();
}

function eventText({ type, data }: CallEvent, style: Style, lang: Language): string {
  const latencyMs = data['voice_to_voice_ms'];
  if (type === 'turn.completed' && typeof latencyMs === 'number')
    return latencyBar(latencyMs, style, lang);
  if (type === 'call.ended') return callStatus(String(data['status']), lang);
  return [data['text'], data['to'], data['name'], data['provider']]
    .filter((one) => typeof one === 'string')
    .join(' ');
}
