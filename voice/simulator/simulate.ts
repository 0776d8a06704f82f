import { createLog, createVirtualClock, limits } from '@alo/core/kernel';
import { telnyxCarrier } from '../carriers/telnyx.ts';
import type { CallLogEvent, CallOutcome } from '../call/call.ts';
import type { Turn } from '../call/ledger.ts';
import { CallSession } from '../call/session.ts';
import { memorySpool } from '../media/spool.ts';
import { caller } from './caller.ts';
import { chooseFaults, type Faults } from './faults.ts';
import { judge, type Violation } from './invariants.ts';
import { createLine } from './line.ts';
import {
  createEar,
  createFullBook,
  createHands,
  createMind,
  createSounds,
  createVoice,
  type Deed,
  type World,
} from './providers.ts';
import { createPurse, type PurseReport } from './purse.ts';
import { createRandom } from './random.ts';

const FRAME_MS = 20;
/** No sentence of the caller takes longer. */
const SENTENCE_MS_MAX = 5_000;
const log = createLog({ level: 'silent' });

/** What was finished by the caller, when, and whether the recogniser told us. */
export interface Finished {
  readonly token: string;
  readonly text: string;
  readonly atMs: number;
}

/** Everything that could be seen of a call from outside the session. */
export interface Observed {
  readonly faults: Faults;
  readonly outcome: CallOutcome | undefined;
  readonly endedAtMs: number;
  readonly endings: number;
  readonly hangups: number;
  readonly callerHungUp: boolean;
  readonly finished: readonly Finished[];
  /** When the caller made a sound, or the line was away: nobody waited then. */
  readonly callerSoundsMs: readonly number[];
  readonly events: readonly CallLogEvent[];
  readonly turns: readonly {
    readonly turn: Turn;
    readonly atMs: number;
    readonly heardChars: number;
  }[];
  readonly line: ReturnType<typeof createLine>;
  readonly mind: ReturnType<typeof createMind>;
  readonly sounds: ReturnType<typeof createSounds>;
  /** What was done to the world. */
  readonly deeds: readonly Deed[];
  /** When the call was told that its money runs out. */
  readonly funds: readonly { readonly atMs: number; readonly level: 'low' | 'exhausted' }[];
  readonly purse: PurseReport;
  readonly openStreams: number;
  readonly pendingTimers: number;
}

export interface SimulatedCall {
  readonly seed: number;
  readonly reason: CallOutcome['reason'] | 'never ended';
  readonly durationMs: number;
  readonly turns: number;
  readonly interruptions: number;
  readonly violations: readonly Violation[];
}

/**
 * One whole call from one seed: the real session on a virtual clock, with a carrier, providers and a
 * caller that misbehave by chance. Returns what it broke of what must hold in every call.
 */
export async function simulate(seed: number): Promise<SimulatedCall> {
  const call = await observe(seed);
  const { outcome, turns } = call;
  return {
    seed,
    reason: outcome?.reason ?? 'never ended',
    durationMs: outcome?.durationMs ?? 0,
    turns: turns.length,
    interruptions: turns.filter(({ turn }) => turn.interrupted).length,
    violations: judge(call),
  };
}

/** The same, as all that could be seen of the call. */
export async function observe(seed: number): Promise<Observed> {
  const random = createRandom(seed);
  const clock = createVirtualClock();
  const world: World = { clock, random, faults: chooseFaults(random) };
  const eager = random.chance(0.5);
  const sounds = createSounds();
  const ear = createEar(world, {
    endOfTurn: eager ? 'model' : 'endpointing',
    eagerEndOfTurn: eager,
  });
  const voice = createVoice(world, sounds);
  const mind = createMind(world);
  const hands = createHands(world);
  const events: CallLogEvent[] = [];
  const turns: Observed['turns'][number][] = [];
  const finished: Finished[] = [];
  const callerSoundsMs: number[] = [];
  let hangups = 0;
  let callerHungUp = false;
  let endings = 0;
  let outcome: CallOutcome | undefined;
  let endedAtMs = 0;

  const line = createLine(world, clock, sounds, (event) => session.onCarrier(event));
  const heardChars = () => {
    let chars = 0;
    for (const [mark, ms] of line.heardMs) {
      const sound = sounds.made.get(mark);
      if (sound) chars += Math.min(1, (ms * 8) / sound.bytes) * sound.text.length;
    }
    return chars;
  };
  const startedMs = clock.monotonicMs();
  const session = new CallSession({
    brief: {
      systemPrompt: 'Eres la panadería.',
      greeting: 'Aló, buenas, habla con la panadería.',
      language: 'es',
      keyterms: [],
    },
    carrier: telnyxCarrier,
    format: { encoding: 'mulaw', sampleRateHz: 8_000 },
    send: (raw) => line.receive(String(raw)),
    stt: ear.provider,
    tts: voice.provider,
    llm: mind.provider,
    tools: hands.tools,
    phrases: createFullBook(sounds),
    manners: { speculation: random.chance(0.7) },
    spool: memorySpool,
    clock,
    log,
    onEvent: (event) => events.push(event),
    onTurn: (turn) => turns.push({ turn, atMs: clock.monotonicMs(), heardChars: heardChars() }),
    onHangup: () => void (hangups += 1),
  });
  const ending = async () => {
    outcome = await session.done;
    endings += 1;
    endedAtMs = clock.monotonicMs();
    purse.settle(outcome.durationMs);
  };
  const funds: Observed['funds'][number][] = [];
  const onFunds = (level: 'low' | 'exhausted') => {
    funds.push({ level, atMs: clock.monotonicMs() - startedMs });
    session.onFunds(level);
  };
  const purse = createPurse(world, onFunds);
  /** The carrier comes back with another socket, within the time it has for that. */
  const dropLine = () => {
    if (line.away) return;
    session.onLineLost();
    line.drop(random.between(100, limits.voice.reconnectMs - 500), () => {
      session.onLineBack();
      ear.endTurn();
    });
  };
  void ending();

  // Who has little money talks on until it is gone, now and then.
  const hangsUpAtMs = startedMs + random.between(4_000, purse.small ? 120_000 : 45_000);
  const moments = caller(random, eager);
  let lastAwayMs = -Infinity;
  while (!outcome && clock.monotonicMs() < startedMs + limits.call.durationMsMax) {
    const moment = moments.next().value;
    if (moment.speaking || line.away) callerSoundsMs.push(clock.monotonicMs());
    const got = moment.hears.map((event) => !line.away && ear.says(event));
    if (line.away) lastAwayMs = clock.monotonicMs();
    // Of words said while the line was away, hardly a frame has come: nobody could take them up.
    const carried = clock.monotonicMs() - lastAwayMs > SENTENCE_MS_MAX;
    if (moment.finished !== undefined && got.every(Boolean) && carried) {
      finished.push({ ...moment.finished, atMs: clock.monotonicMs() });
    }
    if (moment.hears.length > 0 && random.chance(world.faults.sttDrops)) ear.drop();
    if (random.chance(world.faults.lineDrops)) dropLine();
    line.tick(moment.frame);
    if (random.chance(0.0005)) session.operate({ type: 'whisper', text: 'sea breve' });
    if (random.chance(0.0005)) onFunds('low');
    await clock.advance(FRAME_MS);
    callerHungUp = clock.monotonicMs() >= hangsUpAtMs;
    if (callerHungUp) session.stop('caller_hangup');
  }
  line.close();
  await clock.advance(0);
  return {
    faults: world.faults,
    outcome,
    endedAtMs: endedAtMs - startedMs,
    endings,
    hangups,
    callerHungUp,
    finished,
    callerSoundsMs,
    events,
    turns,
    line,
    mind,
    sounds,
    deeds: hands.deeds,
    funds,
    purse: purse.report(),
    openStreams: ear.openStreams + voice.openStreams,
    pendingTimers: clock.pendingTimers,
  };
}
