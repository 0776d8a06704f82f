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
  const elapsedMs =
    state.outcome?.durationMs ?? (call.startedAtMs === null ? 0 : nowMs - call.startedAtMs);
  const cost = state.outcome?.cost ?? {
    amount: costSoFar(call.ratePerMinute, elapsedMs),
    currency: call.currency,
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
        <SaidLine key={`${state.said.length}-${index}`} said={said} lang={lang} />
      ))}
      {state.hearing !== '' && (
        <Text dimColor>{`${t({ es: 'Cliente', en: 'Caller' })}  ${state.hearing}…`}</Text>
      )}
      <Text dimColor>
        {state.speaking === 'agent' &&
          t({ es: '◖ habla el agente', en: '◖ the agent is speaking' })}
        {state.speaking === 'caller' &&
          t({ es: '◗ habla el cliente', en: '◗ the caller is speaking' })}
        {state.speaking === null && ' '}
      </Text>
    </Box>
  );
}

function SaidLine({ said, lang }: { said: Said; lang: Language }) {
  if (said.who === 'note') {
    return <Text dimColor>{`   ⌕ ${toolNotes[said.text]?.[lang] ?? said.text}`}</Text>;
  }
  const name = {
    caller: { es: 'Cliente', en: 'Caller ' },
    agent: { es: 'Agente ', en: 'Agent  ' },
  }[said.who];
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

/** What the agent's tools do, in words. */
const toolNotes: Readonly<Record<string, Localized>> = {
  search_knowledge: { es: 'busca en sus documentos', en: 'looks in your documents' },
  end_call: { es: 'va a colgar', en: 'is about to hang up' },
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

function phaseText({ state }: LiveCall, lang: Language): string {
  if (state.outcome) return callStatus(state.outcome.status, lang);
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
