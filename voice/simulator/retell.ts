import type { Faults } from './faults.ts';
import { invariants, type Violation } from './invariants.ts';
import type { Observed } from './simulate.ts';

interface Line {
  readonly atMs: number;
  readonly who: string;
  readonly what: string;
}

/** A simulated call as a person reads it: what went wrong by chance, who said what when, and what held. */
export function retell(seed: number, call: Observed, violations: readonly Violation[]): string {
  const told = [...fromRoom(call), ...fromEvents(call)].toSorted((a, b) => a.atMs - b.atMs);
  return [
    `seed ${seed}: ${call.outcome?.reason ?? 'it never ended'} after ${seconds(call.endedAtMs)} s`,
    `what may go wrong: ${faultsOf(call.faults)}`,
    '',
    ...told.map(({ atMs, who, what }) => `${seconds(atMs).padStart(6)}  ${who.padEnd(7)} ${what}`),
    '',
    ...Object.keys(invariants).flatMap((invariant) => verdict(invariant, violations)),
    '',
  ].join('\n');
}

function verdict(invariant: string, violations: readonly Violation[]): string[] {
  const broken = violations.filter((violation) => violation.invariant === invariant);
  if (broken.length === 0) return [`✓ ${invariant}`];
  return broken.map(({ what }) => `✗ ${invariant}: ${what}`);
}

function faultsOf(faults: Faults): string {
  const likely = Object.entries(faults).filter(([, probability]) => probability > 0);
  if (likely.length === 0) return 'nothing';
  return likely.map(([name, share]) => `${name} ${Math.round(share * 100)} %`).join(', ');
}

/** What the call's own record says. */
function fromEvents({ events }: Observed): Line[] {
  return events.flatMap(({ type, atMs, data }): Line[] => {
    const line = (who: string, what: string) => [{ atMs, who, what }];
    switch (type) {
      case 'agent.speaking':
        return line('agent', `${data['text']}${data['filler'] ? '  (while it is late)' : ''}`);
      case 'turn.completed':
        if (!data['interrupted']) return [];
        return line('agent', `is cut off; heard was «${data['agent']}»`);
      case 'tool.called':
        return line('', `${data['name']} ${data['arguments']}${data['ahead'] ? ', ahead' : ''}`);
      case 'provider.failed':
        return line('', `${data['provider']} fails: ${data['kind']}`);
      case 'caller.said':
        return line('', `is answered: «${data['text']}»`);
      case 'line.lost':
        return line('', 'the line is lost');
      case 'line.back':
        return line('', 'the line is back');
      case 'operator.whispered':
        return line('', `whispered to the agent: «${data['text']}»`);
      default:
        return [];
    }
  });
}

/** What was to be heard in the caller's room. */
function fromRoom(call: Observed): Line[] {
  const { finished, line, funds, callerSoundsMs, outcome, endedAtMs } = call;
  const begins = callerSoundsMs.filter(
    (atMs, i) => atMs - (callerSoundsMs[i - 1] ?? -Infinity) > 60,
  );
  return [
    ...begins.map((atMs) => ({ atMs, who: 'caller', what: '…' })),
    ...finished.map(({ atMs, text }) => ({ atMs, who: 'caller', what: text })),
    ...funds.map(({ atMs, level }) => ({ atMs, who: '', what: `funds ${level}` })),
    ...line.log
      .filter(({ event }) => event === 'clear')
      .map(({ atMs }) => ({ atMs, who: '', what: 'the carrier forgets what it has not played' })),
    { atMs: endedAtMs, who: '', what: outcome?.reason ?? 'watched no longer' },
  ];
}

const seconds = (ms: number) => (ms / 1_000).toFixed(1);
