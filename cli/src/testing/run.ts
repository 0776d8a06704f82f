import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll } from 'vitest';
import { runCli } from '../cli.ts';
import type { Io, OutStream } from '../lib/io.ts';

export interface CliRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Pretend that people are there: human views, no JSON. */
  readonly tty?: boolean;
  readonly signal?: AbortSignal;
  /** What is piped in; without it, stdin stays open and says nothing. */
  readonly stdin?: string;
}

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

/** A folder that is this test file's own, for `ALO_HOME`; it is gone when its tests are over. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'alo-cli-'));
  folders.push(folder);
  return folder;
}

/** Runs a command line in this process, with streams that remember what was written. */
export async function cli(argv: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const stdout = memory(options.tty === true);
  const stderr = memory(options.tty === true);
  const interrupt = new AbortController();
  const stdin = new PassThrough();
  if (options.stdin !== undefined) stdin.end(options.stdin);
  const io: Io = {
    stdin,
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: { TERM: 'dumb', ...options.env },
    cwd: options.cwd ?? process.cwd(),
    now: () => Date.now(),
    signal: options.signal ?? interrupt.signal,
    interrupt: () => interrupt.abort(),
  };
  const code = await runCli(argv, io);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function memory(isTTY: boolean): { stream: OutStream; text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 100 }), text: () => chunks.join('') };
}
