import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createDb, type Db, type DatabasePool } from '../../db/index.ts';
import { createExecutor, type Answer, type Message } from './operations.ts';
import { processCount } from './plan.ts';

/** Those who do the work. Whoever is killed answers nothing more; another takes its place. */
export interface Crew {
  send(process: number, message: Message): void;
  /** Resolves when the process is dead and its successor is ready. */
  kill(process: number): Promise<void>;
  close(): Promise<void>;
}

const program = new URL('process.ts', import.meta.url).pathname;

/** Processes of their own, which really die. */
export async function startProcesses(
  url: string,
  onAnswer: (answer: Answer) => void,
): Promise<Crew> {
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    // A message to somebody who has just been killed is lost, as it would be anywhere.
    child.stdin.on('error', () => undefined);
    const ready = Promise.withResolvers<void>();
    child.once('exit', () => ready.reject(new Error('a process of the crew did not start')));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === 'ready') ready.resolve();
      else if (!child.killed) onAnswer(JSON.parse(line) as Answer);
    });
    await ready.promise;
    return child;
  };
  const children = await Promise.all(Array.from({ length: processCount }, start));
  const deaths = new Map<number, Promise<void>>();
  const end = (child: ChildProcess, how: () => void) => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    how();
    return exited;
  };
  return {
    send: (at, message) => void children[at]?.stdin?.write(`${JSON.stringify(message)}\n`),
    kill(at) {
      // Who is already dead cannot die: a second blow hits the successor.
      const before = deaths.get(at);
      const death = (async () => {
        await before;
        const child = children[at];
        if (child) await end(child, () => child.kill('SIGKILL'));
        children[at] = await start();
      })();
      deaths.set(at, death);
      return death;
    },
    async close() {
      await Promise.all(children.map((child) => end(child, () => child.stdin?.end())));
    },
  };
}

/**
 * The same in one process, for the embedded database: who is "killed" loses the transactions it has
 * open before they commit, and the answers of those that have.
 */
export async function startInProcess(
  pool: DatabasePool,
  onAnswer: (answer: Answer) => void,
): Promise<Crew> {
  const hire = () => {
    const life = new AbortController();
    const db = createDb(pool);
    const mortal: Db = {
      ...db,
      withSystem: (work, onBehalfOf) =>
        db.withSystem(async (tx) => {
          const result = await work(tx);
          life.signal.throwIfAborted();
          return result;
        }, onBehalfOf),
    };
    return { life, execute: createExecutor(mortal) };
  };
  const workers = Array.from({ length: processCount }, hire);
  const running = new Set<Promise<unknown>>();
  return {
    send(at, message) {
      const worker = workers[at];
      if (!worker) return;
      const work = async () => {
        const answer = await worker.execute(message);
        if (!worker.life.signal.aborted) onAnswer(answer);
      };
      const run = work().finally(() => running.delete(run));
      running.add(run);
    },
    async kill(at) {
      workers[at]?.life.abort();
      workers[at] = hire();
    },
    close: async () => void (await Promise.all(running)),
  };
}
