import { describe, expect, test } from 'vitest';
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '@alo/core/kernel';
import { createEar, createVoice, type EarEvent } from './index.ts';

const RATE = 8_000;
const voice = createVoice({ pitchHz: 118 });

/** mulberry32: the same texts every time. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const syllables =
  'a e o ba ce di fu ga gue güi ho ja ka lla me ñi ño pre que rra rri sol tre u ve xi ya zo ción más está él í ú Á Ñ'.split(
    ' ',
  );
const oddities =
  '¿qué? ¡sí! $12.500 3,5 10% 8:30 ana_23@correo.com.co +573001112233 (y) «no» — & 😀 東京 C.C. 007 y a é "x"'.split(
    ' ',
  );

function randomText(random: () => number): string {
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
  const word = () => {
    if (random() < 0.25) return pick(oddities);
    const body = Array.from({ length: 1 + Math.floor(random() * 4) }, () => pick(syllables));
    return body.join('') + (random() < 0.2 ? pick([',', '.', '?', '!', '...', ';']) : '');
  };
  return Array.from({ length: 1 + Math.floor(random() * 9) }, word).join(' ');
}

/** Feeds the ear in pieces of uneven sizes, then half a second of silence. */
function hear(pcm: Int16Array, rate = RATE, random = createRandom(7)): EarEvent[] {
  const ear = createEar(rate);
  const events: EarEvent[] = [];
  for (let at = 0; at < pcm.length;) {
    const size = 1 + Math.floor(random() * rate * 0.06);
    events.push(...ear.push(pcm.subarray(at, at + size)));
    at += size;
  }
  events.push(...ear.push(new Int16Array(rate / 2)));
  return events;
}

const wordsIn = (events: readonly EarEvent[]) =>
  events.flatMap((event) => (event.type === 'word' ? [event.text] : []));
const textIn = (events: readonly EarEvent[]) => wordsIn(events).join(' ');
const overMulaw = (pcm: Int16Array) => decodeMulaw(encodeMulaw(pcm));

const sentence = 'Buenos días, ¿a cómo tiene el pan de queso? Quiero tres de $2.500.';

describe('what a voice says, the ear understands', () => {
  test('any Spanish text, word for word, after mu-law', () => {
    const random = createRandom(20_261_123);
    for (let round = 0; round < 40; round++) {
      const text = randomText(random);
      const said = createVoice({ pitchHz: 80 + random() * 200, speed: 0.7 + random() * 0.8 });
      expect(textIn(hear(overMulaw(said.synthesize(text, RATE)), RATE, random))).toBe(text);
    }
  });

  test('after A-law', () => {
    const pcm = voice.synthesize(sentence, RATE);
    expect(textIn(hear(decodeAlaw(encodeAlaw(pcm))))).toBe(sentence);
  });

  test.each([16_000, 24_000, 48_000])('at %i Hz', (rate) => {
    expect(textIn(hear(voice.synthesize(sentence, rate), rate))).toBe(sentence);
  });

  test('made at 24 kHz, brought to 8 kHz by leaving samples out, sent as mu-law', () => {
    const pcm = voice.synthesize(sentence, 24_000).filter((_, i) => i % 3 === 0);
    expect(textIn(hear(overMulaw(pcm)))).toBe(sentence);
  });

  test('made at 8 kHz, brought to 16 kHz by straight lines', () => {
    const narrow = voice.synthesize(sentence, RATE);
    const wide = Int16Array.from({ length: narrow.length * 2 }, (_, i) => {
      const left = narrow[i >> 1] ?? 0;
      return i % 2 === 0 ? left : (left + (narrow[(i >> 1) + 1] ?? 0)) / 2;
    });
    expect(textIn(hear(wide, 16_000))).toBe(sentence);
  });

  test('12 dB softer, and 6 dB louder until it clips', () => {
    const pcm = voice.synthesize(sentence, RATE);
    for (const gain of [0.25, 2]) {
      const scaled = pcm.map((sample) => Math.max(-32_768, Math.min(32_767, sample * gain)));
      expect(textIn(hear(overMulaw(scaled)))).toBe(sentence);
    }
  });

  test('over a noisy line', () => {
    const random = createRandom(5);
    const noisy = voice.synthesize(sentence, RATE).map((s) => s + (random() - 0.5) * 150);
    expect(textIn(hear(overMulaw(noisy)))).toBe(sentence);
  });

  test('one sample at a time', () => {
    const ear = createEar(RATE);
    const pcm = voice.synthesize('Con mucho gusto.', RATE);
    const events = [...pcm].flatMap((sample) => ear.push(Int16Array.of(sample)));
    expect(textIn(events)).toBe('Con mucho gusto.');
  });

  test('a word longer than a frame of data can carry', () => {
    const text = `antes ${'paralelepípedo-'.repeat(12)}fin después`;
    expect(textIn(hear(overMulaw(voice.synthesize(text, RATE))))).toBe(text);
  });
});

describe('a cut utterance', () => {
  test('yields the words that were heard to their end and nothing of the rest, wherever the cut', () => {
    const pcm = voice.synthesize(sentence, RATE);
    const ends = hear(pcm).flatMap((event) => (event.type === 'word' ? [event.endMs] : []));
    for (let cutMs = 130; cutMs < (pcm.length * 1_000) / RATE; cutMs += 97) {
      const heard = wordsIn(hear(overMulaw(pcm.subarray(0, (cutMs * RATE) / 1_000))));
      expect(heard).toEqual(sentence.split(' ').slice(0, heard.length));
      expect(heard.length).toBe(ends.filter((endMs) => endMs <= cutMs).length);
    }
  });

  test('a lost frame costs at most the word in it, never the next ones and never garbage', () => {
    const pcm = voice.synthesize(sentence, RATE);
    const words = sentence.split(' ');
    for (let at = 0; at + 160 < pcm.length; at += 1_130) {
      const silenced = pcm.slice().fill(0, at, at + 160);
      const removed = Int16Array.of(...pcm.subarray(0, at), ...pcm.subarray(at + 160));
      for (const damaged of [silenced, removed]) {
        const heard = wordsIn(hear(overMulaw(damaged)));
        expect(heard.length).toBeGreaterThanOrEqual(words.length - 2);
        const rest = [...words];
        for (const word of heard) expect(rest.splice(0, rest.indexOf(word) + 1)).not.toEqual([]);
      }
    }
  });

  test('a piece of a long word never joins the pieces of another', () => {
    const long = (letter: string) => `${letter.repeat(150)}`;
    const one = voice.synthesize(long('a'), RATE);
    const other = voice.synthesize(long('e'), RATE);
    const cut = Math.floor(one.length * 0.97);
    const spliced = Int16Array.of(...one.subarray(0, cut), ...other.subarray(cut));
    expect(wordsIn(hear(spliced))).toEqual([]);
  });
});

describe('the ear', () => {
  test('reports sound and silence with their times, and words inside', () => {
    const pcm = new Int16Array(RATE * 2);
    pcm.set(voice.synthesize('Sí, gracias.', RATE), RATE / 2);
    const events = hear(overMulaw(pcm));
    const kinds = events.map(({ type }) => type);
    expect(kinds[0]).toBe('speech_started');
    expect(kinds.at(-1)).toBe('speech_ended');
    const [start] = events;
    expect(start?.type === 'speech_started' && start.atMs).toBeGreaterThanOrEqual(500);
    expect(start?.type === 'speech_started' && start.atMs).toBeLessThan(600);
    for (const event of events.filter((e) => e.type === 'word')) {
      expect(event.startMs).toBeGreaterThanOrEqual(500);
      expect(event.endMs).toBeGreaterThan(event.startMs);
    }
  });

  test('knows when each word began, and notices a long one while it is being said', () => {
    const pcm = voice.synthesize('El total es 1.234.567 pesos', RATE);
    const ear = createEar(RATE);
    const events: EarEvent[] = [];
    let longestGapMs = 0;
    for (let at = 0; at < pcm.length; at += 160) {
      events.push(...ear.push(pcm.subarray(at, at + 160)));
      if (Number.isFinite(ear.lastVoiceMs)) {
        longestGapMs = Math.max(longestGapMs, (at * 1_000) / RATE - ear.lastVoiceMs);
      }
    }
    const words = events.filter((event) => event.type === 'word');
    const number = words.find(({ text }) => text === '1.234.567');
    const before = words.find(({ text }) => text === 'es');
    expect((number?.endMs ?? 0) - (number?.startMs ?? 0)).toBeGreaterThan(2_000);
    expect(Math.abs((number?.startMs ?? 0) - (before?.endMs ?? 0))).toBeLessThan(60);
    expect(longestGapMs).toBeLessThan(700);
  });

  test('understands no word in noise, tones and silence', () => {
    const random = createRandom(99);
    const noise = Int16Array.from({ length: RATE * 8 }, () => (random() - 0.5) * 30_000);
    const tone = Int16Array.from({ length: RATE * 2 }, (_, i) => 8_000 * Math.sin(i * 2.2776));
    for (const pcm of [noise, tone, new Int16Array(RATE)]) {
      expect(wordsIn(hear(overMulaw(pcm)))).toEqual([]);
    }
    expect(hear(noise)[0]).toEqual({ type: 'speech_started', atMs: 0 });
    expect(hear(new Int16Array(RATE))).toEqual([]);
  });

  test('refuses a rate it does not know', () => {
    expect(() => createEar(11_025)).toThrow(RangeError);
    expect(() => voice.synthesize('hola', 44_100)).toThrow(RangeError);
  });
});

describe('the voice', () => {
  test('says the same thing the same way', () => {
    expect(voice.synthesize(sentence, RATE)).toEqual(
      createVoice({ pitchHz: 118 }).synthesize(sentence, RATE),
    );
  });

  test('is as loud as a telephone voice and does not clip', () => {
    for (const pitchHz of [90, 118, 195, 260]) {
      const pcm = createVoice({ pitchHz }).synthesize(sentence, RATE);
      const rms = Math.sqrt(pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length);
      const dbfs = 20 * Math.log10(rms / 32_768);
      expect(dbfs).toBeGreaterThan(-24);
      expect(dbfs).toBeLessThan(-18);
      expect(Math.max(...pcm)).toBeLessThan(30_000);
    }
  });

  test('keeps its data at least 18 dB below the speech', () => {
    const pcm = voice.synthesize(sentence, RATE);
    const power = (samples: ArrayLike<number>) => {
      let sum = 0;
      for (let i = 0; i < samples.length; i++) sum += (samples[i] ?? 0) ** 2;
      return sum / samples.length;
    };
    // A token that is not said leaves only its data to be heard.
    const dataOnly = voice.synthesize('—', RATE);
    const loud = [...dataOnly].filter((sample) => Math.abs(sample) > 20);
    expect(10 * Math.log10(power(pcm) / power(loud))).toBeGreaterThan(18);
  });

  test('empty and blank texts are silent, marks alone are', () => {
    expect(voice.synthesize('', RATE)).toHaveLength(0);
    expect(voice.synthesize(' \n\t', RATE)).toHaveLength(0);
    expect(textIn(hear(voice.synthesize('... — 😀', RATE)))).toBe('... — 😀');
  });

  test('speaks at the pace of a conversation', () => {
    const seconds = voice.synthesize(sentence, RATE).length / RATE;
    const perMinute = (sentence.split(' ').length / seconds) * 60;
    expect(perMinute).toBeGreaterThan(110);
    expect(perMinute).toBeLessThan(220);
  });
});
