/**
 * The faint tone above the voice that carries its words: two 4-tone FSK signals side by side at 3.0 to 3.7 kHz,
 * 4 bits every 10 ms, each frame announced by 20 ms of a single tone at 2.9 kHz. Tones are a whole number of
 * cycles per symbol, so they don't disturb one another; all are inside what G.711 at 8 kHz carries.
 */

import { createFir, bandpassTaps } from './filters.ts';
import { frameLength, isIntact } from './frame.ts';

/** The rate at which the tone is made and read. */
export const TONE_RATE_HZ = 8_000;
/** Everything below belongs to the voice. */
export const VOICE_BAND_TOP_HZ = 2_740;
const SYMBOL_SAMPLES = 80;
const SYNC_SYMBOLS = 2;
/** Tone 0 announces a frame; 1 to 4 carry the upper two bits of a nibble, 5 to 8 the lower two. */
const TONES_HZ = [2_900, 3_000, 3_100, 3_200, 3_300, 3_400, 3_500, 3_600, 3_700] as const;
/** Of full scale, each of the two tones that sound at once: together some 22 dB below the voice. */
const TONE_AMPLITUDE = 0.008;
const RAMP_SAMPLES = 16;

/** Samples at `TONE_RATE_HZ` that a frame of so many bytes takes. */
export const toneSamples = (frameBytes: number) => (SYNC_SYMBOLS + 2 * frameBytes) * SYMBOL_SAMPLES;

const wave = (hz: number, shape: (angle: number) => number) =>
  Float64Array.from({ length: SYMBOL_SAMPLES }, (_, i) =>
    shape((2 * Math.PI * hz * i) / TONE_RATE_HZ),
  );
const sines = TONES_HZ.map((hz) => wave(hz, Math.sin));
const cosines = TONES_HZ.map((hz) => wave(hz, Math.cos));

/** Adds a frame's tone to `signal` from `start` on. */
export function addTone(signal: Float32Array, start: number, frame: Uint8Array): void {
  const nibbles = [...frame].flatMap((byte) => [byte >> 4, byte & 0x0f]);
  const total = toneSamples(frame.length);
  const symbols: (readonly [number, number])[] = [
    ...Array.from({ length: SYNC_SYMBOLS }, () => [0, 0] as const),
    ...nibbles.map((nibble) => [1 + (nibble >> 2), 5 + (nibble & 3)] as const),
  ];
  symbols.forEach(([one, other], s) => {
    for (let i = 0; i < SYMBOL_SAMPLES; i++) {
      const at = s * SYMBOL_SAMPLES + i;
      const edge = Math.min(1, (at + 1) / RAMP_SAMPLES, (total - at) / RAMP_SAMPLES);
      const value = (sines[one]?.[i] ?? 0) + (sines[other]?.[i] ?? 0);
      signal[start + at] = (signal[start + at] ?? 0) + TONE_AMPLITUDE * edge * value;
    }
  });
}

export interface ReceivedFrame {
  readonly frame: Uint8Array;
  /** Position of the frame's last sample, at `TONE_RATE_HZ`, counted from the first sample pushed. */
  readonly endSample: number;
  readonly startSample: number;
}

/** How finely the reader looks for where symbols begin: 8 positions in each. */
const HOP = 10;
const LANES = SYMBOL_SAMPLES / HOP;
const BAND_TAPS = 63;
const BAND_DELAY = (BAND_TAPS - 1) / 2;
/** The power of a tone, in the units of `tonePowers`, under which nothing is believed: 30 dB below ours. */
const POWER_FLOOR = (TONE_AMPLITUDE * SYMBOL_SAMPLES * 0.5) ** 2 / 1_000;
/** How much the announcing tone must exceed each other tone. */
const SYNC_DOMINANCE = 5;

/** One way of cutting the signal into symbols; of the eight, some fit well enough. */
interface Lane {
  syncRun: number;
  reading: boolean;
  nibbles: number[];
}

function strongest(powers: Float64Array, from: number): number {
  let best = from;
  for (let i = from + 1; i < from + 4; i++) {
    if ((powers[i] as number) > (powers[best] as number)) best = i;
  }
  return best - from;
}

function isSync(powers: Float64Array): boolean {
  const sync = powers[0] as number;
  return sync > POWER_FLOOR && powers.every((p, i) => i === 0 || p * SYNC_DOMINANCE < sync);
}

/** Takes one symbol into the lane; returns the frame that it completes, intact or not. */
function advance(lane: Lane, powers: Float64Array): Uint8Array | null {
  if (isSync(powers)) {
    lane.syncRun += 1;
    if (lane.syncRun >= SYNC_SYMBOLS) {
      lane.reading = true;
      lane.nibbles = [];
    }
    if (lane.reading) return null;
  } else lane.syncRun = 0;
  if (!lane.reading) return null;
  lane.nibbles.push((strongest(powers, 1) << 2) | strongest(powers, 5));
  const [high = 0, low = 0] = lane.nibbles;
  if (lane.nibbles.length < 2) return null;
  const bytes = frameLength((high << 4) | low);
  if (bytes === null) {
    lane.reading = false;
    return null;
  }
  if (lane.nibbles.length < 2 * bytes) return null;
  lane.reading = false;
  return Uint8Array.from(
    { length: bytes },
    (_, i) => ((lane.nibbles[2 * i] ?? 0) << 4) | (lane.nibbles[2 * i + 1] ?? 0),
  );
}

/**
 * Finds frames in a signal at `TONE_RATE_HZ` (full scale ±1), fed in pieces of any size. Only frames whose
 * checksum holds come out, each once.
 */
export function createToneReader(): (signal: Float32Array) => ReceivedFrame[] {
  const filter = createFir(bandpassTaps(2_800 / TONE_RATE_HZ, 3_800 / TONE_RATE_HZ, BAND_TAPS));
  const window = new Float32Array(SYMBOL_SAMPLES);
  const powers = new Float64Array(TONES_HZ.length);
  const lanes: Lane[] = Array.from({ length: LANES }, () => ({
    syncRun: 0,
    reading: false,
    nibbles: [],
  }));
  let position = 0;
  let lastEnd = Number.NEGATIVE_INFINITY;

  function measure(): void {
    let energy = 0;
    for (const sample of window) energy += sample * sample;
    // By Cauchy-Schwarz no tone can be stronger than this: silence costs nothing.
    if (energy * SYMBOL_SAMPLES < POWER_FLOOR) {
      powers.fill(0);
      return;
    }
    for (let tone = 0; tone < TONES_HZ.length; tone++) {
      const sine = sines[tone] as Float64Array;
      const cosine = cosines[tone] as Float64Array;
      let re = 0;
      let im = 0;
      // The window is a ring; the tones are periodic in it, so its order doesn't matter.
      for (let i = 0; i < SYMBOL_SAMPLES; i++) {
        const sample = window[i] as number;
        re += sample * (cosine[i] as number);
        im += sample * (sine[i] as number);
      }
      powers[tone] = re * re + im * im;
    }
  }

  return (signal) => {
    const found: ReceivedFrame[] = [];
    for (const sample of filter(signal)) {
      window[position % SYMBOL_SAMPLES] = sample;
      position += 1;
      if (position % HOP !== 0) continue;
      measure();
      const lane = lanes[(position / HOP) % LANES] as Lane;
      const frame = advance(lane, powers);
      // Several lanes read the same frame within a symbol's time.
      if (!frame || position - lastEnd < 2 * SYMBOL_SAMPLES || !isIntact(frame)) continue;
      lastEnd = position;
      const endSample = position - BAND_DELAY;
      found.push({ frame, endSample, startSample: endSample - toneSamples(frame.length) });
    }
    return found;
  };
}
