import { followEvents, type EventStream } from '../core/event-stream.ts';
import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  Call,
  CallDetail,
  CallEvent,
  CallLatency,
  CallReceipt,
  SentOrder,
  SpokenOrder,
  StartTestCall,
} from '../types.ts';

const isLast = (event: CallEvent) => event.type === 'call.ended';

/** Phone calls. */
export function callsResource(http: Transport) {
  return {
    /** Rings `to` from the generic number and puts the agent on the line. */
    test: (body: StartTestCall, options?: RequestOptions) =>
      http.request<Call>('POST', '/v1/calls/test', { ...options, body }),
    get: (id: string, options?: RequestOptions) =>
      http.request<CallDetail>('GET', path`/v1/calls/${id}`, options),
    list: (query?: PageQuery, options?: RequestOptions) =>
      listOf<Call>(http, '/v1/calls', { ...query }, options),
    /** How long callers waited for an answer, and for what. `since`: `90m`, `24h`, `7d`. */
    latency: (query: { since?: string } = {}, options?: RequestOptions) =>
      http.request<CallLatency>('GET', '/v1/calls/latency', { ...options, query }),
    /** What happens in the call, from its beginning to `call.ended`, across lost connections. */
    watch: (id: string, options: RequestOptions = {}): EventStream<CallEvent> =>
      followEvents<CallEvent>(http, path`/v1/calls/${id}/events`, options, { isLast }),
    /** What has happened so far. */
    events: async (id: string, options?: RequestOptions) => {
      const list = await http.request<{ data: CallEvent[] }>(
        'GET',
        path`/v1/calls/${id}/events`,
        options,
      );
      return list.data;
    },
    /** What a call that is over cost: seconds, rate, hold, ledger entry. */
    receipt: (id: string, options?: RequestOptions) =>
      http.request<CallReceipt>('GET', path`/v1/calls/${id}/receipt`, options),
    /** Has the agent say this to the caller of a live call, when the floor is free. */
    say: (id: string, body: SpokenOrder, options?: RequestOptions) =>
      http.request<SentOrder>('POST', path`/v1/calls/${id}/say`, { ...options, body }),
    /** Tells the agent of a live call something that the caller does not hear. */
    whisper: (id: string, body: SpokenOrder, options?: RequestOptions) =>
      http.request<SentOrder>('POST', path`/v1/calls/${id}/whisper`, { ...options, body }),
    /** Silences the agent of a live call: a person speaks, through `say`. */
    takeOver: (id: string, options?: RequestOptions) =>
      http.request<SentOrder>('POST', path`/v1/calls/${id}/take_over`, options),
    /** Lets the agent answer again. */
    handBack: (id: string, options?: RequestOptions) =>
      http.request<SentOrder>('POST', path`/v1/calls/${id}/hand_back`, options),
    /** Ends a live call at once. */
    hangUp: (id: string, options?: RequestOptions) =>
      http.request<SentOrder>('POST', path`/v1/calls/${id}/hang_up`, options),
    /** The recording (WAV, both sides); read it with `.bytes()` or stream its `.body`. */
    recording: (id: string, options?: RequestOptions): Promise<Response> =>
      http.open('GET', path`/v1/calls/${id}/recording`, options),
  };
}
