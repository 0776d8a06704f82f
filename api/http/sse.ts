import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError, errorCatalog } from '@alo/core/kernel';

/** One server-sent event. `id` lets a client that lost its connection go on where it was. */
export interface ServerEvent {
  readonly type: string;
  readonly id?: string;
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
): FastifyReply {
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  const frames = async function* () {
    yield ': open\n\n';
    try {
      for await (const { id, ...event } of source(gone.signal)) {
        yield `${id === undefined ? '' : `id: ${id}\n`}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
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
