/** How each sound is made: resonances of the mouth, voice, noise, length. Values of an adult male voice. */

import type { Phone } from './phonemes.ts';

export interface Articulation {
  /** Where the formants head to, in Hz. For stops, the place they start from. */
  readonly formants: readonly [number, number, number];
  /** Length at normal speed, in ms. For stops, the closure. */
  readonly ms: number;
  /** Loudness of the voice, 0 to 1. */
  readonly voice: number;
  /** Hiss, for fricatives: loudness, centre and width in Hz. */
  readonly noise?: readonly [number, number, number];
  /** What follows the closure of a stop: a burst of that many ms with this noise. */
  readonly burst?: { readonly ms: number; readonly noise: readonly [number, number, number] };
  /** The mouth is shut and the nose sounds: wider, darker resonances. */
  readonly nasal?: true;
}

const vowel = (f1: number, f2: number, f3: number, ms = 74): Articulation => ({
  formants: [f1, f2, f3],
  ms,
  voice: 1,
});

export const articulations: Readonly<Record<Phone, Articulation>> = {
  a: vowel(720, 1_300, 2_450, 80),
  e: vowel(460, 1_900, 2_520),
  i: vowel(300, 2_250, 2_680, 68),
  o: vowel(480, 940, 2_400),
  u: vowel(330, 760, 2_300, 70),
  j: { formants: [290, 2_150, 2_640], ms: 48, voice: 0.8 },
  w: { formants: [310, 700, 2_250], ms: 48, voice: 0.8 },
  p: {
    formants: [300, 850, 2_200],
    ms: 66,
    voice: 0,
    burst: { ms: 12, noise: [0.3, 800, 900] },
  },
  t: {
    formants: [300, 1_750, 2_600],
    ms: 62,
    voice: 0,
    burst: { ms: 14, noise: [0.5, 2_500, 900] },
  },
  k: {
    formants: [300, 1_550, 2_050],
    ms: 62,
    voice: 0,
    burst: { ms: 22, noise: [0.55, 1_650, 600] },
  },
  b: {
    formants: [260, 900, 2_200],
    ms: 56,
    voice: 0.16,
    burst: { ms: 6, noise: [0.15, 800, 900] },
  },
  d: {
    formants: [260, 1_650, 2_600],
    ms: 54,
    voice: 0.16,
    burst: { ms: 8, noise: [0.25, 2_400, 900] },
  },
  g: {
    formants: [260, 1_500, 2_050],
    ms: 54,
    voice: 0.16,
    burst: { ms: 12, noise: [0.3, 1_600, 600] },
  },
  B: { formants: [340, 900, 2_250], ms: 50, voice: 0.42 },
  D: { formants: [340, 1_600, 2_550], ms: 46, voice: 0.42 },
  G: { formants: [340, 1_400, 2_100], ms: 50, voice: 0.42 },
  f: { formants: [330, 1_000, 2_300], ms: 82, voice: 0, noise: [0.2, 1_600, 2_200] },
  s: { formants: [330, 1_650, 2_550], ms: 86, voice: 0, noise: [0.62, 2_620, 420] },
  x: { formants: [420, 1_350, 2_300], ms: 74, voice: 0, noise: [0.34, 1_350, 900] },
  tʃ: {
    formants: [290, 1_950, 2_600],
    ms: 56,
    voice: 0,
    burst: { ms: 62, noise: [0.6, 2_250, 500] },
  },
  ʝ: { formants: [280, 2_050, 2_600], ms: 62, voice: 0.5, noise: [0.08, 2_300, 500] },
  m: { formants: [280, 1_000, 2_200], ms: 64, voice: 0.5, nasal: true },
  n: { formants: [280, 1_500, 2_500], ms: 60, voice: 0.5, nasal: true },
  ɲ: { formants: [280, 2_000, 2_650], ms: 78, voice: 0.5, nasal: true },
  l: { formants: [360, 1_450, 2_600], ms: 58, voice: 0.62 },
  ɾ: { formants: [380, 1_450, 2_350], ms: 26, voice: 0.28 },
  r: { formants: [400, 1_350, 2_250], ms: 88, voice: 0.6 },
};
