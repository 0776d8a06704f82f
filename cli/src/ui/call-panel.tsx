import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import { callStatus, targetLatencyMs } from '../lib/call-view.ts';
import { bar, formatDuration, formatLatency, formatMoney } from '../lib/format.ts';
import type { Language, Localized } from '../lib/language.ts';
import { costSoFar, type Said } from './call-state.ts';
import type { LiveCall } from './screen-state.ts';

const linesShown = 8;
const tickMs = 250;

/** A call as it happens: who speaks, what is said, how fast the agent answered, what it costs. */
export function CallPanel({
  call,
  lang,
  now,
}: {
  call: LiveCall;
  lang: Language;
  now: () => number;
}) {
  const nowMs = useTicking(call.startedAtMs !== null && call.state.outcome === null, now);
  const { state } = call;
  const t = (text: Localized) => text[lang];
  // The call may have begun after the last tick.
  const soFarMs = call.startedAtMs === null ? 0 : Math.max(0, nowMs - call.startedAtMs);
  const elapsedMs = state.outcome?.durationMs ?? soFarMs;
  const cost = state.outcome?.cost ?? {
    amount: costSoFar(call.price, elapsedMs),
    currency: call.price.rate_per_minute.currency,
  };
  return (
    <Box flexDirection="column" borderStyle="round" borderColor="cyan" paddingX={1}>
      <Box justifyContent="space-between">
        <Text bold>
          {phaseMark(state.phase)} {state.to} · {phaseText(call, lang)}
        </Text>
        <Text>
          {formatDuration(elapsedMs)} · {formatMoney(cost, lang)}
        </Text>
      </Box>
      {state.said.slice(-linesShown).map((said, index) => (
        <SaidLine
          key={`${state.said.length}-${index}`}
          said={said}
          isOwn={call.isOwn}
          lang={lang}
        />
      ))}
      {state.hearing !== '' && (
        <Text dimColor>{`${t(callerNames[call.isOwn ? 'own' : 'other'])}  ${state.hearing}…`}</Text>
      )}
      <Text dimColor>
        {state.speaking === 'agent' &&
          t({ es: '◖ habla el agente', en: '◖ the agent is speaking' })}
        {state.speaking === 'caller' &&
          (call.isOwn
            ? t({ es: '◗ habla usted', en: '◗ you are speaking' })
            : t({ es: '◗ habla el cliente', en: '◗ the caller is speaking' }))}
        {state.speaking === null && ' '}
      </Text>
    </Box>
  );
}

const callerNames = {
  own: { es: 'Usted  ', en: 'You    ' },
  other: { es: 'Cliente', en: 'Caller ' },
} as const satisfies Record<string, Localized>;
const agentName: Localized = { es: 'Agente ', en: 'Agent  ' };

function SaidLine({ said, isOwn, lang }: { said: Said; isOwn: boolean; lang: Language }) {
  if (said.who === 'note') {
    const [mark, text] = notes[said.text] ?? ['⌕', undefined];
    return <Text dimColor>{`   ${mark} ${text?.[lang] ?? said.text}`}</Text>;
  }
  const name = said.who === 'agent' ? agentName : callerNames[isOwn ? 'own' : 'other'];
  return (
    <Box flexDirection="column">
      <Text>
        <Text color={said.who === 'agent' ? 'cyan' : 'yellow'}>{name[lang]}</Text>
        {`  ${said.text}`}
      </Text>
      {said.latencyMs !== undefined && <LatencyLine latencyMs={said.latencyMs} lang={lang} />}
    </Box>
  );
}

/** What the agent's tools do, what an operator does, and what befalls the line, in words. */
const notes: Readonly<Record<string, readonly [mark: string, text: Localized]>> = {
  search_knowledge: ['⌕', { es: 'busca en sus documentos', en: 'looks in your documents' }],
  end_call: ['⌕', { es: 'va a colgar', en: 'is about to hang up' }],
  'operator.said': ['✎', { es: 'una persona le dicta', en: 'a person has it say' }],
  'operator.whispered': ['✎', { es: 'una persona le dice algo al oído', en: 'a person whispers' }],
  'operator.took_over': ['✎', { es: 'una persona toma la llamada', en: 'a person takes over' }],
  'operator.handed_back': ['✎', { es: 'el agente vuelve a responder', en: 'the agent is back' }],
  'operator.hung_up': ['✎', { es: 'una persona cuelga', en: 'a person hangs up' }],
  'line.lost': ['⚡', { es: 'se cayó la línea', en: 'the line dropped' }],
  'line.back': ['⚡', { es: 'la línea volvió', en: 'the line is back' }],
};

function LatencyLine({ latencyMs, lang }: { latencyMs: number; lang: Language }) {
  const color =
    latencyMs <= targetLatencyMs ? 'green' : latencyMs <= 2 * targetLatencyMs ? 'yellow' : 'red';
  return (
    <Text>
      {'         '}
      <Text color={color}>{bar(latencyMs, 2 * targetLatencyMs, 16)}</Text>{' '}
      {formatLatency(latencyMs, lang)}
    </Text>
  );
}

function phaseMark(phase: LiveCall['state']['phase']): string {
  return { queued: '…', dialing: '☎', talking: '●', ended: '✓' }[phase];
}

function phaseText({ state, isOwn }: LiveCall, lang: Language): string {
  if (state.outcome) return callStatus(state.outcome.status, lang);
  // Nothing rings in a talk of one's own.
  if (isOwn && state.phase !== 'talking') return { es: 'conectando', en: 'connecting' }[lang];
  return callStatus(
    { queued: 'queued', dialing: 'dialing', talking: 'in_progress', ended: 'completed' }[
      state.phase
    ],
    lang,
  );
}

/** The time now, kept up to date while it matters. */
function useTicking(isOn: boolean, now: () => number): number {
  const [nowMs, setNowMs] = useState(now);
  useEffect(() => {
    if (!isOn) return undefined;
    const timer = setInterval(() => setNowMs(now()), tickMs);
    return () => clearInterval(timer);
  }, [isOn, now]);
  return nowMs;
}
