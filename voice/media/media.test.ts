import { describe, expect, it } from 'vitest';
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@alo/core/kernel';
import { createRecording } from './recording.ts';
import { createReorder } from './reorder.ts';
import { createVad } from './vad.ts';

describe('reordering', () => {
  it('puts frames in order and drops late and repeated ones', () => {
    const reorder = createReorder<string>();
    expect(reorder.push(1, 'a')).toEqual(['a']);
    expect(reorder.push(3, 'c')).toEqual([]);
    expect(reorder.push(2, 'b')).toEqual(['b', 'c']);
    expect(reorder.push(2, 'again')).toEqual([]);
    expect(reorder.push(4, 'd')).toEqual(['d']);
  });

  it('gives a lost frame up after 60 ms', () => {
    const reorder = createReorder<number>();
    reorder.push(1, 1);
    expect([3, 4, 5].flatMap((n) => reorder.push(n, n))).toEqual([]);
    expect(reorder.push(6, 6)).toEqual([3, 4, 5, 6]);
  });
});

describe('the voice detector', () => {
  const tone = (amplitude: number) =>
    Int16Array.from({ length: 160 }, (_, i) => amplitude * Math.sin(i / 4));

  it('hears speech over a quiet line and not the line itself', () => {
    const vad = createVad();
    for (let i = 0; i < 50; i++) expect(vad.push(tone(20))).toBe(false);
    expect(vad.push(tone(4_000))).toBe(true);
    expect(vad.push(tone(20))).toBe(false);
  });

  it('takes digital silence for silence', () => {
    const vad = createVad();
    expect(vad.push(new Int16Array(160))).toBe(false);
    expect(vad.push(new Int16Array(0))).toBe(false);
  });
});

describe('the recording', () => {
  const line = { encoding: 'mulaw', sampleRateHz: 8000 } as const;
  const lines = { caller: line, agent: line };
  /** What a level sounds like after the line's coding. */
  const coded = (level: number) => decodeMulaw(encodeMulaw(Int16Array.of(level)))[0];
  const level = (value: number, samples: number) =>
    encodeMulaw(new Int16Array(samples).fill(value));

  it('is a stereo WAV with the caller left and the agent right, in sync', () => {
    const recording = createRecording(60_000, lines);
    recording.write('caller', 100, level(1_000, 160));
    recording.write('agent', 200, level(2_000, 160));
    const wav = Buffer.from(recording.toWav(1_000));
    expect(wav.toString('ascii', 0, 4)).toBe('RIFF');
    expect(wav.readUInt16LE(22)).toBe(2);
    expect(wav.readUInt32LE(24)).toBe(8_000);
    expect(wav.length).toBe(44 + 8_000 * 4);
    const sample = (ms: number, channel: number) =>
      wav.readInt16LE(44 + (ms * 8 * 2 + channel) * 2);
    expect([sample(105, 0), sample(105, 1)]).toEqual([coded(1_000), 0]);
    expect([sample(205, 0), sample(205, 1)]).toEqual([0, coded(2_000)]);
  });

  it("reads each side in the line's own coding", () => {
    const recording = createRecording(60_000, {
      caller: { encoding: 'alaw', sampleRateHz: 8000 },
      agent: line,
    });
    const loud = Int16Array.of(1_000);
    recording.write('caller', 0, encodeAlaw(loud));
    const wav = Buffer.from(recording.toWav(10));
    expect(wav.readInt16LE(44)).toBe(decodeAlaw(encodeAlaw(loud))[0]);
    expect(Math.abs(wav.readInt16LE(48))).toBeLessThanOrEqual(8);
  });

  it('holds what was heard of the agent, not what was cut', () => {
    const recording = createRecording(60_000, lines);
    recording.write('agent', 0, level(2_000, 24_000));
    recording.cutAgent(500);
    recording.write('agent', 2_000, level(3_000, 160));
    const wav = Buffer.from(recording.toWav(3_000));
    const agent = (ms: number) => wav.readInt16LE(44 + (ms * 8 * 2 + 1) * 2);
    expect([agent(490), agent(510), agent(1_500), agent(2_010)]).toEqual([
      coded(2_000),
      0,
      0,
      coded(3_000),
    ]);
  });

  it('never grows beyond its bound', () => {
    const recording = createRecording(1_000, lines);
    recording.write('caller', 990, level(5, 1_600));
    recording.write('caller', 5_000, level(5, 160));
    expect(recording.toWav(10_000).length).toBe(44 + 8_000 * 4);
  });
});
