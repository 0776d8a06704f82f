import { assert, decodeAlaw, decodeMulaw, encodeMulaw, type Log } from '@alo/core/kernel';
import type { AudioFormat, StreamedFile } from '@alo/core/ports';
import { lineCodec } from './line-codec.ts';
import type { Spool, SpoolFile } from './spool.ts';
import { wavHeader } from './wav.ts';

/** Samples of each side that travel to the disk together: 2 s of a telephone line. */
const BLOCK_SAMPLES = 16_384;
const BLOCK_BYTES = 2 * BLOCK_SAMPLES;
/** Blocks that are still in memory: what is late by less is put in its place there. */
const HELD_BLOCKS_MAX = 3;
/** On its way to the disk, 8 s of a telephone line. A disk that is further behind has failed. */
const WAITING_BYTES_MAX = 4 * BLOCK_BYTES;

type Side = 'caller' | 'agent';

/**
 * Both sides of a call on one time line: the caller left, the agent right. Kept a byte a sample, as
 * G.711 came on the line, and PCM in mu-law; in memory for some seconds, then on disk. What goes
 * beyond `durationMsMax` is dropped. A disk that fails costs the recording, never the call.
 */
export interface Recording {
  /** Puts audio at `atMs` since the call's start, over what was there. */
  write(side: Side, atMs: number, audio: Uint8Array): void;
  /** Silences the agent from `fromMs` on: what was scheduled and never played. It is seconds old at most. */
  cutAgent(fromMs: number): void;
  /** The call is over after `durationMs`. */
  end(durationMs: number): Recorded;
}

/** The recording of a call that is over. */
export interface Recorded {
  /** A WAV of 16 bit at the line's rate, once all of it has been written; null if it could not be kept. */
  wav(): Promise<StreamedFile | null>;
  /** Frees what it takes on the disk. */
  discard(): Promise<void>;
}

export interface RecordingOptions {
  readonly durationMsMax: number;
  readonly formats: Readonly<Record<Side, AudioFormat>>;
  readonly spool: Spool;
  readonly log: Log;
}

export function createRecording(options: RecordingOptions): Recording {
  const { durationMsMax, formats } = options;
  const { sampleRateHz } = formats.caller;
  assert(sampleRateHz === formats.agent.sampleRateHz, 'both sides of a line have one rate');
  const samplesPerMs = sampleRateHz / 1_000;
  const samplesMax = durationMsMax * samplesPerMs;
  const keepers = { caller: keeperOf(formats.caller), agent: keeperOf(formats.agent) };
  const sides = { caller: sideOf(formats.caller, 0), agent: sideOf(formats.agent, 1) };
  const blocks = createBlocks(options, [sides.caller.silence, sides.agent.silence]);

  return {
    write(side, atMs, audio) {
      assert(atMs >= 0, 'a recording starts at 0');
      const start = Math.round(atMs * samplesPerMs);
      if (start >= samplesMax) return;
      const kept = keepers[side](audio);
      const room = samplesMax - start;
      const { channel } = sides[side];
      blocks.write(channel, start, kept.length <= room ? kept : kept.subarray(0, room));
    },
    cutAgent(fromMs) {
      blocks.silence(sides.agent.channel, Math.max(0, Math.round(fromMs * samplesPerMs)));
    },
    end(durationMs) {
      const samples = Math.min(samplesMax, Math.max(0, Math.round(durationMs * samplesPerMs)));
      const header = wavHeader(samples * 4, sampleRateHz);
      async function* read() {
        yield header;
        for (let start = 0; start < samples; start += BLOCK_SAMPLES) {
          const block = await blocks.read(start / BLOCK_SAMPLES);
          const stereo = new Int16Array(2 * Math.min(BLOCK_SAMPLES, samples - start));
          for (const { channel, decode } of [sides.caller, sides.agent])
            interleave(decode(halfOf(block, channel)), stereo, channel);
          yield new Uint8Array(stereo.buffer);
        }
      }
      const file = { byteLength: header.length + samples * 4, read };
      return {
        wav: async () => ((await blocks.written()) ? file : null),
        discard: blocks.discard,
      };
    },
  };
}

/** Audio of a line as it is kept. */
function keeperOf(format: AudioFormat): (audio: Uint8Array) => Uint8Array {
  if (format.encoding !== 'linear16') return (audio) => audio;
  const { decode } = lineCodec(format);
  return (audio) => encodeMulaw(decode(audio));
}

type Channel = 0 | 1;

const sideOf = ({ encoding }: AudioFormat, channel: Channel) => ({
  channel,
  decode: encoding === 'alaw' ? decodeAlaw : decodeMulaw,
  silence: encoding === 'alaw' ? 0xd5 : 0xff,
});

/** A block is all of one side's samples, then all of the other's. */
const halfOf = (block: Uint8Array, channel: Channel) =>
  block.subarray(channel * BLOCK_SAMPLES, (channel + 1) * BLOCK_SAMPLES);

function interleave(pcm: Int16Array, stereo: Int16Array, channel: Channel): void {
  for (let i = 0, to: number = channel; to < stereo.length; i++, to += 2) stereo[to] = pcm[i] ?? 0;
}

/** The time line in blocks: the newest in memory, the others on disk, and none where nobody spoke. */
function createBlocks(
  { spool, log }: Pick<RecordingOptions, 'spool' | 'log'>,
  silences: readonly [number, number],
) {
  const held = new Map<number, Uint8Array>();
  const onDisk = new Set<number>();
  let file: SpoolFile | null = null;
  let failed = false;
  /** Writes follow one another, so that the later of two to one place is the one that stays. */
  let writing: Promise<void> = Promise.resolve();
  let waitingBytes = 0;

  function fail(cause: unknown): void {
    if (failed) return;
    failed = true;
    held.clear();
    // A full disk is full for the other calls too.
    writing = writing.then(close);
    log.error({ err: cause }, 'the call is not recorded any more');
  }

  async function close(): Promise<void> {
    const closing = file;
    file = null;
    await closing?.close().catch((error: unknown) => log.warn({ err: error }, 'file not closed'));
  }

  async function toDisk(bytes: Uint8Array, position: number): Promise<void> {
    try {
      if (failed) return;
      file ??= await spool.open();
      await file.write(bytes, position);
    } catch (error) {
      fail(error);
    } finally {
      waitingBytes -= bytes.length;
    }
  }

  function post(bytes: Uint8Array, position: number): void {
    waitingBytes += bytes.length;
    if (waitingBytes > WAITING_BYTES_MAX) fail(new Error('the disk does not keep up'));
    writing = writing.then(() => toDisk(bytes, position));
  }

  function emptyBlock(): Uint8Array {
    const block = new Uint8Array(BLOCK_BYTES).fill(silences[0], 0, BLOCK_SAMPLES);
    return block.fill(silences[1], BLOCK_SAMPLES);
  }

  /** The block if it is in memory, after making it if there was none. */
  function blockAt(index: number): Uint8Array | undefined {
    const found = held.get(index);
    if (found || onDisk.has(index)) return found;
    held.set(index, emptyBlock());
    if (held.size > HELD_BLOCKS_MAX) {
      const oldest = Math.min(...held.keys());
      post(held.get(oldest) ?? emptyBlock(), oldest * BLOCK_BYTES);
      held.delete(oldest);
      onDisk.add(oldest);
    }
    return held.get(index);
  }

  return {
    write(channel: Channel, start: number, audio: Uint8Array): void {
      for (let done = 0; done < audio.length && !failed;) {
        const index = Math.floor((start + done) / BLOCK_SAMPLES);
        const within = (start + done) % BLOCK_SAMPLES;
        const fits = Math.min(audio.length - done, BLOCK_SAMPLES - within);
        const piece = fits === audio.length ? audio : audio.subarray(done, done + fits);
        const offset = channel * BLOCK_SAMPLES + within;
        const block = blockAt(index);
        if (block) block.set(piece, offset);
        else post(piece.slice(), index * BLOCK_BYTES + offset);
        done += fits;
      }
    },
    silence(channel: Channel, start: number): void {
      for (const [index, block] of held) {
        const from = Math.max(0, start - index * BLOCK_SAMPLES);
        if (from < BLOCK_SAMPLES) halfOf(block, channel).fill(silences[channel], from);
      }
    },
    async read(index: number): Promise<Uint8Array> {
      if (failed) throw new Error('there is no recording');
      const block = held.get(index) ?? emptyBlock();
      if (onDisk.has(index)) await file?.read(block, index * BLOCK_BYTES);
      return block;
    },
    /** Whether everything has been kept, once nothing is on its way any more. */
    async written(): Promise<boolean> {
      await writing;
      return !failed;
    },
    async discard(): Promise<void> {
      failed = true;
      held.clear();
      await writing;
      await close();
    },
  };
}
