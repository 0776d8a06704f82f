import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What a process of the bench can be asked for: by name, with one argument. */
export type Handlers = Readonly<Record<string, (argument: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}
type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/** Answers what the parent asks, until it goes away. */
export function serveParent(handlers: Handlers): void {
  const answer = async ({ id, name, argument }: Question) => {
    try {
      const handler = handlers[name] as ((argument: unknown) => unknown) | undefined;
      if (!handler) throw new Error(`nothing is called ${name}`);
      process.send?.({ id, value: await handler(argument) } satisfies Answer);
    } catch (error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.send?.({ id, error: text } satisfies Answer);
    }
  };
  process.on('message', (question) => void answer(question as Question));
  process.on('disconnect', () => process.exit());
}

/** A process of the bench, seen from the one that started it. */
export interface Child {
  ask<T>(name: string, argument?: unknown): Promise<T>;
  /** Ends it, after its own farewell (`close`) if it has one. */
  stop(): Promise<void>;
}

/** Starts `file` (beside this one) in a process of its own. Questions to one that has died fail. */
export function startChild(file: string, args: readonly string[] = []): Child {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let questions = 0;
  let gone = false;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      gone = true;
      const error = new Error(`${file} ended (${signal ?? code})`);
      for (const question of waiting.values()) question.reject(error);
      waiting.clear();
      resolve();
    });
  });
  child.on('message', (message) => {
    const answer = message as Answer;
    const question = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) question?.reject(new Error(`${file}: ${answer.error}`));
    else question?.resolve(answer.value);
  });
  const ask = <T>(name: string, argument?: unknown) =>
    new Promise<T>((resolve, reject) => {
      if (gone) return reject(new Error(`${file} has ended`));
      const id = questions++;
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      child.send({ id, name, argument } satisfies Question);
    });
  return {
    ask,
    async stop() {
      if (gone) return;
      await ask('close').catch(() => undefined);
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
