/** The little signal processing that the voice and the ear share: windowed-sinc filters and integer rate changes. */

/** Modified Bessel function of the first kind, order zero: what the Kaiser window is made of. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; k < 32; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Kaiser window parameter for a stop band about 65 dB down. */
const KAISER_BETA = 6.2;

/** Linear-phase low-pass filter of odd length; `cutoff` in cycles per sample. Unity gain at 0 Hz. */
export function lowpassTaps(cutoff: number, length: number): Float64Array {
  const middle = (length - 1) / 2;
  const taps = Float64Array.from({ length }, (_, i) => {
    const t = i - middle;
    const sinc = t === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * t) / (Math.PI * t);
    const window = besselI0(KAISER_BETA * Math.sqrt(1 - (t / middle) ** 2));
    return (sinc * window) / besselI0(KAISER_BETA);
  });
  const gain = taps.reduce((sum, tap) => sum + tap, 0);
  return taps.map((tap) => tap / gain);
}

/** A band-pass as the difference of two low-passes of the same length. */
export function bandpassTaps(low: number, high: number, length: number): Float64Array {
  const lower = lowpassTaps(low, length);
  return lowpassTaps(high, length).map((tap, i) => tap - (lower[i] as number));
}

/** A filter fed in pieces; each push returns as many samples as it got, `(taps - 1) / 2` late. */
export function createFir(taps: Float64Array): (input: Float32Array) => Float32Array {
  let history = new Float32Array(taps.length - 1);
  return (input) => {
    const line = new Float32Array(history.length + input.length);
    line.set(history);
    line.set(input, history.length);
    const output = new Float32Array(input.length);
    for (let i = 0; i < input.length; i++) {
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += (taps[k] as number) * (line[i + k] as number);
      output[i] = sum;
    }
    history = line.slice(input.length);
    return output;
  };
}

/** Filters a whole signal without delay. */
export function filterWhole(taps: Float64Array, input: Float32Array): Float32Array {
  const delay = (taps.length - 1) / 2;
  const padded = new Float32Array(input.length + delay);
  padded.set(input);
  return createFir(taps)(padded).subarray(delay);
}

/** Raises the rate of a whole signal by an integer factor, without delay. */
export function upsample(input: Float32Array, factor: number): Float32Array {
  if (factor === 1) return input;
  const reach = 16;
  const taps = lowpassTaps(0.48 / factor, 2 * reach * factor + 1);
  const output = new Float32Array(input.length * factor);
  for (let i = 0; i < output.length; i++) {
    // Only every factor-th sample of the stuffed signal is not zero.
    const first = Math.max(0, Math.ceil((i - reach * factor) / factor));
    const last = Math.min(input.length - 1, Math.floor((i + reach * factor) / factor));
    let sum = 0;
    for (let n = first; n <= last; n++) {
      sum += (input[n] as number) * (taps[i - n * factor + reach * factor] as number);
    }
    output[i] = sum * factor;
  }
  return output;
}

/** Lowers the rate by an integer factor, fed in pieces of any size. */
export function createDecimator(factor: number): (input: Float32Array) => Float32Array {
  if (factor === 1) return (input) => input;
  const filter = createFir(lowpassTaps(0.485 / factor, 16 * factor + 1));
  let phase = 0;
  return (input) => {
    const filtered = filter(input);
    const output = new Float32Array(Math.ceil((input.length - phase) / factor));
    let count = 0;
    let i = phase;
    for (; i < filtered.length; i += factor) output[count++] = filtered[i] as number;
    phase = i - filtered.length;
    return output.subarray(0, count);
  };
}

/** 16-bit samples to ±1. */
export function toFloat(pcm: Int16Array): Float32Array {
  const signal = new Float32Array(pcm.length);
  for (let i = 0; i < pcm.length; i++) signal[i] = (pcm[i] as number) / 32_768;
  return signal;
}

/** ±1 to 16-bit samples; louder is clipped. */
export function toPcm(signal: Float32Array): Int16Array {
  const pcm = new Int16Array(signal.length);
  for (let i = 0; i < signal.length; i++) {
    pcm[i] = Math.max(-32_768, Math.min(32_767, Math.round((signal[i] as number) * 32_767)));
  }
  return pcm;
}
