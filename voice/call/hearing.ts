import { limits, type Log } from '@alo/core/kernel';
import type { AudioFormat, SttEvent, SttOptions, SttProvider, SttStream } from '@alo/core/ports';
import { createInbound } from '../media/inbound.ts';
import { lineCodec } from '../media/line-codec.ts';
import type { Recording } from '../media/recording.ts';
import { createQuietPost } from '../media/quiet-post.ts';
import { createTimeline } from '../media/timeline.ts';
import { createEnergyVad, levelDbfs, type VadFactory } from '../media/vad.ts';
import type { HeardEvent } from './end-of-turn/listening.ts';

const REOPENS_MAX = 2;
/** A stream that has lasted this long was a good one: its loss is the first again. */
const HEALTHY_MS = 30_000;
const FRAME_MS = limits.voice.frameMs;
/** A click is no voice, and the gap between two words is no pause. */
const VOICE_STARTS_FRAMES = 3;
const VOICE_STOPS_FRAMES = 8;
/** A transcript comes so long after its voice at most. */
const LATELY_MS = 1_500;

/** The caller's audio → words and voice, through one STT stream a call and our own ear; recorded on the way. */
export interface Hearing {
  /** Takes a packet as the carrier delivered it; without a number where its transport keeps the order. */
  push(sequence: number | null, packet: Uint8Array): void;
  /** The line was gone and has come back. */
  lineBack(): void;
  /** When the last voiced frame of the caller reached us, in ms since the call's start; null before the first. */
  readonly lastVoicedMs: number | null;
  /** Our own ear has heard a voice lately: words of the recogniser are no phantom. */
  readonly voicedLately: boolean;
  /** Asks the recogniser to settle what it has heard. */
  settle(): void;
  /** Opens another stream in place of one that hears nothing. */
  reopen(): void;
  close(): void;
}

export interface HearingDeps {
  readonly stt: SttProvider;
  readonly format: AudioFormat;
  readonly options: Omit<SttOptions, 'format'>;
  readonly recording: Recording;
  /** Our own ear; by energy where absent. */
  readonly vad?: VadFactory | undefined;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Milliseconds since the call's start. */
  nowMs(): number;
  /** Words and voice, as they come. */
  onHeard(event: HeardEvent): void;
  /** The stream dropped; another has been opened. */
  onLost(error: Error): void;
  /** The stream keeps dropping: nothing is heard any more. */
  onFailed(): void;
}

export function createHearing(deps: HearingDeps): Hearing {
  const codec = lineCodec(deps.format);
  const inbound = createInbound(codec, hear);
  const timeline = createTimeline();
  const samples = new Int16Array(codec.samplesPerMs * FRAME_MS);
  const vad = (deps.vad ?? createEnergyVad)(deps.format.sampleRateHz);
  let reopens = 0;
  let openedMs = 0;
  let closed = false;
  let lastVoicedMs: number | null = null;
  let voice = false;
  let voicedFrames = 0;
  let quietFrames = 0;
  let voiceBeganMs = 0;
  let stream = open();
  const post = createQuietPost((audio) => stream.write(audio));

  function open(): SttStream {
    openedMs = deps.nowMs();
    const opened = deps.stt.open({ ...deps.options, format: deps.format }, deps.signal);
    void read(opened);
    return opened;
  }

  async function read(from: SttStream): Promise<void> {
    for await (const event of from.events) {
      if (closed || (stream !== undefined && from !== stream)) return;
      if (event.type === 'closed')
        return lost(event.error ?? new Error('the hearing stream ended'));
      if (event.type === 'end_of_turn') post.settled();
      const heard = heardOf(event);
      if (heard) deps.onHeard(heard);
    }
  }

  function lost(error: Error): void {
    deps.log.warn({ err: error }, 'hearing stream lost');
    deps.onLost(error);
    if (deps.nowMs() - openedMs > HEALTHY_MS) reopens = 0;
    if (reopens >= REOPENS_MAX) return deps.onFailed();
    reopens += 1;
    stream = open();
    deps.onHeard({ type: 'stt.lost' });
  }

  function hear(frame: Uint8Array): void {
    const arrivedMs = deps.nowMs();
    deps.recording.write('caller', timeline.place(arrivedMs, FRAME_MS), frame);
    // Fifty a second and call: memory of its own for each would keep the collector busy.
    const pcm = codec.decode(frame, samples);
    const level = levelDbfs(pcm);
    const voiced = vad.push(pcm, level);
    listen(voiced, arrivedMs);
    post.push(frame, { voiced, levelDbfs: level });
  }

  function listen(voiced: boolean, atMs: number): void {
    if (voiced) {
      lastVoicedMs = Math.round(atMs);
      quietFrames = 0;
      voicedFrames += 1;
      if (voice || voicedFrames < VOICE_STARTS_FRAMES) return;
      voice = true;
      voiceBeganMs = atMs - (VOICE_STARTS_FRAMES - 1) * FRAME_MS;
      deps.onHeard({ type: 'voice.started' });
      return;
    }
    quietFrames += 1;
    if (quietFrames < VOICE_STOPS_FRAMES) return;
    voicedFrames = 0;
    if (!voice) return;
    voice = false;
    deps.onHeard({ type: 'voice.stopped', voicedMs: (lastVoicedMs ?? atMs) - voiceBeganMs });
  }

  return {
    push(sequence, packet) {
      if (!closed) inbound.push(sequence, packet);
    },
    lineBack() {
      inbound.restart();
      timeline.restart();
    },
    get lastVoicedMs() {
      return lastVoicedMs;
    },
    get voicedLately() {
      return lastVoicedMs !== null && deps.nowMs() - lastVoicedMs <= LATELY_MS;
    },
    settle: () => stream.finalize(),
    reopen() {
      if (closed) return;
      const deaf = stream;
      stream = open();
      deaf.close();
      // It begins with the next word: nothing of it repeats what the deaf one had begun.
      deps.onHeard({ type: 'stt.lost' });
    },
    close() {
      if (closed) return;
      closed = true;
      stream.close();
      vad.close();
    },
  };
}

function heardOf(event: SttEvent): HeardEvent | null {
  switch (event.type) {
    case 'partial':
      return { type: 'stt.partial', text: event.text };
    case 'final':
      return { type: 'stt.final', text: event.text };
    case 'eager_end_of_turn':
      return { type: 'stt.eager', text: event.text };
    case 'turn_resumed':
      return { type: 'stt.resumed' };
    case 'end_of_turn':
      return { type: 'stt.ended', text: event.text };
    default:
      return null;
  }
}
