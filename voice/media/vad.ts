/** Above the noise by this much, a frame is voiced. */
const VOICED_ABOVE_FLOOR_DB = 9;
/** Below this nothing is voiced, however quiet the line. */
const VOICED_MIN_DBFS = -46;
const FLOOR_START_DBFS = -60;
/** The floor falls at once and rises slowly, so speech does not become the floor. */
const FLOOR_RISE_DB_PER_FRAME = 0.04;

/** Our own ear: the second opinion beside the recogniser, and the clock of "last voiced frame". */
export interface Vad {
  /** Whether this frame of PCM, of 20 ms and so loud, holds voice. */
  push(pcm: Int16Array, levelDbfs: number): boolean;
  close(): void;
}

/** An ear for one call, whose line has this rate. */
export type VadFactory = (sampleRateHz: number) => Vad;

/** Energy against an adaptive noise floor. */
export function createEnergyVad(): Vad {
  let floorDbfs = FLOOR_START_DBFS;
  return {
    push(_pcm, level) {
      floorDbfs = level < floorDbfs ? level : floorDbfs + FLOOR_RISE_DB_PER_FRAME;
      // A digitally silent line must not pull the floor where codec noise would count as voice.
      floorDbfs = Math.max(floorDbfs, -75);
      return level > Math.max(VOICED_MIN_DBFS, floorDbfs + VOICED_ABOVE_FLOOR_DB);
    },
    close: () => undefined,
  };
}

/** Root mean square in dB below full scale. */
export function levelDbfs(pcm: Int16Array): number {
  if (pcm.length === 0) return -Infinity;
  let sum = 0;
  for (const sample of pcm) sum += sample * sample;
  const rms = Math.sqrt(sum / pcm.length);
  return rms === 0 ? -96 : 20 * Math.log10(rms / 32768);
}
