import type { CallOrder } from '@alo/core/calls';
import { limits, unreachable } from '@alo/core/kernel';
import type { CarrierEvent } from '../carriers/carrier.ts';
import { normalizeForSpeech } from '../speech-text/normalize.ts';
import { createRecording, type Recording } from '../media/recording.ts';
import { startAnswer, type Answer, type AnswerDeps } from './answer.ts';
import type { CallOutcome, CallSessionDeps } from './call.ts';
import { createConversation, type Conversation } from './conversation.ts';
import {
  initialListening,
  listen,
  saidSoFar,
  type HeardEvent,
  type HeardSignal,
  type Listening,
  type ListeningTimer,
} from './end-of-turn/listening.ts';
import { createHearing, type Hearing } from './hearing.ts';
import { lines } from './lines.ts';
import { createLookups, type Lookups } from './lookup.ts';
import { operationOf } from './operator.ts';
import { createPacing, type Pacing } from './pacing.ts';
import type { Playout } from './playout.ts';
import { createRecord, type CallRecord } from './record.ts';
import { createSpeech, type Speech } from './speech.ts';
import { createTimers, type Timers } from './timers.ts';
import { createToolbox } from './tools.ts';
import {
  initialTurnState,
  type EndReason,
  type TurnEffect,
  type TurnEvent,
  type TurnState,
  type TurnTimer,
} from './turn/state.ts';
import { isHeard } from './turn/moves.ts';
import { turn } from './turn/turn.ts';

/** What is said over so little of a question's end answers it. */
const QUESTION_TAIL_MS = 700;

/**
 * One call from its first frame to its last: what is heard goes through the two reducers (whether
 * the caller has finished; what to do about it), and their effects run on the media of one carrier
 * socket. Everything it starts ends with it.
 */
export class CallSession {
  /** Resolves once, when the call is over and everything has been stopped. */
  readonly done: Promise<CallOutcome>;
  readonly #deps: CallSessionDeps;
  readonly #resolve: (outcome: CallOutcome) => void;
  readonly #abort = new AbortController();
  readonly #startMs: number;
  readonly #recording: Recording;
  readonly #timers: Timers<TurnTimer | ListeningTimer>;
  readonly #record: CallRecord;
  readonly #conversation: Conversation;
  readonly #hearing: Hearing;
  readonly #lookups: Lookups;
  readonly #answerDeps: AnswerDeps;
  readonly #speech: Speech;
  readonly #pacing: Pacing;
  readonly #playout: Playout;
  #listening: Listening;
  #state: TurnState;
  #answer: Answer | null = null;
  /** The stretch of text that is being heard. */
  #saying = '';
  /** Events that came while one was being worked on: the reducer runs at its own pace. */
  #inbox: TurnEvent[] = [];
  #working = false;

  constructor(deps: CallSessionDeps) {
    this.#deps = deps;
    const { brief, stt, carrier, format, manners } = deps;
    this.#startMs = deps.clock.monotonicMs();
    this.#state = initialTurnState(brief.language);
    this.#listening = initialListening(
      manners?.endOfTurn ?? stt.capabilities.endOfTurn,
      brief.language,
    );
    const { promise, resolve } = Promise.withResolvers<CallOutcome>();
    this.done = promise;
    this.#resolve = resolve;
    this.#recording = createRecording({
      durationMsMax: limits.call.durationMsMax,
      formats: { caller: format, agent: carrier.outboundFormat },
      spool: deps.spool,
      log: deps.log,
    });
    this.#timers = createTimers(deps.clock);
    this.#conversation = createConversation(brief.systemPrompt);
    this.#record = createRecord(deps, this.#conversation, () => this.#now());
    this.#pacing = this.#createPacing();
    this.#playout = this.#pacing.playout;
    this.#speech = this.#createSpeech();
    this.#lookups = createLookups({
      searchKnowledge: (query, signal) => deps.tools.searchKnowledge(query, signal),
      saidBefore: () => this.#conversation.saidLast,
      clock: deps.clock,
      signal: this.#abort.signal,
    });
    this.#answerDeps = this.#createAnswerDeps();
    this.#hearing = this.#createHearing();
    this.#record.event('call.started', {});
    this.#lookups.warmUp();
    this.#dispatch({ type: 'call.started', greeting: brief.greeting });
  }

  // ---- from outside

  /** Takes what the carrier's socket said. */
  onCarrier(event: CarrierEvent): void {
    switch (event.type) {
      case 'media':
        return this.#hearing.push(event.sequence, event.payload);
      case 'mark':
        return this.#playout.onMark(event.name);
      case 'dtmf':
        return this.#record.event('caller.dtmf', { digit: event.digit });
      case 'text':
        return this.#dispatch({
          ...event,
          type: 'caller.wrote',
          nothingHeard: this.#playout.heard === '',
        });
      case 'typing':
        return this.#dispatch({ type: 'caller.writes' });
      case 'stopped':
        return this.stop('caller_hangup');
      case 'error':
        return this.#deps.log.warn({ code: event.code, detail: event.detail }, 'carrier error');
      default:
    }
  }

  /** Ends the call from outside: the socket closed, the carrier reported a hang-up, the process stops. */
  stop(reason: 'caller_hangup' | 'carrier_error' | 'shutdown'): void {
    this.#dispatch({ type: 'carrier.ended', reason });
  }

  /** The carrier's socket dropped: nobody hears what would be said now, so it is kept. */
  onLineLost(): void {
    this.#record.event('line.lost', {});
    this.#pacing.lost();
  }

  /** The carrier has come back with another socket: goes on with the first word nobody heard. */
  onLineBack(): void {
    this.#record.event('line.back', {});
    this.#hearing.lineBack();
    this.#playout.restore();
  }

  /** Says goodbye and hangs up: the process is to stop. */
  sayGoodbye(): void {
    this.#dispatch({ type: 'platform.stops' });
  }

  /** The wallet: `low` is said when the floor is free; `exhausted` is a goodbye and hangs up. */
  onFunds(level: 'low' | 'exhausted'): void {
    this.#dispatch({ type: level === 'low' ? 'funds.low' : 'funds.exhausted' });
  }

  /** Does what an operator wants, and records who (`by`) wanted it. */
  operate(order: CallOrder, by: string | null = null): void {
    if (this.#state.phase === 'ended') return;
    const { type: _type, ...said } = order;
    const { record, event } = operationOf(order);
    this.#record.event(record, { ...said, by });
    this.#dispatch(event);
  }

  // ---- hearing: frames → words and voice

  #createHearing(): Hearing {
    const { stt, format, brief, vad, log } = this.#deps;
    return createHearing({
      stt,
      format,
      vad,
      options: { language: brief.language === 'es' ? 'es-419' : 'en', keyterms: brief.keyterms },
      recording: this.#recording,
      log,
      signal: this.#abort.signal,
      nowMs: () => this.#now(),
      onHeard: (event) => this.#hear(event),
      onLost: (error) => this.#record.failed(stt.name, error),
      onFailed: () => this.#dispatch({ type: 'hearing.failed' }),
    });
  }

  // ---- the turn decision: words and voice → what the caller does → what to do about it

  #hear(event: HeardEvent): void {
    if (this.#state.phase === 'ended') return;
    const step = listen(this.#listening, event);
    this.#listening = step.state;
    for (const signal of step.signals) this.#onSignal(signal);
  }

  #onSignal(signal: HeardSignal): void {
    switch (signal.type) {
      case 'startTimer':
        return this.#timers.start(signal.name, signal.ms, () =>
          this.#hear({ type: 'timer', name: signal.name }),
        );
      case 'cancelTimer':
        return this.#timers.cancel(signal.name);
      case 'settle':
        return this.#hearing.settle();
      case 'caller.partial':
        this.#record.partial(signal.text);
        return this.#dispatch({ ...signal, voiced: this.#hearing.voicedLately });
      case 'caller.likely':
        if (this.#deps.manners?.speculation !== false)
          this.#dispatch({ ...signal, nothingHeard: this.#playout.heard === '' });
        // A search changes nothing: it may begin even where answers may not.
        else this.#lookups.begin(signal.text);
        return;
      case 'caller.finished':
        return this.#dispatch({
          ...signal,
          voiced: this.#hearing.voicedLately,
          waitedMs: this.#waitedMs(),
          nothingHeard: this.#playout.heard === '',
          answersQuestion: this.#saying.includes('?') && this.#playout.leftMs <= QUESTION_TAIL_MS,
        });
      default:
        return this.#dispatch(signal);
    }
  }

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
        return this.#speak(effect.generation, effect.text);
      case 'reply':
        return this.#reply(effect.generation, effect.text);
      case 'speculate':
        return this.#speculate(effect.generation, effect.text);
      case 'confirm':
        return this.#confirm(effect.generation, effect.text);
      case 'discard':
        this.#deps.log.debug({ generation: effect.generation }, 'a prepared answer is thrown away');
        return void this.#stopSpeaking();
      case 'fill':
        return this.#speech.fill(effect.generation, effect.text);
      case 'append':
        this.#speech.say(effect.generation, effect.text);
        return this.#speech.complete(effect.generation);
      case 'pause':
        return this.#pacing.cut(this.#playout.pause());
      case 'abandon':
        return this.#abandon(effect.generation);
      case 'resume':
        return this.#playout.resume(effect.generation);
      case 'interrupt':
        return this.#interrupt();
      case 'refuse':
        return this.#hear({ type: 'turn.refused' });
      case 'rehear':
        return this.#hearing.reopen();
      case 'instruct':
        return this.#conversation.instruct(effect.text);
      case 'note':
        this.#record.unanswered(effect.text);
        return this.#conversation.ask(effect.text);
      case 'startTimer':
        return this.#timers.start(effect.name, effect.ms, () =>
          this.#dispatch({ type: 'timer', name: effect.name }),
        );
      case 'cancelTimer':
        return this.#timers.cancel(effect.name);
      case 'hangup':
        return this.#deps.onHangup();
      case 'finish':
        return this.#finish(effect.reason);
      default:
        return unreachable(effect);
    }
  }

  // ---- the model: a turn → an answer

  #createAnswerDeps(): AnswerDeps {
    const { llm, tools, clock } = this.#deps;
    return {
      llm,
      clock,
      toolbox: createToolbox(tools, clock, this.#abort.signal),
      lookups: this.#lookups,
      conversation: this.#conversation,
      speech: this.#speech,
      callSignal: this.#abort.signal,
      onFirstToken: (generation) => this.#record.note(generation, 'llmFirstTokenMs'),
      onToolCalled: (generation, call, lookedUpAhead) => {
        this.#record.toolCalled(generation, call, lookedUpAhead);
        if (!lookedUpAhead) this.#dispatch({ type: 'tool.started', generation });
      },
      onToolFinished: (generation, call, elapsedMs) =>
        this.#record.toolFinished(generation, call, elapsedMs),
      onCompleted: (generation, reply) =>
        this.#dispatch({ type: 'reply.completed', generation, ...reply }),
      onFailed: (generation, error, spoke) => {
        this.#deps.log.warn({ err: error }, 'the model failed');
        this.#record.failed(llm.name, error);
        this.#dispatch({ type: 'reply.failed', generation, spoke });
      },
    };
  }

  #reply(generation: number, text: string): void {
    this.#record.answer(generation, text, this.#hearing.lastVoicedMs);
    this.#lookups.begin(text);
    this.#speech.begin(generation);
    this.#answer = startAnswer(this.#answerDeps, generation, text);
    this.#answer.confirm(text);
  }

  #speculate(generation: number, text: string): void {
    this.#record.speculate(generation);
    this.#lookups.begin(text);
    this.#speech.begin(generation, { held: true });
    this.#answer = startAnswer(this.#answerDeps, generation, text);
  }

  #confirm(generation: number, text: string): void {
    if (this.#answer?.generation !== generation || this.#answer.failed)
      return this.#reply(generation, text);
    this.#record.answer(generation, text, this.#hearing.lastVoicedMs);
    this.#answer.confirm(text);
  }

  // ---- the voice: clauses → audio

  #createSpeech(): Speech {
    const { tts, carrier, brief, phrases, clock, log } = this.#deps;
    const sound = { voice: brief.voice, format: carrier.outboundFormat };
    return createSpeech({
      tts,
      ...sound,
      playout: this.#playout,
      clock,
      log,
      signal: this.#abort.signal,
      spoken: (text) => normalizeForSpeech(text, brief.language),
      find: (text) => phrases?.find(text, sound) ?? null,
      onFirstByte: (generation) => this.#record.note(generation, 'ttsFirstByteMs'),
      onLost: (error) => this.#record.failed(tts.name, error),
      onFailed: (error) => {
        this.#record.failed(tts.name, error);
        const lastWords = phrases?.find(lines[brief.language].thinkingFailed, sound);
        this.#dispatch({ type: 'voice.failed', hasLastWords: Boolean(lastWords) });
      },
    });
  }

  #speak(generation: number, text: string): void {
    this.#record.speak(generation);
    this.#speech.begin(generation);
    this.#speech.say(generation, text);
    this.#speech.complete(generation);
  }

  // ---- pacing: audio → frames on the line

  #createPacing(): Pacing {
    const { clock, carrier, brief, send } = this.#deps;
    return createPacing({
      clock,
      carrier,
      recording: this.#recording,
      startMs: this.#startMs,
      spoken: (text) => normalizeForSpeech(text, brief.language),
      send,
      on: {
        onSounding: (generation) => this.#dispatch({ type: 'playout.sounding', generation }),
        onDrained: (generation) => this.#dispatch({ type: 'playout.drained', generation }),
        onAudible: (generation) => {
          this.#record.note(generation, 'audioOutMs');
          this.#dispatch({ type: 'reply.audible', generation });
        },
        onSegment: (generation, text, filler) => {
          if (!filler) this.#saying = text;
          this.#record.segment(generation, text, filler);
        },
        onFinished: (generation, heard) => {
          this.#closeTurn(heard, false);
          this.#dispatch({ type: 'playout.finished', generation });
        },
      },
    });
  }

  /** Nothing more will be said of this; what is ready to be heard is kept. */
  #abandon(generation: number): void {
    this.#dropAnswer();
    this.#speech.cancel();
    this.#playout.abandon(generation);
  }

  /** Falls silent: model, voice and carrier stop, and the history keeps what was heard. */
  #interrupt(): void {
    const heard = this.#stopSpeaking();
    this.#closeTurn(heard, true);
  }

  #stopSpeaking(): string {
    this.#dropAnswer();
    const stopped = this.#playout.interrupt();
    this.#speech.cancel();
    this.#pacing.cut(stopped?.cutAtMs ?? null);
    return stopped?.heard ?? '';
  }

  #dropAnswer(): void {
    this.#answer?.abort();
    this.#answer = null;
  }

  /** What was being said is over. */
  #closeTurn(heard: string, interrupted: boolean): void {
    if (this.#record.close(heard, interrupted)) this.#hear({ type: 'agent.said', text: heard });
  }

  // ---- time

  #now(): number {
    return this.#deps.clock.monotonicMs() - this.#startMs;
  }

  #waitedMs(): number {
    const { lastVoicedMs } = this.#hearing;
    return lastVoicedMs === null ? 0 : Math.max(0, this.#now() - lastVoicedMs);
  }

  // ---- the end

  #finish(reason: EndReason): void {
    // Whoever says goodbye and hangs up gives nobody the time to see that they have finished.
    const words = { text: saidSoFar(this.#listening), voiced: this.#hearing.voicedLately };
    this.#record.unanswered(isHeard(words) ? words.text : '');
    this.#timers.clear();
    this.#abort.abort();
    this.#playout.close();
    this.#speech.close();
    this.#hearing.close();
    const durationMs = Math.min(Math.round(this.#now()), limits.call.durationMsMax);
    this.#resolve({ reason, durationMs, recording: this.#recording.end(durationMs) });
  }
}
