import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';

const alo = fileURLToPath(new URL('../../cli/bin/alo.mjs', import.meta.url));
const PATIENCE_MS = 30_000;

export interface TerminalRun {
  /** Resolves with the match once it is on the screen, after what was waited for before. */
  shown(pattern: RegExp): Promise<RegExpExecArray>;
  /** Types a line and the Enter key. */
  enter(line: string): void;
  /** Presses keys, as a terminal sends them. */
  press(keys: string): void;
  /** The exit code and everything that was ever on the screen. */
  readonly ended: Promise<{ readonly code: number; readonly screen: string }>;
}

/** Runs `alo` on a real pseudo-terminal (util-linux `script`), with somebody who types. */
export function onTerminal(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): TerminalRun {
  const quoted = [process.execPath, alo, ...words].map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['-qec', quoted, '/dev/null'], {
    env: { ...process.env, TERM: 'dumb', NO_COLOR: '1', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let screen = '';
  let read = 0;
  const written = new EventEmitter();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    written.emit('more');
  });
  const ended = new Promise<{ code: number; screen: string }>((resolve) => {
    child.once('close', (code) => resolve({ code: code ?? -1, screen }));
  });

  async function shown(pattern: RegExp): Promise<RegExpExecArray> {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    for (let isOver = false; ;) {
      const match = pattern.exec(screen.slice(read));
      if (match) {
        read += match.index + match[0].length;
        return match;
      }
      if (isOver || patience.aborted) {
        child.kill('SIGKILL');
        throw new Error(`never shown: ${pattern}, but: ${screen.slice(read)}`);
      }
      const more = once(written, 'more', { signal: patience }).catch(() => undefined);
      isOver = await Promise.race([more.then(() => false), ended.then(() => true)]);
    }
  }

  const press = (keys: string) => void child.stdin.write(keys);
  return { ended, shown, press, enter: (line) => press(`${line}\r`) };
}
