import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, errorCatalog, limits, type Clock } from '@alo/core/kernel';

/** One server-sent event. `id` lets a client that lost its connection go on where it was. */
export interface ServerEvent {
  readonly type: string;
  readonly id?: string;
  /** What `data` holds, where it is not the event itself without its id. */
  readonly body?: object;
}

export interface SendEventsOptions {
  /** A comment is sent when nothing else was for this long, so that both sides know the other is there. */
  readonly heartbeat?: { readonly clock: Clock; readonly everyMs: number };
}

/** Whether the caller asked for a stream rather than one answer. */
export function wantsEvents(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/event-stream');
}

/**
 * Answers with the events of `source` as they come, each as `event: <type>` and `data: <JSON>`.
 * The signal aborts when the caller goes away. An error in the middle becomes an `error` event
 * with the problem's code: the status line has gone already.
 */
export function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
  { heartbeat }: SendEventsOptions = {},
): FastifyReply {
  const leave = enter(request);
  const gone = new AbortController();
  reply.raw.on('close', () => {
    leave();
    gone.abort();
  });
  const frames = async function* () {
    yield ': open\n\n';
    try {
      const events = source(gone.signal);
      for await (const event of heartbeat ? withPauses(events, heartbeat) : events) {
        yield event === null ? ': still here\n\n' : frameOf(event);
      }
    } catch (error) {
      if (gone.signal.aborted) return;
      const known = error instanceof AppError ? error : new AppError('internal', { cause: error });
      if (known.status >= 500) request.log.error({ err: error }, 'event stream failed');
      const problem = {
        type: 'error',
        code: known.code,
        title: errorCatalog[known.code].title[request.language],
        detail: known.detail[request.language],
        request_id: request.id,
      };
      yield `event: error\ndata: ${JSON.stringify(problem)}\n\n`;
    }
  };
  return reply
    .header('cache-control', 'no-cache, no-transform')
    .header('x-accel-buffering', 'no')
    .type('text/event-stream; charset=utf-8')
    .send(Readable.from(frames(), { objectMode: false }));
}

function frameOf({ id, body, ...event }: ServerEvent): string {
  const data = JSON.stringify(body ?? event);
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event.type}\ndata: ${data}\n\n`;
}

/** The values of `source`, and null whenever none came for a while. */
async function* withPauses<T>(
  source: AsyncIterable<T>,
  { clock, everyMs }: { clock: Clock; everyMs: number },
): AsyncGenerator<T | null> {
  const values = source[Symbol.asyncIterator]();
  try {
    for (let next = values.next(); ;) {
      const pause = Promise.withResolvers<null>();
      const cancel = clock.setTimer(everyMs, () => pause.resolve(null));
      const result = await Promise.race([next, pause.promise]).finally(cancel);
      if (result === null) yield null;
      else if (result.done) return;
      else {
        yield result.value;
        next = values.next();
      }
    }
  } finally {
    await values.return?.();
  }
}

/** Streams open in this process, by organization. */
const openStreams = new WeakMap<object, Map<string, number>>();

/** Counts a stream of the caller's organization; throws `rate_limited` beyond their share. */
function enter(request: FastifyRequest): () => void {
  const org = request.principal?.orgId;
  if (!org) return () => undefined;
  const counts = openStreams.get(request.server.server) ?? new Map<string, number>();
  openStreams.set(request.server.server, counts);
  const open = counts.get(org) ?? 0;
  if (open >= limits.http.streamsPerOrganization) {
    throw new AppError('rate_limited', {
      detail: {
        es: `Hay ${open} transmisiones abiertas: cierre alguna.`,
        en: `There are ${open} streams open: close one.`,
      },
    });
  }
  counts.set(org, open + 1);
  return () => {
    const left = (counts.get(org) ?? 1) - 1;
    if (left === 0) counts.delete(org);
    else counts.set(org, left);
  };
}
