import { limits } from '@alo/core/kernel';
import type { AudioFormat } from '@alo/core/ports';
import { heardWords, speechMs, type Spoken } from '../speech-text/heard.ts';

const FRAME_MS = limits.voice.frameMs;

/** A stretch of text and its audio. */
export interface Segment {
  readonly text: string;
  /** Heard, and no part of what the agent says. */
  readonly filler: boolean;
  /** How much of its audio has left. */
  sentBytes: number;
}

/** What the agent says at one go: segments in order, cut into frames as they leave. */
export interface Utterance {
  readonly generation: number;
  /** No further segment will come. */
  complete: boolean;
  append(text: string, audio: Uint8Array, filler: boolean): void;
  endSegment(): void;
  interject(text: string, audio: Uint8Array): void;
  abandon(): void;
  /** The segment whose frame is due, or null if none is ready. */
  next(): Segment | null;
  /** The next frame of that segment. */
  take(segment: Segment): Uint8Array;
  /** Audio that has not left. */
  readonly unsentMs: number;
  /** The words whose audio has left, cut in proportion within a segment. */
  heardText(): string;
}

interface Track extends Segment {
  readonly chunks: Uint8Array[];
  bytes: number;
  ended: boolean;
  /** Where the next frame begins: a chunk, and the bytes before it. */
  chunk: number;
  chunkStart: number;
}

export function createUtterance(
  generation: number,
  format: AudioFormat,
  spoken: Spoken,
): Utterance {
  const frameBytes = frameBytesOf(format);
  const bytesMax = limits.call.playoutFramesMax * frameBytes;
  const tracks: Track[] = [];
  let at = 0;

  const open = (text: string, filler: boolean): Track => {
    const track: Track = {
      text,
      filler,
      sentBytes: 0,
      chunks: [],
      bytes: 0,
      ended: false,
      chunk: 0,
      chunkStart: 0,
    };
    tracks.push(track);
    return track;
  };

  const unsentBytes = () => {
    let bytes = 0;
    for (let i = at; i < tracks.length; i++) {
      const track = tracks[i];
      if (track) bytes += track.bytes - track.sentBytes;
    }
    return bytes;
  };

  const add = (track: Track, audio: Uint8Array) => {
    // A minute of speech nobody has heard yet is a voice gone wild: the rest of it is dropped.
    const room = bytesMax - unsentBytes();
    if (room <= 0 || audio.length === 0) return;
    const fits = audio.length <= room ? audio : audio.subarray(0, room);
    track.chunks.push(fits);
    track.bytes += fits.length;
  };

  const last = () => {
    const track = tracks.at(-1);
    return track && !track.ended ? track : undefined;
  };

  return {
    generation,
    complete: false,
    append(text, audio, filler) {
      add(last() ?? open(text, filler), audio);
    },
    endSegment() {
      const track = last();
      if (track) track.ended = true;
    },
    interject(text, audio) {
      // In the middle of a sentence there is no place for one.
      if (last()) return;
      const track = open(text, true);
      add(track, audio);
      track.ended = true;
    },
    abandon() {
      const track = last();
      if (track) {
        // Half a sentence is worse than none, unless it is being heard already.
        if (track.sentBytes === 0) tracks.pop();
        else track.ended = true;
      }
      this.complete = true;
    },
    next() {
      // A pause may have given frames back to a segment that had all left.
      while (at > 0 && (tracks[at - 1]?.sentBytes ?? 0) < (tracks[at - 1]?.bytes ?? 0)) at -= 1;
      for (; at < tracks.length; at++) {
        const track = tracks[at];
        if (!track) return null;
        const unsent = track.bytes - track.sentBytes;
        if (unsent >= frameBytes || (unsent > 0 && track.ended)) return track;
        if (!track.ended) return null;
      }
      return null;
    },
    take(segment) {
      return frameOf(segment as Track, frameBytes, format);
    },
    get unsentMs() {
      return (unsentBytes() / frameBytes) * FRAME_MS;
    },
    heardText() {
      const heard: string[] = [];
      for (const track of tracks) {
        if (track.filler) continue;
        const words = heardOf(track, frameBytes, spoken);
        if (words !== '') heard.push(words);
        if (words !== track.text) break;
      }
      return heard.join(' ').trim();
    },
  };
}

/** Bytes of 20 ms. */
function frameBytesOf({ encoding, sampleRateHz }: AudioFormat): number {
  return ((sampleRateHz * FRAME_MS) / 1_000) * (encoding === 'linear16' ? 2 : 1);
}

const silenceByte = { mulaw: 0xff, alaw: 0xd5, linear16: 0 } as const;

/** The next frame: a view where it lies within one chunk, a copy where it does not, padded at the end. */
function frameOf(track: Track, frameBytes: number, { encoding }: AudioFormat): Uint8Array {
  const start = track.sentBytes;
  const end = Math.min(start + frameBytes, track.bytes);
  seek(track, start);
  track.sentBytes = end;
  const chunk = track.chunks[track.chunk];
  const offset = start - track.chunkStart;
  if (chunk && end - start === frameBytes && offset + frameBytes <= chunk.length)
    return chunk.subarray(offset, offset + frameBytes);
  const frame = new Uint8Array(frameBytes).fill(silenceByte[encoding]);
  for (let filled = 0; filled < end - start;) {
    seek(track, start + filled);
    const from = start + filled - track.chunkStart;
    const piece = track.chunks[track.chunk]?.subarray(from, from + end - start - filled);
    if (!piece || piece.length === 0) break;
    frame.set(piece, filled);
    filled += piece.length;
  }
  return frame;
}

/** Moves to the chunk that holds the byte at `position`. */
function seek(track: Track, position: number): void {
  if (position < track.chunkStart) {
    track.chunk = 0;
    track.chunkStart = 0;
  }
  for (
    let length = track.chunks[track.chunk]?.length ?? Infinity;
    position >= track.chunkStart + length;
    length = track.chunks[track.chunk]?.length ?? Infinity
  ) {
    track.chunk += 1;
    track.chunkStart += length;
  }
}

function heardOf(track: Track, frameBytes: number, spoken: Spoken): string {
  // Audio that has not all arrived: its length is guessed by what is said, not by what is written.
  const guessed = Math.ceil(speechMs(track.text, spoken) / FRAME_MS) * frameBytes;
  const total = track.ended ? track.bytes : Math.max(track.bytes, guessed);
  if (track.sentBytes >= total) return track.text;
  return heardWords(track.text, track.sentBytes / Math.max(1, total), spoken);
}
