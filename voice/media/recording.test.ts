import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog, decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@alo/core/kernel';
import { wholeFile } from '@alo/core/ports';
import { createRecording, type Recorded, type RecordingOptions } from './recording.ts';
import { createDiskSpool, memorySpool, type Spool } from './spool.ts';

const line = { encoding: 'mulaw', sampleRateHz: 8_000 } as const;
const silent = createLog({ level: 'silent' });

const record = (options: Partial<RecordingOptions> = {}) =>
  createRecording({
    durationMsMax: 600_000,
    formats: { caller: line, agent: line },
    spool: memorySpool,
    log: silent,
    ...options,
  });

/** What a level sounds like after the line's coding. */
const coded = (level: number) => decodeMulaw(encodeMulaw(Int16Array.of(level)))[0] ?? 0;
const level = (value: number, ms: number) => encodeMulaw(new Int16Array(ms * 8).fill(value));

async function read(recorded: Recorded) {
  const file = await recorded.wav();
  if (!file) throw new Error('nothing was recorded');
  const wav = Buffer.from(await wholeFile(file));
  const samplesPerMs = wav.readUInt32LE(24) / 1_000;
  const at = (ms: number, channel: number) =>
    wav.readInt16LE(44 + (ms * samplesPerMs * 2 + channel) * 2);
  return { wav, caller: (ms: number) => at(ms, 0), agent: (ms: number) => at(ms, 1) };
}

describe('the recording', () => {
  it('is a stereo WAV with the caller left and the agent right, in sync', async () => {
    const recording = record();
    recording.write('caller', 100, level(1_000, 20));
    recording.write('agent', 200, level(2_000, 20));
    const { wav, caller, agent } = await read(recording.end(1_000));
    expect(wav.toString('ascii', 0, 4)).toBe('RIFF');
    expect(wav.readUInt16LE(22)).toBe(2);
    expect(wav.readUInt32LE(24)).toBe(8_000);
    expect(wav.readUInt32LE(40)).toBe(wav.length - 44);
    expect(wav.length).toBe(44 + 8_000 * 4);
    expect([caller(105), agent(105)]).toEqual([coded(1_000), 0]);
    expect([caller(205), agent(205)]).toEqual([0, coded(2_000)]);
  });

  it("reads each side in the line's own coding", async () => {
    const alaw = { encoding: 'alaw', sampleRateHz: 8_000 } as const;
    const recording = record({ formats: { caller: alaw, agent: line } });
    const loud = Int16Array.of(1_000);
    recording.write('caller', 0, encodeAlaw(loud));
    const { caller } = await read(recording.end(10));
    expect(caller(0)).toBe(decodeAlaw(encodeAlaw(loud))[0]);
    expect(Math.abs(caller(1))).toBeLessThanOrEqual(8);
  });

  it('holds what was heard of the agent, not what was cut', async () => {
    const recording = record();
    recording.write('agent', 0, level(2_000, 3_000));
    recording.cutAgent(500);
    recording.write('agent', 2_000, level(3_000, 20));
    const { agent } = await read(recording.end(3_000));
    expect([490, 510, 1_500, 2_010, 2_500].map(agent)).toEqual([
      coded(2_000),
      0,
      0,
      coded(3_000),
      0,
    ]);
  });

  it('keeps wideband at its own rate', async () => {
    const wide = { encoding: 'linear16', sampleRateHz: 16_000 } as const;
    const recording = record({ formats: { caller: wide, agent: wide } });
    const pcm = new Int16Array(320).fill(1_000);
    recording.write('caller', 100, new Uint8Array(pcm.buffer));
    const { wav, caller } = await read(recording.end(1_000));
    expect(wav.readUInt32LE(24)).toBe(16_000);
    expect(wav.length).toBe(44 + 16_000 * 4);
    expect([caller(110), caller(125)]).toEqual([coded(1_000), 0]);
  });

  it('never grows beyond its bound', async () => {
    const recording = record({ durationMsMax: 1_000 });
    recording.write('caller', 990, level(5, 200));
    recording.write('caller', 5_000, level(5, 20));
    expect((await read(recording.end(10_000))).wav.length).toBe(44 + 8_000 * 4);
  });

  it('of a call that ended at once is a WAV of nothing', async () => {
    expect((await read(record().end(0))).wav.length).toBe(44);
  });
});

describe('the recording of a long call', () => {
  let dir: string;
  let disk: Spool;
  /** Bytes that have been given to the disk. */
  let given: number;
  const busy = new Set<Promise<unknown>>();

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'alo-recording-'));
    given = 0;
    const watch = <T>(work: Promise<T>): Promise<T> => {
      busy.add(work);
      void work.finally(() => busy.delete(work));
      return work;
    };
    const { open } = await createDiskSpool(join(dir, 'spool'));
    disk = {
      open: () =>
        watch(
          open().then((file) => ({
            ...file,
            write(bytes, position) {
              given += bytes.length;
              return watch(file.write(bytes, position));
            },
          })),
        ),
    };
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** Lets what is on its way reach the disk, as it does in the course of a call. */
  async function pass(): Promise<void> {
    do {
      await Promise.all(busy);
      await new Promise(setImmediate);
    } while (busy.size > 0);
  }

  it('goes to the disk, with both sides in sync and what came late in its place', async () => {
    const recording = record({ spool: disk });
    for (let ms = 0; ms < 120_000; ms += 20) {
      recording.write('caller', ms, level(1_000 + ms / 20, 20));
      if (ms % 40_000 < 10_000) recording.write('agent', ms, level(-1_000 - ms / 20, 20));
      if (ms % 1_000 === 0) await pass();
    }
    recording.write('caller', 30_000, level(77, 20));
    recording.write('caller', 30_000, level(99, 20));
    const recorded = recording.end(120_000);
    const { wav, caller, agent } = await read(recorded);
    expect(wav.length).toBe(44 + 120_000 * 8 * 4);
    for (const ms of [0, 2_050, 9_990, 30_020, 41_000, 85_000, 119_999]) {
      const frame = Math.floor(ms / 20);
      expect([ms, caller(ms)]).toEqual([ms, coded(1_000 + frame)]);
      expect([ms, agent(ms)]).toEqual([ms, ms % 40_000 < 10_000 ? coded(-1_000 - frame) : 0]);
    }
    expect(caller(30_010)).toBe(coded(99));
    expect((await read(recorded)).wav.equals(wav)).toBe(true);
    await recorded.discard();
  });

  it('is silent where the line was away, also where something comes in much later', async () => {
    const recording = record({ spool: disk });
    recording.write('caller', 0, level(500, 20));
    for (const ms of [60_000, 70_000, 80_000, 90_000]) recording.write('agent', ms, level(500, 20));
    recording.write('caller', 20_000, level(700, 20));
    const recorded = recording.end(100_000);
    const { caller, agent } = await read(recorded);
    expect([0, 10_000, 20_010, 20_030, 60_010].map(caller)).toEqual([
      coded(500),
      0,
      coded(700),
      0,
      0,
    ]);
    expect([0, 20_010, 60_010, 75_000, 90_010].map(agent)).toEqual([
      0,
      0,
      coded(500),
      0,
      coded(500),
    ]);
    await recorded.discard();
  });

  it('takes some seconds of memory however long it lasts', async () => {
    const recording = record({ spool: disk });
    const frame = level(1_000, 20);
    for (let ms = 0; ms < 600_000; ms += 20) {
      recording.write('caller', ms, frame);
      recording.write('agent', ms, frame);
      if (ms % 1_000 === 0) await pass();
    }
    const recorded = recording.end(600_000);
    await recorded.wav();
    expect(2 * 600_000 * 8 - given).toBeLessThanOrEqual(128 * 1_024);
    await recorded.discard();
  });

  it('has no name on the disk: nothing is left of a process that was killed', async () => {
    const file = await disk.open();
    await file.write(new Uint8Array(10), 0);
    expect(await readdir(join(dir, 'spool'))).toEqual([]);
    expect((await stat(join(dir, 'spool'))).mode & 0o077).toBe(0);
    await file.close();
  });

  it('cannot begin where there is no place for it', async () => {
    const taken = join(dir, 'taken');
    await writeFile(taken, '');
    await expect(createDiskSpool(join(taken, 'spool'))).rejects.toThrow(/ENOTDIR/);
  });
});

describe('a disk that fails', () => {
  function failing(spool: Spool) {
    const errors: string[] = [];
    const log = createLog({
      destination: { write: (entry: string) => void errors.push(JSON.parse(entry).err.message) },
    });
    return { errors, recording: record({ spool, log }) };
  }
  const talk = async (recording: ReturnType<typeof record>, ms: number) => {
    for (let at = 0; at < ms; at += 20) {
      recording.write('caller', at, level(1_000, 20));
      recording.cutAgent(at);
      if (at % 1_000 === 0) await new Promise(setImmediate);
    }
    return recording.end(ms);
  };
  const none = { read: async () => undefined, close: async () => undefined };

  it('that is full costs the recording, is complained about once, and is freed at once', async () => {
    let writes = 0;
    let closed = 0;
    const { errors, recording } = failing({
      open: async () => ({
        ...none,
        async write() {
          if (++writes > 3) throw new Error('ENOSPC: no space left on device, write');
        },
        close: async () => void (closed += 1),
      }),
    });
    const recorded = await talk(recording, 120_000);
    expect([writes, closed]).toEqual([4, 1]);
    expect(await recorded.wav()).toBeNull();
    expect(errors).toEqual(['ENOSPC: no space left on device, write']);
    await recorded.discard();
  });

  it('that opens no file costs the recording of a long call, and nothing of a short one', async () => {
    const open = () => Promise.reject(new Error('EMFILE: too many open files'));
    const short = failing({ open });
    expect((await read(await talk(short.recording, 3_000))).wav.length).toBe(44 + 3_000 * 32);
    expect(short.errors).toEqual([]);
    const long = failing({ open });
    expect(await (await talk(long.recording, 60_000)).wav()).toBeNull();
    expect(long.errors).toHaveLength(1);
  });

  it('that hangs is given up before what waits for it fills the memory', async () => {
    let hang = () => undefined as void;
    let asked = 0;
    const { errors, recording } = failing({
      open: async () => ({
        ...none,
        write: (bytes) => {
          asked += bytes.length;
          return new Promise((resolve) => (hang = resolve));
        },
      }),
    });
    const talked = talk(recording, 60_000);
    const recorded = await talked;
    expect(asked).toBe(32_768);
    expect(errors).toEqual(['the disk does not keep up']);
    hang();
    expect(await recorded.wav()).toBeNull();
    await recorded.discard();
  });
});
