import type { CallerScript } from './callers.ts';

/** What a call is and has been through: all that its webhooks and views are written from. */
export interface CallRecord {
  readonly callControlId: string;
  readonly callLegId: string;
  readonly callSessionId: string;
  readonly connectionId: string;
  readonly from: string;
  readonly to: string;
  readonly codec: 'PCMU' | 'PCMA';
  readonly startedAt: Date;
  readonly clientState: string | undefined;
  readonly state: 'dialing' | 'ringing' | 'answered' | 'ended';
  readonly answeredAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly end: CallEnd | undefined;
}

export type HangupCause =
  | 'call_rejected'
  | 'normal_clearing'
  | 'originator_cancel'
  | 'timeout'
  | 'time_limit'
  | 'user_busy'
  | 'not_found'
  | 'no_answer';

export interface CallEnd {
  readonly cause: HangupCause;
  readonly source: 'caller' | 'callee' | 'unknown';
  /** The SIP response code; `unspecified` where there was none. */
  readonly sip: string;
}

/** How a call ends that the person called does not take. */
export const refusalOf: Record<
  Exclude<CallerScript['behaviour'], 'answer' | 'no_answer'>,
  CallEnd
> = {
  busy: { cause: 'user_busy', source: 'callee', sip: '486' },
  reject: { cause: 'call_rejected', source: 'callee', sip: '603' },
  not_found: { cause: 'not_found', source: 'unknown', sip: '404' },
};

const commonPayload = (call: CallRecord) => ({
  call_control_id: call.callControlId,
  call_leg_id: call.callLegId,
  call_session_id: call.callSessionId,
  connection_id: call.connectionId,
  ...(call.clientState === undefined ? {} : { client_state: call.clientState }),
  from: call.from,
  to: call.to,
});

const startTime = (call: CallRecord) => ({ start_time: call.startedAt.toISOString() });

export const initiatedPayload = (call: CallRecord) => ({
  ...commonPayload(call),
  ...startTime(call),
  direction: 'outgoing',
  state: 'bridging',
});

export const answeredPayload = (call: CallRecord) => ({
  ...commonPayload(call),
  ...startTime(call),
  state: 'answered',
  codec: call.codec,
  sampling_rate: 8_000,
});

export const streamingPayload = (call: CallRecord, streamUrl: string) => ({
  ...commonPayload(call),
  stream_url: streamUrl,
});

export const streamingFailedPayload = (
  call: CallRecord,
  stream: { readonly id: string; readonly url: string; readonly track: string },
  reason: string,
) => ({
  ...streamingPayload(call, stream.url),
  failure_reason: reason,
  stream_id: stream.id,
  stream_type: 'websocket',
  stream_params: { stream_url: stream.url, track: stream.track },
});

export const dtmfPayload = (call: CallRecord, digit: string) => ({ ...commonPayload(call), digit });

export const hangupPayload = (call: CallRecord) => ({
  ...commonPayload(call),
  ...startTime(call),
  ...(call.endedAt ? { end_time: call.endedAt.toISOString() } : {}),
  state: 'hangup',
  hangup_cause: call.end?.cause,
  hangup_source: call.end?.source,
  sip_hangup_cause: call.end?.sip,
});

/** Billed by the begun minute since the answer. @param microsPerMinute millionths of a US dollar. */
export function costPayload(call: CallRecord, microsPerMinute: number) {
  const minutes = Math.ceil(talkMs(call) / 60_000);
  const cost = usd(minutes * microsPerMinute);
  return {
    ...commonPayload(call),
    status: 'success',
    total_cost: cost,
    billed_duration_secs: minutes * 60,
    cost_parts: [
      {
        call_part: 'call-control',
        cost,
        currency: 'USD',
        rate: usd(microsPerMinute),
        billed_duration_secs: minutes * 60,
      },
    ],
  };
}

const usd = (micros: number) => (micros / 1e6).toFixed(6);

export const talkMs = (call: CallRecord) =>
  call.answeredAt && call.endedAt ? call.endedAt.getTime() - call.answeredAt.getTime() : 0;

/** `GET /v2/calls/:id`. */
export const statusData = (call: CallRecord, now: Date) => ({
  record_type: 'call',
  call_control_id: call.callControlId,
  call_leg_id: call.callLegId,
  call_session_id: call.callSessionId,
  ...(call.clientState === undefined ? {} : { client_state: call.clientState }),
  is_alive: call.state === 'answered',
  call_duration: Math.floor(talkMs({ ...call, endedAt: call.endedAt ?? now }) / 1_000),
  ...startTime(call),
  ...(call.endedAt ? { end_time: call.endedAt.toISOString() } : {}),
});
