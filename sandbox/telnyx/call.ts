import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock, Log } from '@alo/core/kernel';
import type { Faults } from '../kit/index.ts';
import {
  answeredPayload,
  costPayload,
  dtmfPayload,
  hangupPayload,
  initiatedPayload,
  refusalOf,
  streamingFailedPayload,
  streamingPayload,
  type CallEnd,
  type CallRecord,
} from './call.payload.ts';
import type { CallerScript } from './callers.ts';
import type { DialOrder, StreamOrder } from './commands.schema.ts';
import { startLine, type Line } from './line.ts';
import { openStream, type MediaStream, type StreamEnd } from './stream.ts';
import type { TelnyxFaults } from './vendor-faults.ts';
import type { WebhookSender } from './webhook-sender.ts';

export interface CallDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly faults: Faults;
  readonly telnyxFaults: TelnyxFaults;
  readonly webhooks: WebhookSender;
  readonly voiceOf: (pitchHz: number, texts: readonly string[]) => (text: string) => Int16Array;
  readonly ringMs: number;
  readonly usdMicrosPerMinute: number;
  readonly log: Log | undefined;
}

/** One telephone call, from the dial command to the bill. */
export interface Call {
  readonly record: CallRecord;
  readonly line: Line | undefined;
  readonly stream: MediaStream | undefined;
  /** The digits the agent sent to the person. */
  readonly digitsReceived: string;
  setClientState(clientState: string): void;
  end(end: CallEnd): void;
  startStream(order: StreamOrder): void;
  stopStream(streamId: string | undefined): boolean;
  receiveDigits(digits: string): void;
  /** The person presses keys. */
  pressKeys(digits: string): void;
  /** Stops everything without a word, as an outage would. */
  abandon(): void;
}

/** The stand-in's account. */
const USER_ID = '3e6f995f-85f7-4705-9741-53b116d28237';
/** A stream that is to drop does so between 1 and 6 s after its start. */
const DROP_AFTER_MS = { min: 1_000, span: 5_000 };

/** `v3:` and base64 with all of `/ + =`, so that an application that does not escape it fails here. */
const newCallControlId = () =>
  `v3:${randomBytes(9).toString('base64')}/${randomBytes(9).toString('base64')}+${randomBytes(10).toString('base64')}`;

export function startCall(
  deps: CallDeps,
  order: DialOrder,
  script: CallerScript,
  refusedBy: CallEnd | undefined,
): Call {
  const { clock } = deps;
  let record: CallRecord = {
    callControlId: newCallControlId(),
    callLegId: randomUUID(),
    callSessionId: randomUUID(),
    connectionId: order.connection_id,
    from: order.from,
    to: order.to,
    codec: script.codec,
    startedAt: clock.now(),
    clientState: order.client_state,
    state: 'dialing',
    answeredAt: undefined,
    endedAt: undefined,
    end: undefined,
  };
  const timers = new Set<() => void>();
  const texts = script.lines.map(({ say }) => say);
  const voiceOf = deps.voiceOf(script.pitchHz, script.behaviour === 'answer' ? texts : []);
  let line: Line | undefined;
  let stream: MediaStream | undefined;
  let digitsReceived = '';

  const after = (ms: number, fn: () => void) => void timers.add(clock.setTimer(ms, fn));
  const stopTimers = () => {
    for (const cancel of timers) cancel();
    timers.clear();
  };

  function emit(eventType: string, payload: Readonly<Record<string, unknown>>) {
    deps.log?.debug({ event: eventType, callControlId: record.callControlId }, 'call event');
    if (order.webhook_url === undefined) return;
    const retries = Object.entries(order.webhook_retries_policies ?? {});
    const retriesMs = Object.fromEntries(
      retries.flatMap(([type, policy]) => (policy.retries_ms ? [[type, policy.retries_ms]] : [])),
    );
    const event = { id: randomUUID(), eventType, occurredAt: clock.now(), payload };
    deps.webhooks.send({ url: order.webhook_url, retriesMs }, event);
  }

  function place() {
    emit('call.initiated', initiatedPayload(record));
    if (refusedBy) return end(refusedBy);
    record = { ...record, state: 'ringing' };
    if (order.stream && order.stream_establish_before_call_originate) startStream(order.stream);
    const gaveUp = order.retry_on_timeout ? 'timeout' : 'no_answer';
    after(order.timeout_secs * 1_000, () => end({ cause: gaveUp, source: 'unknown', sip: '487' }));
    const { behaviour } = script;
    if (behaviour === 'no_answer') return;
    after(script.ringMs ?? deps.ringMs, () =>
      behaviour === 'answer' ? answer() : end(refusalOf[behaviour]),
    );
  }

  function answer() {
    stopTimers();
    record = { ...record, state: 'answered', answeredAt: clock.now() };
    emit('call.answered', answeredPayload(record));
    after(order.time_limit_secs * 1_000, () =>
      end({ cause: 'time_limit', source: 'unknown', sip: '200' }),
    );
    if (stream) stream.begin();
    else if (order.stream) startStream(order.stream);
    line = startLine({
      clock,
      lines: script.lines,
      voiceOf,
      play: () => stream?.play() ?? null,
      capture: (caller, agent, atMs) => stream?.capture(caller, agent, atMs),
      hangUp: () => end({ cause: 'normal_clearing', source: 'callee', sip: '200' }),
    });
  }

  function startStream(asked: StreamOrder) {
    const { min, span } = DROP_AFTER_MS;
    const id = randomUUID();
    const opened = openStream({
      clock,
      log: deps.log,
      order: asked,
      identity: {
        streamId: id,
        userId: USER_ID,
        callControlId: record.callControlId,
        callSessionId: record.callSessionId,
        from: record.from,
        to: record.to,
        clientState: record.clientState,
        customParameters: asked.customParameters,
        encoding: asked.codec ?? record.codec,
      },
      overtaken: () => deps.telnyxFaults.happens('media_reorder_probability'),
      dropAfterMs: deps.faults.disconnects() ? min + deps.random() * span : undefined,
      onStarted: () => emit('streaming.started', streamingPayload(record, asked.url)),
      onEnded: (how, started) => {
        if (stream === opened) stream = undefined;
        streamEnded(asked, id, how, started);
      },
    });
    stream = opened;
    if (record.state === 'answered') opened.begin();
  }

  function streamEnded(asked: StreamOrder, id: string, how: StreamEnd, started: boolean) {
    if (how.type === 'failed') {
      const { url, track } = asked;
      emit('streaming.failed', streamingFailedPayload(record, { id, url, track }, how.reason));
    } else if (started) emit('streaming.stopped', streamingPayload(record, asked.url));
  }

  function end(how: CallEnd) {
    if (record.state === 'ended') return;
    stopTimers();
    line?.stop();
    stream?.stop();
    record = { ...record, state: 'ended', endedAt: clock.now(), end: how };
    emit('call.hangup', hangupPayload(record));
    if (record.answeredAt) emit('call.cost', costPayload(record, deps.usdMicrosPerMinute));
  }

  after(0, place);

  return {
    get record() {
      return record;
    },
    get line() {
      return line;
    },
    get stream() {
      return stream;
    },
    get digitsReceived() {
      return digitsReceived;
    },
    setClientState(clientState) {
      record = { ...record, clientState };
    },
    end,
    startStream,
    stopStream(streamId) {
      if (!stream || (streamId !== undefined && stream.id !== streamId)) return false;
      stream.stop();
      return true;
    },
    receiveDigits(digits) {
      digitsReceived += digits;
    },
    pressKeys(digits) {
      for (const digit of digits) {
        stream?.dtmf(digit);
        emit('call.dtmf.received', dtmfPayload(record, digit));
      }
    },
    abandon() {
      stopTimers();
      line?.stop();
      record = { ...record, state: 'ended' };
      stream?.terminate();
    },
  };
}
