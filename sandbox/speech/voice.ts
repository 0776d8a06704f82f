import { addTone, toneSamples, TONE_RATE_HZ, VOICE_BAND_TOP_HZ } from './data-tone.ts';
import { filterWhole, lowpassTaps, toPcm, upsample } from './filters.ts';
import { pulseFrame } from './frame.ts';
import { planSpeech, type SpokenWord } from './prosody.ts';
import { readAloud } from './reading.ts';
import { renderVoice } from './tract.ts';

/** The rates at which sandbox voices speak and the sandbox ear hears. */
export const speechRatesHz = [8_000, 16_000, 24_000, 32_000, 48_000] as const;

/** How many samples of the inner rate make one sample of ours, the other way round. */
export function rateFactor(sampleRateHz: number): number {
  const known = speechRatesHz.some((rate) => rate === sampleRateHz);
  if (!known) throw new RangeError(`${sampleRateHz} Hz is none of ${speechRatesHz.join(', ')}`);
  return sampleRateHz / TONE_RATE_HZ;
}

export interface Voice {
  /**
   * Speaks a Spanish text: 16-bit mono samples at 8, 16, 24, 32 or 48 kHz, about -20 dBFS while sounding.
   * The same text gives the same samples. Empty text gives no samples.
   */
  synthesize(text: string, sampleRateHz: number): Int16Array;
}

const LEVEL_RMS = 0.1;
const PEAK_MAX = 0.8;
const voiceBand = lowpassTaps(VOICE_BAND_TOP_HZ / TONE_RATE_HZ, 121);

/** Brings the sounding parts to about -20 dBFS and bends what would be louder than the peak. */
function level(signal: Float32Array): Float32Array {
  let energy = 0;
  let count = 0;
  for (const sample of signal) {
    if (Math.abs(sample) < 1e-3) continue;
    energy += sample * sample;
    count += 1;
  }
  const gain = count === 0 ? 0 : LEVEL_RMS / Math.sqrt(energy / count);
  return signal.map((sample) => PEAK_MAX * Math.tanh((sample * gain) / PEAK_MAX));
}

/** How often a long word says that it is still being said: well under the vendors' word gaps. */
const PULSE_EVERY_MS = 400;
const toSamples = (ms: number) => Math.round((ms * TONE_RATE_HZ) / 1_000);

/** Writes each word's data so that its last bit is out just before the word is, and pulses where there is room. */
function addWords(signal: Float32Array, words: readonly SpokenWord[]): void {
  for (const { frames, startMs, endMs } of words) {
    const total = frames.reduce((sum, frame) => sum + toneSamples(frame.length), 0);
    let start = toSamples(endMs) - total;
    const lastPulse = start - toneSamples(pulseFrame.length);
    for (let at = toSamples(startMs); at <= lastPulse; at += toSamples(PULSE_EVERY_MS)) {
      addTone(signal, at, pulseFrame);
    }
    for (const frame of frames) {
      addTone(signal, start, frame);
      start += toneSamples(frame.length);
    }
  }
}

/**
 * A small formant synthesiser for Spanish. Its speech also carries its own text, word by word, as a faint tone
 * above 2.9 kHz, so that the sandbox's ear can tell from the audio alone what was said.
 *
 * @param options.pitchHz the voice's middle: 115 sounds like a man, 195 like a woman (default 120)
 * @param options.speed 1 is a calm conversation; 0.5 to 2
 */
export function createVoice(options: { pitchHz?: number; speed?: number } = {}): Voice {
  const pitchHz = Math.min(400, Math.max(60, options.pitchHz ?? 120));
  const speed = Math.min(2, Math.max(0.5, options.speed ?? 1));
  // Who speaks higher mostly has the shorter vocal tract.
  const formantScale = Math.min(1.17, Math.max(0.95, 1 + (pitchHz - 120) * 0.0016));
  return {
    synthesize(text, sampleRateHz) {
      const factor = rateFactor(sampleRateHz);
      const tokens = readAloud(text);
      if (tokens.length === 0) return new Int16Array(0);
      const plan = planSpeech(tokens, { pitchHz, speed });
      const voice = level(filterWhole(voiceBand, renderVoice(plan.segments, formantScale)));
      addWords(voice, plan.words);
      return toPcm(upsample(voice, factor));
    },
  };
}
