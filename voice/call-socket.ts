import type { CallRuntime, ClaimedCall } from '@alo/core/calls';
import { limits, type Clock, type Id, type Log } from '@alo/core/kernel';
import type { AudioFormat, LlmProvider, SttProvider, TtsProvider } from '@alo/core/ports';
import type { CallManners, CallOutcome } from './call/call.ts';
import { lines } from './call/lines.ts';
import type { PhraseBook } from './call/phrases.ts';
import { CallSession } from './call/session.ts';
import type { KnowledgeResult } from './call/tools.ts';
import type { Carrier, CarrierEvent } from './carriers/carrier.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { CallJournal, Journal } from './journal.ts';
import { createLine, type Line } from './line.ts';
import type { MediaSocket } from './media-socket.ts';
import type { Spool } from './media/spool.ts';
import type { VadFactory } from './media/vad.ts';

/** What the engine asks of the calls' records. */
export type CallKeeper = Pick<
  CallRuntime,
  | 'admits'
  | 'claim'
  | 'finish'
  | 'hangup'
  | 'heartbeat'
  | 'keep'
  | 'onDialing'
  | 'onHangupReported'
  | 'onOrder'
  | 'watchFunds'
>;

export interface CallSocketDeps {
  readonly runtime: CallKeeper;
  readonly stt: SttProvider;
  readonly tts: TtsProvider;
  readonly llm: LlmProvider;
  readonly manners?: CallManners;
  /** Our own ear; by energy where absent. */
  readonly vad?: VadFactory | undefined;
  searchKnowledge(
    orgId: Id<'org'>,
    query: string,
    signal: AbortSignal,
  ): Promise<readonly KnowledgeResult[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the calls of one process share. */
export interface SharedByCalls {
  /** Where recordings wait until their calls are over. */
  readonly spool: Spool;
  readonly journal: Journal;
  readonly phrases: PhraseBook;
  readonly heartbeat: Heartbeat;
  /** What is running, to be reached from outside the socket. */
  readonly running: Set<RunningCall>;
}

/** A call that runs on this process. */
export interface RunningCall {
  readonly callId: Id<'call'>;
  readonly carrierCallId: string | null;
  /** What its media socket was opened with: it may come back with it. */
  readonly token: string;
  readonly format: AudioFormat;
  readonly session: CallSession;
  readonly line: Line;
}

type Started = Extract<CarrierEvent, { type: 'started' }>;

/**
 * One media socket from its first message to its last: waits for `start`, then claims the call the
 * token was made for, runs the session, and keeps its outcome. A socket of a call that runs here
 * already takes the place of the one that dropped. Resolves when all of that is done.
 */
export async function serveCallSocket(
  socket: MediaSocket,
  token: string,
  deps: CallSocketDeps,
  shared: SharedByCalls,
): Promise<void> {
  const started = await waitForStart(socket, deps);
  if (!started) return socket.close(1000);
  for (const running of shared.running)
    if (running.token === token) return comeBack(running, socket, started);
  const call = await deps.runtime.claim(token, started.carrierCallId, socket.carrier.name);
  if (!call) {
    deps.log.warn('a media stream without a call of its own');
    return socket.close(1008, 'no such call');
  }
  await runCall(socket, token, call, started, deps, shared);
}

/** Null if the socket closes, or nothing starts for as long as a phone may ring. */
function waitForStart(socket: MediaSocket, deps: CallSocketDeps): Promise<Started | null> {
  const { promise, resolve } = Promise.withResolvers<Started | null>();
  const cancelTimeout = deps.clock.setTimer(
    limits.call.ringTimeoutMs + limits.voice.startTimeoutMs,
    () => resolve(null),
  );
  socket.onStart((event) => {
    cancelTimeout();
    resolve(event);
  });
  return promise;
}

function comeBack(running: RunningCall, socket: MediaSocket, started: Started): void {
  const { carrierCallId, format, line } = running;
  const same =
    started.carrierCallId === carrierCallId &&
    started.format.encoding === format.encoding &&
    started.format.sampleRateHz === format.sampleRateHz;
  if (!same || !line.mayReturn) return socket.close(1008, 'no such call');
  line.take(socket);
}

async function runCall(
  socket: MediaSocket,
  token: string,
  call: ClaimedCall,
  started: Started,
  deps: CallSocketDeps,
  shared: SharedByCalls,
): Promise<void> {
  const { carrier } = socket;
  const log = deps.log.child({ call_id: call.callId });
  const journal = shared.journal.of(call);
  const line = createLine(socket, deps.clock, log);
  const session = new CallSession({
    brief: {
      systemPrompt: call.agent.systemPrompt,
      greeting: call.agent.greeting,
      language: call.agent.language,
      keyterms: keytermsOf(call.agent.config),
    },
    carrier,
    format: started.format,
    send: line.send,
    stt: deps.stt,
    tts: deps.tts,
    llm: deps.llm,
    vad: deps.vad,
    phrases: shared.phrases,
    ...(deps.manners ? { manners: deps.manners } : {}),
    spool: shared.spool,
    tools: { searchKnowledge: (query, signal) => deps.searchKnowledge(call.orgId, query, signal) },
    clock: deps.clock,
    log,
    onEvent(event) {
      journal.event(event);
      // What is whispered to the agent is not the caller's to read.
      if (carrier.show && event.type !== 'operator.whispered') line.send(carrier.show(event));
    },
    onTurn: (turn) => journal.turn(turn),
    onHangup: () => void deps.runtime.hangup(call),
  });
  const { callId, carrierCallId } = call;
  const entry = { callId, carrierCallId, token, format: started.format, session, line };
  shared.running.add(entry);
  const stopHeartbeat = shared.heartbeat.add(callId);
  const stopFunds = deps.runtime.watchFunds(call, (level) => session.onFunds(level));
  // For the next call, if this is the first with its voice.
  preparePhrases(shared.phrases, call.agent, carrier);
  line.serve(session);
  try {
    const outcome = await session.done;
    line.leave();
    await keepOutcome(call, outcome, journal, deps);
  } finally {
    stopHeartbeat();
    stopFunds();
    shared.running.delete(entry);
    line.close();
  }
}

/** What is left of a call that is over: its last events, then its recording, its end and its price. */
async function keepOutcome(
  call: ClaimedCall,
  { recording, ...outcome }: CallOutcome,
  journal: CallJournal,
  { runtime }: Pick<CallSocketDeps, 'runtime'>,
): Promise<void> {
  try {
    await journal.drain();
    await runtime.finish(call, { ...outcome, recording: await recording.wav() });
  } finally {
    await recording.discard();
  }
}

/** Has an agent's greeting and the lines of its language ready to be heard at once. */
export function preparePhrases(
  phrases: PhraseBook,
  agent: Pick<ClaimedCall['agent'], 'greeting' | 'language'>,
  carrier: Carrier,
): void {
  phrases.prepare([agent.greeting, ...Object.values(lines[agent.language])], agent.language, {
    voice: undefined,
    format: carrier.outboundFormat,
  });
}

/** Names a recogniser would not guess: the business and what it sells. */
function keytermsOf(config: ClaimedCall['agent']['config']): string[] {
  const names = [config.business_name, ...config.services.map((service) => service.name)];
  return [...new Set(names)].slice(0, 50);
}
