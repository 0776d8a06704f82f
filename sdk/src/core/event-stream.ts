import {
  AloError,
  ConnectionError,
  UnexpectedResponseError,
  apiErrorOf,
  isRecord,
  problemOf,
} from './errors.ts';
import { abortedBy } from './runtime.ts';
import { readSse, type SseMessage } from './sse.ts';
import { retryDelayMs } from './retry.ts';
import type { Method, RawRequestOptions, Transport } from './transport.ts';

/** Events as they happen. Leaving the loop ends the stream. */
export type EventStream<E> = AsyncGenerator<E, void, undefined>;

export interface FollowOptions<E> {
  /** Whether the stream has said all it had to say with this event. */
  readonly isLast: (event: E) => boolean;
  /** A connection this silent is dead: for servers that send something every so often. */
  readonly idleTimeoutMs?: number | undefined;
  /** Called when a connection could not be made or broke off; not when the server ended it well. */
  readonly onLost?: (() => void) | undefined;
}

/** The events of one answer. The stream that breaks before its end throws `ConnectionError`. */
export async function* streamOf<E>(
  transport: Transport,
  method: Method,
  path: string,
  options: RawRequestOptions = {},
): EventStream<E> {
  for await (const message of messagesOf(transport, method, path, options)) {
    yield eventOf<E>(message);
  }
}

/**
 * The events of a resource, across dropped connections: each new one asks for what came after
 * the last event seen (`Last-Event-ID`). Gives up after `maxRetries` connections in a row that
 * brought nothing new.
 */
export async function* followEvents<E>(
  transport: Transport,
  path: string,
  options: RawRequestOptions,
  { isLast, idleTimeoutMs, onLost }: FollowOptions<E>,
): EventStream<E> {
  const { runtime } = transport;
  const maxRetries = options.maxRetries ?? transport.maxRetries;
  let lastId = '';
  let reconnectMs: number | undefined;
  for (let fruitless = 0; ; fruitless += 1) {
    let failure: ConnectionError | undefined;
    const headers = { ...options.headers, ...(lastId && { 'last-event-id': lastId }) };
    try {
      const request = { ...options, headers };
      for await (const message of messagesOf(transport, 'GET', path, request, idleTimeoutMs)) {
        fruitless = 0;
        lastId = message.id;
        reconnectMs = message.retryMs;
        const event = eventOf<E>(message);
        yield event;
        if (isLast(event)) return;
      }
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      failure = error;
    }
    if (fruitless >= maxRetries) {
      // The server ended the stream properly, again and again: there is nothing more to come.
      if (failure) throw failure;
      return;
    }
    if (failure) onLost?.();
    const delayMs = reconnectMs ?? retryDelayMs(fruitless, undefined, runtime) ?? 0;
    await runtime.sleep(delayMs, options.signal);
  }
}

async function* messagesOf(
  transport: Transport,
  method: Method,
  path: string,
  options: RawRequestOptions,
  idleTimeoutMs?: number,
): AsyncGenerator<SseMessage> {
  const response = await transport.open(method, path, { ...options, accept: 'text/event-stream' });
  if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
    await response.body?.cancel();
    throw new UnexpectedResponseError('The server answered with something that is not events.');
  }
  try {
    for await (const message of readSse(response.body, idleTimeoutMs)) {
      if (message.event === 'error') throw errorOf(message, response);
      yield message;
    }
  } catch (cause) {
    if (cause instanceof AloError) throw cause;
    if (options.signal?.aborted) throw abortedBy(options.signal);
    throw new ConnectionError('The event stream broke off.', { cause });
  }
}

/** An error that happened after the stream had begun: the same problem body, as an event. */
function errorOf(message: SseMessage, response: Response): AloError {
  const problem = problemOf('application/json', message.data);
  const status = statusIn(message.data);
  return apiErrorOf(status, problem, response.headers);
}

function statusIn(data: string): number {
  try {
    const parsed: unknown = JSON.parse(data);
    if (isRecord(parsed) && typeof parsed['status'] === 'number') return parsed['status'];
  } catch {
    // Not even JSON: the stream failed on the server's side, which is what 500 says.
  }
  return 500;
}

/** The event's JSON, with `type` from the stream where the JSON has none. */
function eventOf<E>(message: SseMessage): E {
  let data: unknown;
  try {
    data = JSON.parse(message.data);
  } catch (cause) {
    throw new UnexpectedResponseError('The event stream holds something that is not JSON.', {
      cause,
    });
  }
  if (!isRecord(data)) throw new UnexpectedResponseError('An event is not a JSON object.');
  return ('type' in data ? data : { type: message.event, ...data }) as E;
}
