import { describe, expect, it } from 'vitest';
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@alo/core/kernel';
import { createRecording } from './recording.ts';
import { createEnergyVad } from './vad.ts';
import { loadWebRtcVad } from './webrtc-vad.ts';

describe('the voice detector', () => {
  const tone = (amplitude: number) =>
    Int16Array.from({ length: 160 }, (_, i) => amplitude * Math.sin(i / 4));

  it('hears speech over a quiet line and not the line itself', () => {
    const vad = createEnergyVad();
    for (let i = 0; i < 50; i++) expect(vad.push(tone(20))).toBe(false);
    expect(vad.push(tone(4_000))).toBe(true);
    expect(vad.push(tone(20))).toBe(false);
  });

  it('takes digital silence for silence', () => {
    const vad = createEnergyVad();
    expect(vad.push(new Int16Array(160))).toBe(false);
    expect(vad.push(new Int16Array(0))).toBe(false);
  });
});

describe("WebRTC's voice detector", () => {
  /** A glottal buzz through the formants of an "a". */
  const vowel = (rateHz: number, pitchHz: number) =>
    Int16Array.from({ length: rateHz / 50 }, (_, i) => {
      const t = i / rateHz;
      const buzz = [1, 2, 3, 4, 5, 6, 7, 8, 9].reduce(
        (sum, k) => sum + Math.sin(2 * Math.PI * pitchHz * k * t) / (1 + Math.abs(k - 6)),
        0,
      );
      return 3_000 * buzz;
    });
  const hiss = (rateHz: number) =>
    Int16Array.from({ length: rateHz / 50 }, (_, i) => 20 * ((i * 7_919) % 13) - 120);

  it.each([8_000, 16_000])('hears syllables at %i Hz, each call its own', async (rateHz) => {
    const create = await loadWebRtcVad();
    const vad = create(rateHz);
    const other = create(rateHz);
    let voiced = 0;
    for (let syllable = 0; syllable < 10; syllable++) {
      for (let i = 0; i < 10; i++) vad.push(hiss(rateHz));
      for (let i = 0; i < 8; i++)
        voiced += Number(vad.push(vowel(rateHz, 110 + 5 * i + 7 * (syllable % 3))));
      expect(other.push(new Int16Array(rateHz / 50))).toBe(false);
    }
    expect(voiced).toBeGreaterThan(40);
    vad.close();
    other.close();
  });

  it('takes a frame of no length of its own for silence', async () => {
    const vad = (await loadWebRtcVad())(8_000);
    expect(vad.push(new Int16Array(7).fill(9_000))).toBe(false);
    expect(vad.push(new Int16Array(5_000).fill(9_000))).toBe(false);
    vad.close();
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

  it('keeps wideband at its own rate', () => {
    const wide = { encoding: 'linear16', sampleRateHz: 16_000 } as const;
    const recording = createRecording(60_000, { caller: wide, agent: wide });
    const pcm = new Int16Array(320).fill(1_000);
    recording.write('caller', 100, new Uint8Array(pcm.buffer));
    const wav = Buffer.from(recording.toWav(1_000));
    expect(wav.readUInt32LE(24)).toBe(16_000);
    expect(wav.length).toBe(44 + 16_000 * 4);
    expect(wav.readInt16LE(44 + 110 * 16 * 4)).toBe(coded(1_000));
    expect(wav.readInt16LE(44 + 125 * 16 * 4)).toBe(0);
  });

  it('never grows beyond its bound', () => {
    const recording = createRecording(1_000, lines);
    recording.write('caller', 990, level(5, 1_600));
    recording.write('caller', 5_000, level(5, 160));
    expect(recording.toWav(10_000).length).toBe(44 + 8_000 * 4);
  });
});
