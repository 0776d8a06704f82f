import type { Random } from './random.ts';

/** How likely each thing is to go wrong, each time it could. */
export interface Faults {
  readonly llmRefuses: number;
  readonly llmBreaksOff: number;
  readonly llmStalls: number;
  readonly llmIsSlow: number;
  readonly ttsDrops: number;
  readonly ttsIsMute: number;
  readonly ttsIsSlow: number;
  readonly sttDrops: number;
  readonly sttIsDeaf: number;
  readonly searchFails: number;
  readonly searchIsSlow: number;
  readonly frameLost: number;
  readonly frameTwice: number;
  readonly frameLate: number;
  readonly markLost: number;
  /** In each frame's time. */
  readonly lineDrops: number;
}

const none: Faults = {
  llmRefuses: 0,
  llmBreaksOff: 0,
  llmStalls: 0,
  llmIsSlow: 0,
  ttsDrops: 0,
  ttsIsMute: 0,
  ttsIsSlow: 0,
  sttDrops: 0,
  sttIsDeaf: 0,
  searchFails: 0,
  searchIsSlow: 0,
  frameLost: 0,
  frameTwice: 0,
  frameLate: 0,
  markLost: 0,
  lineDrops: 0,
};

/** A fair day, a bad line, a bad vendor, or everything at once: chosen by the seed. */
export function chooseFaults(random: Random): Faults {
  const line = {
    frameLost: 0.02,
    frameTwice: 0.01,
    frameLate: 0.02,
    markLost: 0.05,
    lineDrops: 0.0007,
  };
  const model = { llmRefuses: 0.15, llmBreaksOff: 0.1, llmStalls: 0.08, llmIsSlow: 0.2 };
  const voice = { ttsDrops: 0.05, ttsIsMute: 0.05, ttsIsSlow: 0.15 };
  const ear = { sttDrops: 0.06, sttIsDeaf: 0.04 };
  const search = { searchFails: 0.2, searchIsSlow: 0.2 };
  return random.pick([
    none,
    { ...none, ...line },
    { ...none, ...model },
    { ...none, ...voice },
    { ...none, ...ear, ...search },
    { ...line, ...model, ...voice, ...ear, ...search },
  ]);
}
