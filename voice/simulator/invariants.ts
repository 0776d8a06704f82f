import type { Observed } from './simulate.ts';

/** What must hold in every call, whatever goes wrong in it. */
export const invariants = {
  'one active turn': oneActiveTurn,
  'no stale audio after a barge-in': noStaleAudio,
  'history is what was heard': historyWasHeard,
  'every turn is answered or the call ends': everyTurnAnswered,
  'metered is call time': meteredIsCallTime,
  'what was held is settled': holdsSettled,
  'what is done is done once, and only when asked': doneOnce,
  'a call ends once': endsOnce,
  'nothing is left behind': nothingLeft,
  'queues stay within bounds': queuesBounded,
  'no silence while the caller waits': noDeadAir,
} as const;

export type Invariant = keyof typeof invariants;
export interface Violation {
  readonly invariant: Invariant;
  readonly what: string;
}

export function judge(call: Observed): Violation[] {
  return Object.entries(invariants).flatMap(([invariant, check]) =>
    check(call).map((what) => ({ invariant: invariant as Invariant, what })),
  );
}

/** A frame's worth of lead, and what a late timer adds. */
const QUEUE_MS_MAX = 400;
const SILENCE_MS_MAX = 2_500;
/** The last words before hanging up take so long at most; nothing said in them is answered. */
const CLOSING_MS = 20_000;
/** What is on its way to the room, and words that were cut in the middle. */
const HEARD_SLACK_CHARS = 30;

function oneActiveTurn({ mind }: Observed): string[] {
  return mind.mostAtOnce > 1 ? [`${mind.mostAtOnce} answers were being thought of at once`] : [];
}

/** Once an answer was interrupted for good, none of its audio leaves any more, nor is any heard. */
function noStaleAudio({ turns, line, mind, sounds }: Observed): string[] {
  const faults: string[] = [];
  const answerOf = (text: string) => mind.answers.find(({ token }) => holds(text, token))?.token;
  for (const { turn, atMs } of turns) {
    if (!turn.interrupted) continue;
    const token = answerOf(turn.agentText);
    if (token === undefined) continue;
    const frames = [...line.log.filter(({ event }) => event === 'media'), ...line.sounded];
    const stale = frames.find(
      (each) => each.atMs > atMs && holds(sounds.made.get(each.mark)?.text ?? '', token),
    );
    if (stale) faults.push(`audio of "${token}" ${stale.atMs - atMs} ms after its interruption`);
  }
  return faults;
}

/** Whether the text has this very word. */
const holds = (text: string, token: string) => text.split(/[\s.,…]+/).includes(token);

/** What a turn says was heard, and what the model is told it said, was heard in the room. */
function historyWasHeard({ turns, mind }: Observed): string[] {
  const faults: string[] = [];
  let claimed = 0;
  let slack = 0;
  for (const { turn, heardChars } of turns) {
    claimed += turn.agentText.length;
    slack += HEARD_SLACK_CHARS;
    if (claimed > heardChars + slack) {
      faults.push(
        `turn ${turn.position} claims ${claimed} characters of ${Math.round(heardChars)} heard`,
      );
    }
  }
  const kept = turns.map(({ turn }) => turn.agentText).join(' ');
  for (const said of mind.remembered) {
    const unheard = said
      .split(/\s+/)
      .filter((each) => each.length > 3)
      .find((each) => !kept.includes(each.replace(/[.,…]+$/, '')));
    if (unheard) faults.push(`the model was told it said "${unheard}", which no turn holds`);
  }
  return faults;
}

function everyTurnAnswered({ finished, events, outcome, endedAtMs }: Observed): string[] {
  // What is on the record only because the call ended was not taken up.
  const said = events
    .filter(({ type, atMs }) => type === 'caller.said' && atMs < endedAtMs)
    .map(({ data }) => String(data['text']));
  return finished
    .filter(({ token, atMs }) => {
      if (said.some((text) => text.includes(token))) return false;
      const closing = outcome?.reason !== 'caller_hangup' && atMs > endedAtMs - CLOSING_MS;
      return !closing && atMs < endedAtMs - 3_000;
    })
    .map(({ token, atMs }) => `"${token}", finished at ${atMs} ms, was never taken up`);
}

function meteredIsCallTime({ outcome, endedAtMs }: Observed): string[] {
  if (!outcome) return [];
  const off = Math.abs(outcome.durationMs - endedAtMs);
  return off > 1 ? [`${outcome.durationMs} ms metered of ${endedAtMs} ms`] : [];
}

/** Once, and nothing is held any more. Goodbyes included, no more was used than had been held. */
function holdsSettled({ purse }: Observed): string[] {
  const { grantedMicros, usedMicros, heldMicros, settlements } = purse;
  return [
    ...(settlements === 1 ? [] : [`it was settled ${settlements} times`]),
    ...(heldMicros === 0n ? [] : [`${heldMicros} micros are still held`]),
    ...(usedMicros <= grantedMicros ? [] : [`${usedMicros} micros used of ${grantedMicros} held`]),
  ];
}

/** Nothing is done for words that a caller has not finished, and nothing twice that was done. */
function doneOnce({ deeds, events }: Observed): string[] {
  const faults: string[] = [];
  for (const { what, beganMs } of deeds) {
    const asked = events.some(
      ({ type, atMs, data }) =>
        type === 'caller.said' && atMs <= beganMs && String(data['text']).includes(what),
    );
    if (!asked) faults.push(`"${what}" was begun at ${beganMs} ms, before it was asked for`);
  }
  for (const [what, same] of Map.groupBy(deeds, (deed) => deed.what)) {
    const times = same.filter(({ done }) => done).length;
    if (times > 1) faults.push(`"${what}" was done ${times} times`);
  }
  return faults;
}

function endsOnce({ outcome, endings, hangups, callerHungUp }: Observed): string[] {
  if (!outcome) return ['the call never ended'];
  const faults = endings === 1 ? [] : [`it ended ${endings} times`];
  // Whoever hangs up does so once; a caller who hung up needs no telling.
  if (hangups > 1) faults.push(`it hung up ${hangups} times`);
  if (!callerHungUp && hangups === 0) faults.push('it ended without hanging up');
  return faults;
}

function nothingLeft({ openStreams, pendingTimers, mind }: Observed): string[] {
  const thinking = mind.answers.filter(({ ended }) => !ended).length;
  return [
    ...(openStreams > 0 ? [`${openStreams} streams are open`] : []),
    ...(pendingTimers > 0 ? [`${pendingTimers} timers are pending`] : []),
    ...(thinking > 0 ? [`${thinking} answers are still being thought of`] : []),
  ];
}

function queuesBounded({ line }: Observed): string[] {
  return line.longestQueueMs > QUEUE_MS_MAX
    ? [`${line.longestQueueMs} ms of audio waited at the carrier`]
    : [];
}

/**
 * From the end of the caller's turn until its answer has been given, not only until the first sound of
 * it: unless they go on or the call ends.
 */
function noDeadAir({ finished, turns, line, callerSoundsMs, endedAtMs }: Observed): string[] {
  return finished.flatMap(({ token, atMs }) => {
    const sounds = line.sounded.map((each) => each.atMs).filter((each) => each > atMs);
    const given = turns.find(({ turn }) => turn.callerText?.includes(token))?.atMs;
    // A caller who makes another sound is not waiting.
    const goesOn = callerSoundsMs.find((each) => each > atMs);
    const until = Math.min(goesOn ?? Infinity, given ?? sounds[0] ?? Infinity, endedAtMs);
    const moments = [atMs, ...sounds.filter((each) => each < until), until];
    return moments.flatMap((moment, i) => {
      const silentMs = moment - (moments[i - 1] ?? moment);
      return silentMs > SILENCE_MS_MAX
        ? [`${silentMs} ms of silence until ${moment} ms, after "${token}" at ${atMs} ms`]
        : [];
    });
  });
}
