import { describe, expect, it } from 'vitest';
import { createEnergyVad, levelDbfs, type Vad } from './vad.ts';
import { loadWebRtcVad } from './webrtc-vad.ts';

const heard = (vad: Vad, pcm: Int16Array) => vad.push(pcm, levelDbfs(pcm));

describe('the voice detector', () => {
  const tone = (amplitude: number) =>
    Int16Array.from({ length: 160 }, (_, i) => amplitude * Math.sin(i / 4));

  it('hears speech over a quiet line and not the line itself', () => {
    const vad = createEnergyVad();
    for (let i = 0; i < 50; i++) expect(heard(vad, tone(20))).toBe(false);
    expect(heard(vad, tone(4_000))).toBe(true);
    expect(heard(vad, tone(20))).toBe(false);
  });

  it('takes digital silence for silence', () => {
    const vad = createEnergyVad();
    expect(heard(vad, new Int16Array(160))).toBe(false);
    expect(heard(vad, new Int16Array(0))).toBe(false);
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
      for (let i = 0; i < 10; i++) heard(vad, hiss(rateHz));
      for (let i = 0; i < 8; i++)
        voiced += Number(heard(vad, vowel(rateHz, 110 + 5 * i + 7 * (syllable % 3))));
      expect(heard(other, new Int16Array(rateHz / 50))).toBe(false);
    }
    expect(voiced).toBeGreaterThan(40);
    vad.close();
    other.close();
  });

  it('takes a frame of no length of its own for silence', async () => {
    const vad = (await loadWebRtcVad())(8_000);
    expect(heard(vad, new Int16Array(7).fill(9_000))).toBe(false);
    expect(heard(vad, new Int16Array(5_000).fill(9_000))).toBe(false);
    vad.close();
  });
});
