import { followEvents, type EventStream } from '../core/event-stream.ts';
import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type { AloEvent, EventPattern, TriggerEvent, WebhookDelivery } from '../types.ts';

/** The server sends a comment every 15 s: three missing, and the connection is dead. */
const idleTimeoutMs = 45_000;

export interface EventQuery extends PageQuery {
  /** Only these: types, or all of an object (`call.*`). */
  readonly types?: readonly EventPattern[] | undefined;
}

export interface StreamEvents {
  readonly types?: readonly EventPattern[] | undefined;
  /** The id of the last event seen, or `start` for all that are kept. Without it, from now on. */
  readonly from?: string | undefined;
}

export interface StreamOptions extends RequestOptions {
  /** Called each time a connection stands, the first one included. */
  readonly onOpen?: (() => void) | undefined;
  /** Called each time one broke off or could not be made, before the next try. */
  readonly onLost?: (() => void) | undefined;
}

interface StreamOpened {
  readonly type: 'stream.opened';
}

/** What happened: as a list, live, and sent again. */
export function eventsResource(http: Transport) {
  return {
    list: ({ types, ...page }: EventQuery = {}, options?: RequestOptions) =>
      listOf<AloEvent>(http, '/v1/events', { ...page, types: types?.join(',') }, options),
    get: (id: string, options?: RequestOptions) =>
      http.request<AloEvent>('GET', path`/v1/events/${id}`, options),
    /** Where it was sent, and what came of it. */
    deliveries: async (id: string, options?: RequestOptions) => {
      const url = path`/v1/events/${id}/deliveries`;
      const list = await http.request<{ data: WebhookDelivery[] }>('GET', url, options);
      return list.data;
    },
    /** Sends it again: to one endpoint, or to every enabled one that wants such events. */
    replay: async (
      id: string,
      body: { readonly endpoint_id?: string | undefined } = {},
      options?: RequestOptions,
    ) => {
      const url = path`/v1/events/${id}/replay`;
      const list = await http.request<{ data: WebhookDelivery[] }>('POST', url, {
        ...options,
        body,
      });
      return list.data;
    },
    /** Makes a sample event, marked `test`: to listeners, and to the endpoints named. */
    trigger: (body: TriggerEvent, options?: RequestOptions) =>
      http.request<AloEvent>('POST', '/v1/events/trigger', { ...options, body }),
    /**
     * Events as they happen, until you leave the loop. Lost connections are made again behind the
     * last event seen: none is missed, one can come twice. Throws after `maxRetries` connections in
     * a row that could not be made.
     */
    stream: async function* stream(
      { types, from }: StreamEvents = {},
      { onOpen, onLost, ...options }: StreamOptions = {},
    ): EventStream<AloEvent> {
      const query = { types: types?.join(','), from };
      const events = followEvents<AloEvent | StreamOpened>(
        http,
        '/v1/events/stream',
        { ...options, query },
        { isLast: () => false, idleTimeoutMs, onLost },
      );
      for await (const event of events) {
        if (event.type === 'stream.opened') onOpen?.();
        else yield event;
      }
    },
  };
}
