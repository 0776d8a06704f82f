import { Worker } from 'node:worker_threads';
import type {
  EmbeddedSource,
  EngineFailure,
  EngineMessage,
  EngineQuestion,
  EngineRows,
} from './embedded.protocol.ts';

/** Postgres in a thread of this process. One session: who may use it when is not decided here. */
export interface EmbeddedEngine {
  query(sql: string, parameters: readonly unknown[]): Promise<EngineRows>;
  /** Runs statements without parameters; the result is the last one's. */
  exec(sql: string): Promise<EngineRows>;
  /** The whole database as an archive. */
  dump(): Promise<Blob>;
  /** Who hears every `notify`, and of the thread's end if it dies by itself. */
  listen(listener: EngineListener): void;
  close(): Promise<void>;
}

export interface EngineListener {
  onNotification(channel: string, payload: string): void;
  onLost(error: Error): void;
}

type Asked = EngineQuestion extends infer Q
  ? Q extends EngineQuestion
    ? Omit<Q, 'id'>
    : never
  : never;

/** Starts the thread; resolves when the database answers. */
export async function startEmbeddedEngine(source: EmbeddedSource): Promise<EmbeddedEngine> {
  const thread = new Worker(new URL('./embedded.thread.ts', import.meta.url), {
    workerData: source,
    name: 'embedded database',
  });
  const ready = Promise.withResolvers<void>();
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let questions = 0;
  let gone: Error | undefined;
  let closing = false;
  let listener: EngineListener | undefined;

  const lose = (error: Error) => {
    if (gone) return;
    gone = error;
    ready.reject(error);
    for (const question of waiting.values()) question.reject(error);
    waiting.clear();
    if (!closing) listener?.onLost(error);
  };
  const settle = (id: number) => {
    const question = waiting.get(id);
    waiting.delete(id);
    // A database that nobody is asking anything must not keep the process alive.
    if (waiting.size === 0) thread.unref();
    return question;
  };

  thread.on('message', (message: EngineMessage) => {
    if (message.type === 'ready') ready.resolve();
    else if (message.type === 'answer') settle(message.id)?.resolve(message.value);
    else if (message.type === 'failure') settle(message.id)?.reject(errorOf(message.failure));
    else listener?.onNotification(message.channel, message.payload);
  });
  thread.on('error', (error: Error) => lose(error));
  thread.on('exit', () => lose(new Error('the embedded database has ended')));

  function ask<T>(question: Asked): Promise<T> {
    if (gone) return Promise.reject(gone);
    const id = questions++;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, answer);
    thread.ref();
    try {
      // A thread, not a window: there is no origin to name.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      thread.postMessage({ ...question, id });
    } catch (error) {
      settle(id)?.reject(error);
    }
    return answer.promise as Promise<T>;
  }

  await ready.promise;
  thread.unref();
  return {
    query: (sql, parameters) => ask({ type: 'query', sql, parameters }),
    exec: (sql) => ask({ type: 'exec', sql }),
    dump: () => ask({ type: 'dump' }),
    listen(next) {
      listener = next;
    },
    async close() {
      if (gone) return;
      closing = true;
      await ask({ type: 'close' });
      await thread.terminate();
    },
  };
}

function errorOf({ message, stack, fields }: EngineFailure): Error {
  const error = Object.assign(new Error(message), fields);
  if (stack !== undefined) error.stack = stack;
  return error;
}
