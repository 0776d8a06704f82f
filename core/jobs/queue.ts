import { createPostgresBackend, Queue, UnrecoverableError, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { DatabasePool } from '../db/index.ts';
import { assert, type Log } from '../kernel/index.ts';
import {
  jobCatalog,
  queueConcurrency,
  queueNames,
  type JobName,
  type JobPayload,
  type QueueName,
} from './catalog.ts';

/** Where jobs wait: on Redis, or on the database itself. */
export type QueueBackend =
  | { readonly type: 'postgres'; readonly pool: DatabasePool }
  | { readonly type: 'redis'; readonly url: string };

export interface JobQueue {
  /**
   * Adds a job. `dedupeId` names the thing it is about: while a job of that id waits or runs, and
   * after it has succeeded, another is not added.
   * Never call it inside a database transaction: on the embedded database both share one session.
   */
  enqueue<N extends JobName>(name: N, payload: JobPayload<N>, dedupeId: string): Promise<void>;
  close(): Promise<void>;
}

/** The queue as the process that opened it has it. */
export interface OpenJobQueue extends JobQueue {
  /** Queue → state → how many jobs. */
  counts(): Promise<Record<string, Record<string, number>>>;
}

export interface JobContext {
  readonly signal: AbortSignal;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly lastAttempt: boolean;
  readonly log: Log;
}

export type JobHandlers = {
  readonly [N in JobName]: (payload: JobPayload<N>, context: JobContext) => Promise<void>;
};

export interface JobRunner {
  /** Waits for running jobs, up to BullMQ's own lock time, and stops. */
  close(): Promise<void>;
}

/** A handler throws this when trying again cannot help. */
export { UnrecoverableError as NoRetryError } from 'bullmq';

const KEEP_COMPLETED = { age: 24 * 3600, count: 10_000 };
const KEEP_FAILED = { age: 7 * 24 * 3600, count: 10_000 };

export function createJobQueue(backend: QueueBackend, log: Log): OpenJobQueue {
  const connections: Redis[] = [];
  const queues = new Map<QueueName, Queue>();
  for (const name of queueNames) {
    const queue = openQueue(name, backend, connections);
    queue.on('error', (error) => log.error({ err: error, queue: name }, 'queue error'));
    queues.set(name, queue);
  }
  return {
    async enqueue(name, payload, dedupeId) {
      const job = jobCatalog[name];
      const queue = queues.get(job.queue);
      assert(queue, `queue ${job.queue} is not open`);
      await queue.add(name, job.schema.parse(payload), {
        jobId: `${name}-${dedupeId}`,
        attempts: job.attempts,
        backoff: { type: 'exponential', delay: job.backoffMs, jitter: 0.5 },
        removeOnComplete: KEEP_COMPLETED,
        removeOnFail: KEEP_FAILED,
      });
    },
    async counts() {
      const counted = [...queues].map(async ([name, queue]) => {
        const states = await queue.getJobCounts('waiting', 'active', 'delayed', 'failed');
        return [name, states] as const;
      });
      return Object.fromEntries(await Promise.all(counted));
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      for (const connection of connections) connection.disconnect();
    },
  };
}

/** Runs the handlers until closed. `concurrency` is per queue, unless the catalog says otherwise. */
export function runJobs(
  backend: QueueBackend,
  handlers: JobHandlers,
  options: { log: Log; concurrency: number },
): JobRunner {
  const connections: Redis[] = [];
  const workers = queueNames.map((queueName) => {
    const process = async (job: {
      name: string;
      data: unknown;
      attemptsMade: number;
      id?: string;
    }) => {
      const name = job.name as JobName;
      const definition = jobCatalog[name];
      if (definition === undefined) throw new UnrecoverableError(`unknown job ${job.name}`);
      const payload = definition.schema.safeParse(job.data);
      if (!payload.success)
        throw new UnrecoverableError(`bad payload of ${name}: ${payload.error.message}`);
      const attempt = job.attemptsMade + 1;
      const handler = handlers[name] as (payload: unknown, context: JobContext) => Promise<void>;
      await handler(payload.data, {
        signal: AbortSignal.timeout(definition.timeoutMs),
        attempt,
        lastAttempt: attempt >= definition.attempts,
        log: options.log.child({ job: name, job_id: job.id, attempt }),
      });
    };
    const concurrency = queueConcurrency[queueName] ?? options.concurrency;
    const worker = openWorker(queueName, backend, process, concurrency, connections);
    worker.on('error', (error) =>
      options.log.error({ err: error, queue: queueName }, 'worker error'),
    );
    worker.on('failed', (job, error) =>
      options.log.warn({ err: error, job: job?.name, job_id: job?.id }, 'job failed'),
    );
    return worker;
  });
  return {
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      for (const connection of connections) connection.disconnect();
    },
  };
}

function openQueue(name: QueueName, backend: QueueBackend, connections: Redis[]): Queue {
  if (backend.type === 'postgres') {
    return new Queue(name, { connection: backend.pool as never }, createPostgresBackend as never);
  }
  return new Queue(name, { connection: connectRedis(backend.url, connections) });
}

function openWorker(
  name: QueueName,
  backend: QueueBackend,
  process: (job: never) => Promise<void>,
  concurrency: number,
  connections: Redis[],
): Worker {
  if (backend.type === 'postgres') {
    const options = { connection: backend.pool as never, concurrency };
    return new Worker(name, process as never, options, createPostgresBackend as never);
  }
  return new Worker(name, process as never, {
    connection: connectRedis(backend.url, connections),
    concurrency,
  });
}

function connectRedis(url: string, connections: Redis[]): Redis {
  // BullMQ's workers block on their connection, so requests must not be given up on.
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connections.push(connection);
  return connection;
}
