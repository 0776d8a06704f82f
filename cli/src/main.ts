import { runCli } from './cli.ts';

/** The process around a run of the CLI: streams, environment, Ctrl-C, exit code. */
export async function main(): Promise<void> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => {
    interrupted.abort();
    // A second Ctrl-C does not wait for anything to end well.
    process.once('SIGINT', () => process.exit(130));
  });
  process.once('SIGTERM', () => interrupted.abort(new DOMException('SIGTERM', 'AbortError')));
  // `alo calls list | head` closes our stdout early, which is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  process.exitCode = await runCli(process.argv.slice(2), {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    now: () => Date.now(),
    signal: interrupted.signal,
    interrupt: () => interrupted.abort(),
  });
}
