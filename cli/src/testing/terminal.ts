import { PassThrough, Writable } from 'node:stream';
import { setImmediate as tick } from 'node:timers/promises';
import { createContext, type Context } from '../lib/context.ts';
import type { Io } from '../lib/io.ts';

export interface Terminal {
  readonly context: Context;
  type(keys: string): void;
  /** Resolves when the text is drawn after what was waited for before, and after what was typed. */
  shown(text: string): Promise<void>;
  /** Everything that was ever drawn. */
  drawn(): string;
}

const patienceMs = 10_000;

/** A terminal that can be typed on, and a context that lives in it. */
export function terminal(env: Record<string, string> = {}, cwd = '/'): Terminal {
  const interrupted = new AbortController();
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
    ref: () => undefined,
    unref: () => undefined,
  });
  let all = '';
  let unread = 0;
  const stdout = Object.assign(
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        all += chunk.toString();
        done();
      },
    }),
    { isTTY: true, columns: 100, rows: 40 },
  );
  const io: Io = {
    stdin,
    stdout,
    stderr: stdout,
    env,
    cwd,
    now: () => Date.now(),
    signal: interrupted.signal,
    interrupt: () => interrupted.abort(),
  };
  return {
    context: createContext(io, 'es', {}, () => Promise.resolve(0)),
    type: (keys) => {
      unread = all.length;
      stdin.write(keys);
    },
    shown: async (text) => {
      const untilMs = Date.now() + patienceMs;
      for (let at = -1; at === -1; at = all.indexOf(text, unread)) {
        if (Date.now() > untilMs)
          throw new Error(`never drawn: ${text}, but: ${all.slice(unread)}`);
        await tick();
      }
      unread = all.indexOf(text, unread) + text.length;
      // The keys are listened to once the drawing is done.
      await tick();
    },
    drawn: () => all,
  };
}
