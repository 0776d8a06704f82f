import type { Clock } from '@alo/core/kernel';
import type { Voice } from '../speech/index.ts';
import { encodeAudio, type Encoding } from './audio.ts';
import type { DeepgramTimings } from './timings.ts';

/** What a speaker sends, in order. */
export type Job =
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'audio'; readonly bytes: Uint8Array }
  | { readonly kind: 'message'; readonly message: object }
  | { readonly kind: 'close' };

export interface Speaker {
  /** Adds jobs behind the others. Idle, it waits `firstAfterMs` before the first. */
  add(jobs: readonly Job[], firstAfterMs: number): void;
  /**
   * Forgets everything but one piece of audio that was on its way, sends that and then `answer`: as at the
   * vendor, audio may still arrive after a Clear.
   */
  clear(answer: object): void;
  stop(): void;
}

/** The shortest and the longest piece of audio in one message. */
const PIECE_MS_MIN = 20;
const PIECE_MS_MAX = 180;

/** Speaks sentence by sentence, each made when its turn comes, sent in uneven pieces faster than it sounds. */
export function createSpeaker(options: {
  clock: Clock;
  random: () => number;
  timings: DeepgramTimings;
  voice: Voice;
  format: { encoding: Encoding; sample_rate: number };
  send: (job: Exclude<Job, { kind: 'say' }>) => void;
}): Speaker {
  const { clock, format, timings } = options;
  const bytesPerMs = (format.sample_rate / 1_000) * (format.encoding === 'linear16' ? 2 : 1);
  let jobs: Job[] = [];
  let cancel: (() => void) | undefined;

  function piecesOf(text: string): Job[] {
    const pcm = options.voice.synthesize(text, format.sample_rate);
    const bytes = encodeAudio(format.encoding, pcm);
    const pieces: Job[] = [];
    for (let at = 0; at < bytes.length;) {
      const ms = PIECE_MS_MIN + options.random() * (PIECE_MS_MAX - PIECE_MS_MIN);
      const size = Math.round(ms) * bytesPerMs;
      pieces.push({ kind: 'audio', bytes: bytes.subarray(at, at + size) });
      at += size;
    }
    return pieces;
  }

  function step(): void {
    cancel = undefined;
    const job = jobs.shift();
    if (!job) return;
    if (job.kind === 'say') {
      jobs.unshift(...piecesOf(job.text));
      return step();
    }
    options.send(job);
    if (job.kind === 'audio') wait(timings.nextAudioMs);
    else step();
  }

  function wait(ms: number): void {
    cancel ??= clock.setTimer(ms, step);
  }

  function stop(): void {
    jobs = [];
    cancel?.();
    cancel = undefined;
  }

  return {
    add(more, firstAfterMs) {
      jobs.push(...more);
      wait(firstAfterMs);
    },
    clear(answer) {
      const [late] = jobs.filter((job) => job.kind === 'audio');
      stop();
      jobs = [...(late ? [late] : []), { kind: 'message', message: answer }];
      wait(timings.nextAudioMs);
    },
    stop,
  };
}
