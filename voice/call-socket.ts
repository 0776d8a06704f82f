import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { CallRuntime, ClaimedCall } from '@alo/core/calls';
import { limits, type Clock, type Id, type Log } from '@alo/core/kernel';
import type { LlmProvider, SttProvider, TtsProvider } from '@alo/core/ports';
import type { CallManners } from './call/call.ts';
import { lines } from './call/lines.ts';
import type { PhraseBook } from './call/phrases.ts';
import { CallSession } from './call/session.ts';
import type { KnowledgeResult } from './call/tools.ts';
import { CarrierDecodeError, type Carrier, type CarrierEvent } from './carriers/carrier.ts';
import type { Heartbeat } from './heartbeat.ts';
import type { Journal } from './journal.ts';
import { createOutbox } from './outbox.ts';

/** A peer that keeps sending what is not its own format is no carrier. */
const BAD_FRAMES_MAX = 50;
/** Frames that may come between `start` and our having looked up the call: 2 s. */
const EARLY_EVENTS_MAX = 100;
/** Closed on purpose: with a normal closure, or with a close frame that names no code. */
const CLEAN_CLOSES: readonly number[] = [1000, 1005];

export interface CallSocketDeps {
  readonly runtime: CallRuntime;
  readonly stt: SttProvider;
  readonly tts: TtsProvider;
  readonly llm: LlmProvider;
  readonly manners?: CallManners;
  searchKnowledge(
    orgId: Id<'org'>,
    query: string,
    signal: AbortSignal,
  ): Promise<readonly KnowledgeResult[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A carrier's connection, and whose format it speaks. */
export interface CarrierSocket {
  readonly socket: WebSocket;
  /** What the WebSocket runs over. */
  readonly line: Duplex;
  readonly carrier: Carrier;
}

/** What the calls of one process share. */
export interface SharedByCalls {
  readonly journal: Journal;
  readonly phrases: PhraseBook;
  readonly heartbeat: Heartbeat;
  /** What is running, to be reached from outside the socket. */
  readonly running: Set<RunningCall>;
}

/** What is running on this process, to be reached from outside the socket. */
export interface RunningCall {
  readonly callId: Id<'call'>;
  readonly session: CallSession;
}

/**
 * One carrier socket from its first message to its last: waits for `start`, claims the call the
 * token was made for, runs the session, and keeps its outcome. Resolves when all of that is done.
 */
export async function serveCallSocket(
  connection: CarrierSocket,
  token: string,
  deps: CallSocketDeps,
  shared: SharedByCalls,
): Promise<void> {
  const { log } = deps;
  const { socket, carrier } = connection;
  const started = await waitForStart(socket, carrier, deps);
  if (!started) return socket.close(1000);
  const call = await deps.runtime.claim(token, started.event.carrierCallId);
  if (!call) {
    log.warn('a media stream without a call of its own');
    return socket.close(1008, 'no such call');
  }
  await runCall(connection, call, started, deps, shared);
}

interface Started {
  readonly event: Extract<CarrierEvent, { type: 'started' }>;
  /** Hands over everything that came since, and everything to come. */
  follow(onEvent: (event: CarrierEvent) => void, onClose: (code: number) => void): void;
}

/** Null if the socket closes, or nothing starts for as long as a phone may ring. */
function waitForStart(
  socket: WebSocket,
  carrier: Carrier,
  deps: CallSocketDeps,
): Promise<Started | null> {
  const { promise, resolve } = Promise.withResolvers<Started | null>();
  const cancelTimeout = deps.clock.setTimer(
    limits.call.ringTimeoutMs + limits.voice.startTimeoutMs,
    () => resolve(null),
  );
  let badFrames = 0;
  let begun = false;
  let closedWith: number | null = null;
  let early: CarrierEvent[] = [];
  let onEvent = (event: CarrierEvent) => {
    if (early.length < EARLY_EVENTS_MAX) early.push(event);
  };
  let onClose: (code: number) => void = () => resolve(null);

  const start = (event: Started['event']) => {
    begun = true;
    cancelTimeout();
    resolve({
      event,
      follow(nextEvent, nextClose) {
        onEvent = nextEvent;
        onClose = nextClose;
        for (const waiting of early) nextEvent(waiting);
        early = [];
        if (closedWith !== null) nextClose(closedWith);
      },
    });
  };

  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    try {
      const event = carrier.decode(String(data));
      if (!event) return;
      if (event.type !== 'started') onEvent(event);
      // A second `start` of the same socket is a repetition, not a second call.
      else if (!begun) start(event);
    } catch (error) {
      if (!(error instanceof CarrierDecodeError)) throw error;
      badFrames += 1;
      deps.log.warn({ err: error }, 'frame refused');
      if (badFrames > BAD_FRAMES_MAX) socket.close(1003, 'malformed frames');
    }
  });
  socket.on('error', (error) => deps.log.warn({ err: error }, 'carrier socket error'));
  socket.on('close', (code: number) => {
    closedWith = code;
    cancelTimeout();
    onClose(code);
  });
  return promise;
}

async function runCall(
  { socket, line, carrier }: CarrierSocket,
  call: ClaimedCall,
  started: Started,
  deps: CallSocketDeps,
  shared: SharedByCalls,
): Promise<void> {
  const log = deps.log.child({ call_id: call.callId });
  const journal = shared.journal.of(call);
  // While the greeting is heard; the first answer must not wait for a handshake.
  deps.llm.warm?.();
  const session = new CallSession({
    brief: {
      systemPrompt: call.agent.systemPrompt,
      greeting: call.agent.greeting,
      language: call.agent.language,
      keyterms: keytermsOf(call.agent.config),
    },
    carrier,
    format: started.event.format,
    send: createOutbox(socket, line),
    stt: deps.stt,
    tts: deps.tts,
    llm: deps.llm,
    phrases: shared.phrases,
    ...(deps.manners ? { manners: deps.manners } : {}),
    tools: { searchKnowledge: (query, signal) => deps.searchKnowledge(call.orgId, query, signal) },
    clock: deps.clock,
    log,
    onEvent: (event) => journal.event(event),
    onTurn: (turn) => journal.turn(turn),
    onHangup: () => void deps.runtime.hangup(call),
  });
  const entry = { callId: call.callId, session };
  shared.running.add(entry);
  const stopHeartbeat = shared.heartbeat.add(call.callId);
  const stopFunds = deps.runtime.watchFunds(call, (level) => session.onFunds(level));
  // For the next call, if this is the first with its voice.
  preparePhrases(shared.phrases, call.agent, carrier);
  started.follow(
    (event) => session.onCarrier(event),
    // Not every carrier says `stop` before it closes; a line that dropped closes with another code.
    (code) => session.stop(CLEAN_CLOSES.includes(code) ? 'caller_hangup' : 'carrier_error'),
  );
  try {
    const outcome = await session.done;
    await journal.drain();
    await deps.runtime.finish(call, outcome);
  } finally {
    stopHeartbeat();
    stopFunds();
    shared.running.delete(entry);
    socket.close(1000);
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
