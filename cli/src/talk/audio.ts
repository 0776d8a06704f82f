import { spawn, type ChildProcess } from 'node:child_process';
import { CliError } from '../lib/errors.ts';
import type { Io } from '../lib/io.ts';
import type { Localized } from '../lib/language.ts';
import type { Speaker } from './playback.ts';
import type { AudioProgram } from './programs.ts';
import { createFramer } from './wire.ts';

const drainMsMax = 1_000;
const complaintCharsMax = 300;

interface ProgramDeps {
  readonly program: AudioProgram;
  readonly env: Io['env'];
  /** The program ended by itself: there is no device, or somebody pulled it. */
  readonly onFailed: (error: CliError) => void;
}

/** A program apart from our process group: the Ctrl-C that hangs up is not for it. */
function start({ path, args }: AudioProgram, env: Io['env'], input: 'pipe' | 'ignore') {
  return spawn(path, args, {
    // PulseAudio gathers two seconds otherwise.
    env: { PULSE_LATENCY_MSEC: '60', ...env },
    stdio: [input, input === 'pipe' ? 'ignore' : 'pipe', 'pipe'],
    detached: true,
  });
}

/** Calls back when the program is gone, with what it complained of last: what comes before is detail. */
function onGone(child: ChildProcess, then: (complaint: string) => void): void {
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-complaintCharsMax);
  });
  child.once('error', (error) => then(error.message));
  child.once('close', () => then(said.trim().split('\n').at(-1) ?? ''));
}

function failure(code: string, name: Localized, complaint: string): CliError {
  const why = complaint === '' ? '' : `: ${complaint}`;
  return new CliError(
    code,
    { es: `${name.es} no funciona${why}`, en: `${name.en} does not work${why}` },
    {
      hint: {
        es: 'Escriba en vez de hablar: alo talk --text',
        en: 'Write instead of talking: alo talk --text',
      },
    },
  );
}

/** The system's microphone, from the moment it is open. */
export interface Microphone {
  /** The first sound has come: somebody can be heard. Rejects where nobody can. */
  readonly opened: Promise<void>;
  /** Whole samples, from now on; what came before is nobody's. */
  listen(onAudio: (pcm: Uint8Array<ArrayBuffer>) => void): void;
  close(): void;
}

export function openMicrophone({ program, env, onFailed }: ProgramDeps): Microphone {
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  const frame = createFramer();
  const child = start(program, env, 'ignore');
  let onAudio: (pcm: Uint8Array<ArrayBuffer>) => void = () => undefined;
  let closed = false;
  child.stdout?.on('data', (chunk: Buffer) => {
    resolve();
    for (const pcm of frame(chunk)) onAudio(pcm);
  });
  onGone(child, (complaint) => {
    if (closed) return;
    closed = true;
    const error = failure(
      'microphone_failed',
      { es: 'El micrófono', en: 'The microphone' },
      complaint,
    );
    reject(error);
    onFailed(error);
  });
  return {
    opened,
    listen: (next) => void (onAudio = next),
    close() {
      closed = true;
      child.kill('SIGKILL');
    },
  };
}

/** The system's speaker. */
export interface SpeakerProgram extends Speaker {
  /** Lets what was written be heard, and ends. */
  close(): Promise<void>;
}

/**
 * A player keeps what it was given, in buffers nobody can reach: to fall silent it is killed, and
 * another takes its place at once, to be ready when the agent speaks again.
 */
export function openSpeaker({ program, env, onFailed }: ProgramDeps): SpeakerProgram {
  let closed = false;
  let child = open();

  function open(): ChildProcess {
    const opened = start(program, env, 'pipe');
    // Its end is told below; a write that crosses it is no news.
    opened.stdin?.on('error', () => undefined);
    onGone(opened, (complaint) => {
      if (closed || opened !== child) return;
      closed = true;
      onFailed(failure('speaker_failed', { es: 'El parlante', en: 'The speaker' }, complaint));
    });
    return opened;
  }

  return {
    write(pcm) {
      if (!closed) child.stdin?.write(pcm);
    },
    flush() {
      if (closed) return;
      const silenced = child;
      child = open();
      silenced.kill('SIGKILL');
    },
    async close() {
      if (closed) return;
      closed = true;
      const { promise, resolve } = Promise.withResolvers<void>();
      const patience = setTimeout(resolve, drainMsMax);
      child.once('close', () => resolve());
      child.stdin?.end();
      await promise;
      clearTimeout(patience);
      child.kill('SIGKILL');
    },
  };
}
