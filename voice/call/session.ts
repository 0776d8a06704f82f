import {
  decodeMulaw,
  limits,
  ProviderError,
  type Clock,
  type Language,
  type Log,
} from '@alo/core/kernel';
import type {
  AudioFormat,
  LlmMessage,
  LlmProvider,
  SttProvider,
  TtsProvider,
} from '@alo/core/ports';
import type { Carrier, CarrierCommand, CarrierEvent } from '../carriers/carrier.ts';
import { createRecording, type Recording } from '../media/recording.ts';
import { createHearing, type Hearing } from './hearing.ts';
import { createTurnLedger, type Turn } from './ledger.ts';
import { createPlayout, type Playout } from './playout.ts';
import { runReply } from './reply.ts';
import { createSpeech, type Speech } from './speech.ts';
import type { ToolDeps } from './tools.ts';
import {
  initialTurnState,
  turn,
  type EndReason,
  type TimerName,
  type TurnEffect,
  type TurnEvent,
  type TurnState,
} from './turn.ts';

const TIMER_MS: Record<TimerName, number> = {
  silence: 8_000,
  limit: limits.call.durationMsMax - 15_000,
  closing: 15_000,
};
const PARTIAL_EVENT_GAP_MS = 250;
/** Turns of history the model is given. */
const HISTORY_MESSAGES_MAX = 60;

/** What a call is about. */
export interface CallBrief {
  readonly systemPrompt: string;
  readonly greeting: string;
  readonly language: Language;
  /** Words the recogniser should expect. */
  readonly keyterms: readonly string[];
  readonly voice?: string;
}

/** What happens in a call, as it happens. Kept by the one who runs the session. */
export interface CallLogEvent {
  readonly type:
    | 'call.started'
    | 'caller.partial'
    | 'caller.said'
    | 'caller.dtmf'
    | 'agent.speaking'
    | 'tool.called'
    | 'tool.finished'
    | 'turn.completed'
    | 'provider.failed';
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface CallSessionDeps {
  readonly brief: CallBrief;
  readonly carrier: Carrier;
  readonly format: AudioFormat;
  /** Sends a frame of the carrier's own format. */
  send(raw: string): void;
  readonly stt: SttProvider;
  readonly tts: TtsProvider;
  readonly llm: LlmProvider;
  readonly tools: ToolDeps;
  readonly clock: Clock;
  readonly log: Log;
  onEvent(event: CallLogEvent): void;
  onTurn(turn: Turn): void;
  /** Asks the carrier to end the call. */
  onHangup(): void;
}

export interface CallOutcome {
  readonly reason: EndReason;
  readonly durationMs: number;
  readonly recording: Uint8Array;
}

/**
 * One call from its first frame to its last: runs the effects of the turn reducer on the media
 * of one carrier socket. Everything it starts ends with it.
 */
export class CallSession {
  /** Resolves once, when the call is over and everything has been stopped. */
  readonly done: Promise<CallOutcome>;
  readonly #deps: CallSessionDeps;
  readonly #resolve: (outcome: CallOutcome) => void;
  readonly #abort = new AbortController();
  readonly #startMs: number;
  readonly #recording: Recording = createRecording(limits.call.durationMsMax);
  readonly #ledger = createTurnLedger();
  readonly #timers = new Map<TimerName, () => void>();
  readonly #playout: Playout;
  readonly #speech: Speech;
  readonly #hearing: Hearing;
  #state: TurnState;
  #replyAbort: AbortController | null = null;
  #history: LlmMessage[] = [];
  #lastPartialMs = -Infinity;
  /** Events that came while one was being worked on: the reducer runs at its own pace. */
  #inbox: TurnEvent[] = [];
  #working = false;

  constructor(deps: CallSessionDeps) {
    this.#deps = deps;
    this.#startMs = deps.clock.monotonicMs();
    this.#state = initialTurnState(deps.brief.language);
    const { promise, resolve } = Promise.withResolvers<CallOutcome>();
    this.done = promise;
    this.#resolve = resolve;
    this.#playout = this.#createPlayout();
    this.#speech = this.#createSpeech();
    this.#hearing = this.#createHearing();
    this.#event('call.started', {});
    this.#dispatch({ type: 'call.started', greeting: deps.brief.greeting });
  }

  /** Takes what the carrier's socket said. */
  onCarrier(event: CarrierEvent): void {
    switch (event.type) {
      case 'media':
        this.#hearing.push(event.sequence, event.payload);
        break;
      case 'mark':
        this.#playout.onMark(event.name);
        break;
      case 'dtmf':
        this.#event('caller.dtmf', { digit: event.digit });
        break;
      case 'stopped':
        this.stop('caller_hangup');
        break;
      case 'error':
        this.#deps.log.warn({ code: event.code, detail: event.detail }, 'carrier error');
        break;
      default:
    }
  }

  /** Ends the call from outside: the socket closed, the carrier reported a hang-up, the process stops. */
  stop(reason: 'caller_hangup' | 'carrier_error' | 'shutdown'): void {
    this.#dispatch({ type: 'carrier.ended', reason });
  }

  #now(): number {
    return this.#deps.clock.monotonicMs() - this.#startMs;
  }

  #event(type: CallLogEvent['type'], data: CallLogEvent['data']): void {
    this.#deps.onEvent({ type, atMs: Math.round(this.#now()), data });
  }

  #failed(provider: string, error: unknown): void {
    const kind = error instanceof ProviderError ? error.kind : 'unknown';
    this.#event('provider.failed', { provider, kind });
  }

  // ---- media in

  #createHearing(): Hearing {
    const { stt, format, brief, log } = this.#deps;
    return createHearing({
      stt,
      format,
      options: { language: brief.language === 'es' ? 'es-419' : 'en', keyterms: brief.keyterms },
      recording: this.#recording,
      log,
      signal: this.#abort.signal,
      nowMs: () => this.#now(),
      onPartial: (text) => this.#onPartial(text),
      onTurn: (text) => this.#dispatch({ type: 'caller.finished', text }),
      onLost: (error) => this.#failed(stt.name, error),
      onFailed: () => this.#dispatch({ type: 'hearing.failed' }),
    });
  }

  #onPartial(text: string): void {
    const nowMs = this.#now();
    if (nowMs - this.#lastPartialMs >= PARTIAL_EVENT_GAP_MS) {
      this.#lastPartialMs = nowMs;
      this.#event('caller.partial', { text });
    }
    this.#dispatch({ type: 'caller.partial', text });
  }

  // ---- media out

  #createPlayout(): Playout {
    const command = (value: CarrierCommand) => this.#deps.send(this.#deps.carrier.encode(value));
    return createPlayout({
      clock: this.#deps.clock,
      sendFrame: (payload, atMs) => {
        command({ type: 'media', payload });
        this.#recording.write('agent', Math.max(0, atMs - this.#startMs), decodeMulaw(payload));
      },
      sendMark: (name) => command({ type: 'mark', name }),
      sendClear: () => command({ type: 'clear' }),
      onAudible: (generation) => {
        this.#ledger.note(generation, 'audioOutMs', this.#now());
        this.#dispatch({ type: 'reply.audible', generation });
      },
      onSegment: (generation, text) => this.#event('agent.speaking', { generation, text }),
      onFinished: (generation, heard) => {
        this.#closeTurn(heard, false);
        this.#dispatch({ type: 'playout.finished', generation });
      },
    });
  }

  #createSpeech(): Speech {
    return createSpeech({
      tts: this.#deps.tts,
      format: this.#deps.carrier.outboundFormat,
      voice: this.#deps.brief.voice,
      playout: this.#playout,
      clock: this.#deps.clock,
      log: this.#deps.log,
      signal: this.#abort.signal,
      onFirstByte: (generation) => this.#ledger.note(generation, 'ttsFirstByteMs', this.#now()),
      onFailed: (error) => {
        this.#failed(this.#deps.tts.name, error);
        this.#dispatch({ type: 'voice.failed' });
      },
    });
  }

  // ---- control

  #dispatch(event: TurnEvent): void {
    this.#inbox.push(event);
    if (this.#working) return;
    this.#working = true;
    try {
      for (let next = this.#inbox.shift(); next; next = this.#inbox.shift()) {
        const step = turn(this.#state, next);
        this.#state = step.state;
        for (const effect of step.effects) this.#run(effect);
      }
    } finally {
      this.#working = false;
    }
  }

  #run(effect: TurnEffect): void {
    switch (effect.type) {
      case 'speak':
        this.#ledger.open(effect.generation, null);
        this.#speech.begin(effect.generation);
        this.#speech.say(effect.generation, effect.text);
        this.#speech.complete(effect.generation);
        break;
      case 'reply':
        void this.#reply(effect.generation, effect.text);
        break;
      case 'interrupt':
        this.#interrupt();
        break;
      case 'startTimer':
        this.#timers.get(effect.name)?.();
        this.#timers.set(
          effect.name,
          this.#deps.clock.setTimer(TIMER_MS[effect.name], () =>
            this.#dispatch({ type: 'timer', name: effect.name }),
          ),
        );
        break;
      case 'cancelTimer':
        this.#timers.get(effect.name)?.();
        this.#timers.delete(effect.name);
        break;
      case 'hangup':
        this.#deps.onHangup();
        break;
      case 'finish':
        this.#finish(effect.reason);
        break;
    }
  }

  async #reply(generation: number, text: string): Promise<void> {
    const { clock, llm, log } = this.#deps;
    this.#ledger.open(generation, {
      text,
      endMs: this.#hearing.lastVoicedMs,
      endOfTurnMs: Math.round(this.#now()),
    });
    this.#event('caller.said', { text });
    this.#history.push({ role: 'user', content: text });
    this.#speech.begin(generation);
    const abort = new AbortController();
    this.#replyAbort = abort;
    try {
      const messages = [
        { role: 'system', content: this.#deps.brief.systemPrompt } as const,
        ...this.#history.slice(-HISTORY_MESSAGES_MAX),
      ];
      const reply = await runReply(
        messages,
        {
          llm,
          toolDeps: this.#deps.tools,
          clock,
          onClause: (clause) => this.#speech.say(generation, clause),
          onFirstToken: () => this.#ledger.note(generation, 'llmFirstTokenMs', this.#now()),
          onToolCalled: (call) => {
            this.#ledger.tool(generation, call);
            this.#event('tool.called', { name: call.name, arguments: call.arguments });
          },
          onToolFinished: (call, elapsedMs) =>
            this.#event('tool.finished', { name: call.name, elapsed_ms: Math.round(elapsedMs) }),
        },
        AbortSignal.any([this.#abort.signal, abort.signal]),
      );
      this.#speech.complete(generation);
      this.#dispatch({
        type: 'reply.completed',
        generation,
        spoke: reply.spoke,
        endCall: reply.endCall,
      });
    } catch (error) {
      if (abort.signal.aborted || this.#abort.signal.aborted) return;
      log.warn({ err: error }, 'the model failed');
      this.#failed(llm.name, error);
      this.#dispatch({ type: 'reply.failed', generation });
    }
  }

  /** Falls silent: model, voice and carrier stop, and the history keeps what was heard. */
  #interrupt(): void {
    this.#replyAbort?.abort();
    this.#replyAbort = null;
    const stopped = this.#playout.interrupt();
    this.#speech.cancel();
    if (stopped) this.#recording.cutAgent(stopped.cutAtMs - this.#startMs);
    this.#closeTurn(stopped?.heard ?? '', true);
  }

  #closeTurn(heard: string, interrupted: boolean): void {
    const closed = this.#ledger.close(heard, interrupted);
    if (!closed) {
      // Nothing was heard of the answer: what the caller said will come again with what follows.
      if (this.#history.at(-1)?.role === 'user') this.#history.pop();
      return;
    }
    if (heard !== '') this.#history.push({ role: 'assistant', content: heard });
    this.#deps.onTurn(closed);
    this.#event('turn.completed', {
      position: closed.position,
      caller: closed.callerText,
      agent: closed.agentText,
      interrupted,
      end_of_turn_ms: closed.endOfTurnMs,
      voice_to_voice_ms:
        closed.callerEndMs === null || closed.audioOutMs === null
          ? null
          : closed.audioOutMs - closed.callerEndMs,
    });
  }

  #finish(reason: EndReason): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#abort.abort();
    this.#playout.close();
    this.#speech.close();
    this.#hearing.close();
    const durationMs = Math.min(Math.round(this.#now()), limits.call.durationMsMax);
    this.#resolve({ reason, durationMs, recording: this.#recording.toWav(durationMs) });
  }
}
