/** The synthesiser proper: a glottal source and noise through moving resonators, at the tone's rate. */

import { TONE_RATE_HZ } from './data-tone.ts';
import { articulations, type Articulation } from './phones.ts';
import type { Segment } from './prosody.ts';

const RATE = TONE_RATE_HZ;
/** Controls are set every 5 ms and slide in between. */
const STEP_SAMPLES = RATE / 200;

/** One column a control, one value a step. */
interface Controls {
  readonly steps: number;
  readonly formants: readonly [Float32Array, Float32Array, Float32Array];
  readonly voice: Float32Array;
  readonly nasal: Float32Array;
  readonly pitchHz: Float32Array;
  readonly noise: Float32Array;
  readonly noiseHz: Float32Array;
  readonly noiseWidth: Float32Array;
}

/** A resonator of the second order (Klatt 1980) whose tuning may change at any sample. */
function createResonator(): { tune(hz: number, width: number): void; run(input: number): number } {
  let a = 1;
  let b = 0;
  let c = 0;
  let y1 = 0;
  let y2 = 0;
  return {
    tune(hz, width) {
      const radius = Math.exp((-Math.PI * width) / RATE);
      c = -radius * radius;
      b = 2 * radius * Math.cos((2 * Math.PI * hz) / RATE);
      a = 1 - b - c;
    },
    run(input) {
      const y = a * input + b * y1 + c * y2;
      y2 = y1;
      y1 = y;
      return y;
    },
  };
}

/** The same hiss every time: xorshift32, uniform in [-1, 1). */
function createHiss(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2_147_483_648;
  };
}

/** Slides between targets: a moving average over `width` steps. */
function smooth(track: Float32Array, width: number): Float32Array {
  const reach = width >> 1;
  return track.map((_, i) => {
    let sum = 0;
    let count = 0;
    for (let k = Math.max(0, i - reach); k <= Math.min(track.length - 1, i + reach); k++) {
      sum += track[k] as number;
      count += 1;
    }
    return sum / count;
  });
}

/** The trill is three quick taps, the tap one dip: the voice's loudness inside the sound. */
function flutter(phone: string | null, at: number): number {
  if (phone !== 'r') return 1;
  return Math.sin(at * 3 * 2 * Math.PI) > 0 ? 1 : 0.25;
}

function controlsOf(segments: readonly Segment[], formantScale: number): Controls {
  const totalMs = segments.reduce((sum, { ms }) => sum + ms, 0);
  const steps = Math.ceil((totalMs * RATE) / 1_000 / STEP_SAMPLES) + 1;
  const track = () => new Float32Array(steps);
  const formants = [track(), track(), track()] as const;
  const controls = { voice: track(), nasal: track(), pitchHz: track() };
  const hiss = { noise: track(), noiseHz: track(), noiseWidth: track() };
  const stepMs = (1_000 * STEP_SAMPLES) / RATE;
  let startMs = 0;
  segments.forEach(({ phone, ms, pitchHz }, i) => {
    const next = segments[i + 1]?.phone ?? null;
    // Silence keeps the mouth where the next sound will need it.
    const shape: Articulation | undefined = articulations[phone ?? next ?? 'e'];
    const sounding = phone ? shape : undefined;
    const burstMs = sounding?.burst ? Math.min(sounding.burst.ms, ms / 2) : 0;
    const firstStep = Math.round(startMs / stepMs);
    const lastStep = Math.min(steps, Math.round((startMs + ms) / stepMs));
    for (let step = firstStep; step < lastStep; step++) {
      const at = (step - firstStep) / Math.max(1, lastStep - firstStep);
      const bursting = sounding?.burst && step * stepMs >= startMs + ms - burstMs;
      const [level, hz, width] = (bursting ? sounding.burst?.noise : sounding?.noise) ?? [0, 0, 0];
      formants.forEach((f, n) => (f[step] = (shape.formants[n] ?? 0) * formantScale));
      controls.voice[step] = (sounding?.voice ?? 0) * flutter(phone, at);
      controls.nasal[step] = sounding?.nasal ? 1 : 0;
      controls.pitchHz[step] = pitchHz[0] + (pitchHz[1] - pitchHz[0]) * at;
      hiss.noise[step] = level;
      hiss.noiseHz[step] = hz || (hiss.noiseHz[step - 1] ?? 1_500);
      hiss.noiseWidth[step] = width || (hiss.noiseWidth[step - 1] ?? 800);
    }
    startMs += ms;
  });
  return {
    steps,
    formants: [smooth(formants[0], 7), smooth(formants[1], 9), smooth(formants[2], 9)],
    voice: smooth(controls.voice, 3),
    nasal: smooth(controls.nasal, 3),
    pitchHz: smooth(controls.pitchHz, 13),
    ...hiss,
    noise: smooth(hiss.noise, 3),
  };
}

/** One period of the glottis (KLGLOTT88): its flow's derivative at `phase` of the period. */
const OPEN_QUOTIENT = 0.6;
function glottis(phase: number): number {
  if (phase >= OPEN_QUOTIENT) return 0;
  const t = phase / OPEN_QUOTIENT;
  return 2 * t - 3 * t * t;
}

/** A control's straight line from this step to the next. */
function slope(track: Float32Array, step: number): { from: number; perSample: number } {
  const from = track[step] ?? 0;
  return { from, perSample: ((track[step + 1] ?? 0) - from) / STEP_SAMPLES };
}

/**
 * Makes the sound of a plan's segments: samples at `TONE_RATE_HZ` around ±1, neither levelled nor band-limited.
 * @param formantScale above 1 for a shorter vocal tract
 */
export function renderVoice(segments: readonly Segment[], formantScale: number): Float32Array {
  const controls = controlsOf(segments, formantScale);
  const output = new Float32Array((controls.steps - 1) * STEP_SAMPLES);
  const [first, second, third, fourth] = Array.from({ length: 4 }, createResonator);
  const hissResonator = createResonator();
  if (!first || !second || !third || !fourth) return output;
  fourth.tune(Math.min(3_700, 3_350 * formantScale), 260);
  const hiss = createHiss(0x5eed);
  let phase = 0;
  let jitter = 1;
  let breath = 0;
  let lastMouth = 0;
  for (let step = 0; step + 1 < controls.steps; step++) {
    const nasal = controls.nasal[step] ?? 0;
    const formant = (n: 0 | 1 | 2) => controls.formants[n][step] ?? 0;
    first.tune(formant(0), 70 + 60 * nasal);
    second.tune(formant(1), 95 + 160 * nasal);
    third.tune(Math.min(3_300, formant(2)), 150 + 160 * nasal);
    hissResonator.tune(controls.noiseHz[step] ?? 0, controls.noiseWidth[step] ?? 0);
    const pitchStep = (controls.pitchHz[step] ?? 0) / RATE;
    const voice = slope(controls.voice, step);
    const noise = slope(controls.noise, step);
    for (let i = 0; i < STEP_SAMPLES; i++) {
      phase += pitchStep * jitter;
      if (phase >= 1) {
        phase -= 1;
        // No throat is a metronome: each period differs a little.
        jitter = 1 + 0.012 * hiss();
      }
      const lastBreath = breath;
      breath = hiss();
      const source = (voice.from + voice.perSample * i) * (glottis(phase) + 0.025 * breath);
      const mouth = fourth.run(third.run(second.run(first.run(source))));
      // The teeth hiss high: the difference keeps the low end out of it. The lips brighten the voice likewise.
      const hissing = hissResonator.run(breath - lastBreath);
      output[step * STEP_SAMPLES + i] =
        mouth - 0.45 * lastMouth + 0.3 * hissing * (noise.from + noise.perSample * i);
      lastMouth = mouth;
    }
  }
  return output;
}
