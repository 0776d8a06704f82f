import { decodeAlaw, decodeMulaw, type Log } from '@alo/core/kernel';
import type { AudioFormat, SttOptions, SttProvider, SttStream } from '@alo/core/ports';
import type { Recording } from '../media/recording.ts';
import { createReorder } from '../media/reorder.ts';
import { createVad } from '../media/vad.ts';

const REOPENS_MAX = 2;
const SAMPLES_PER_MS = 8;
/** A silence on the line longer than this is a gap in the recording, not jitter. */
const GAP_MS = 200;

/** The caller's audio → words, through one STT stream a call; recorded on the way. */
export interface Hearing {
  /** Takes a frame as the carrier delivered it. */
  push(sequence: number, frame: Uint8Array): void;
  /** When the last voiced frame of the caller reached us, in ms since the call's start; null before the first. */
  readonly lastVoicedMs: number | null;
  close(): void;
}

export interface HearingDeps {
  readonly stt: SttProvider;
  readonly format: AudioFormat;
  readonly options: Omit<SttOptions, 'format'>;
  readonly recording: Recording;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Milliseconds since the call's start. */
  nowMs(): number;
  /** The words of the turn so far. */
  onPartial(text: string): void;
  /** The caller has finished speaking. */
  onTurn(text: string): void;
  /** The stream dropped; another has been opened. */
  onLost(error: Error): void;
  /** The stream keeps dropping: nothing is heard any more. */
  onFailed(): void;
}

export function createHearing(deps: HearingDeps): Hearing {
  const decode = deps.format.encoding === 'alaw' ? decodeAlaw : decodeMulaw;
  const reorder = createReorder<Uint8Array>();
  const vad = createVad();
  let reopens = 0;
  let closed = false;
  let cursorMs = 0;
  let lastVoicedMs: number | null = null;
  let stream = open();

  function open(): SttStream {
    const opened = deps.stt.open({ ...deps.options, format: deps.format }, deps.signal);
    void listen(opened);
    return opened;
  }

  async function listen(to: SttStream): Promise<void> {
    for await (const event of to.events) {
      if (closed) return;
      if (event.type === 'partial' && event.text.trim() !== '') deps.onPartial(event.text);
      else if (event.type === 'end_of_turn') deps.onTurn(event.text);
      else if (event.type === 'closed') {
        return reopen(event.error ?? new Error('the hearing stream ended'));
      }
    }
  }

  function reopen(error: Error): void {
    deps.log.warn({ err: error }, 'hearing stream lost');
    deps.onLost(error);
    if (reopens >= REOPENS_MAX) return deps.onFailed();
    reopens += 1;
    stream = open();
  }

  function hear(frame: Uint8Array): void {
    const pcm = decode(frame);
    const arrivedMs = deps.nowMs();
    // Frames follow one another on the line; only a real gap moves the cursor to the arrival time.
    if (arrivedMs - cursorMs > GAP_MS) cursorMs = arrivedMs;
    deps.recording.write('caller', cursorMs, pcm);
    cursorMs += pcm.length / SAMPLES_PER_MS;
    if (vad.push(pcm)) lastVoicedMs = Math.round(arrivedMs);
    stream.write(frame);
  }

  return {
    push(sequence, frame) {
      if (closed) return;
      for (const due of reorder.push(sequence, frame)) hear(due);
    },
    get lastVoicedMs() {
      return lastVoicedMs;
    },
    close() {
      closed = true;
      stream.close();
    },
  };
}
