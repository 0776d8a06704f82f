import { stopwords, wordsOf } from './text/words.ts';
import { conceptOf } from './text/concepts.ts';

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  // FNV's low bits are weak for short keys; one round of mixing spreads them.
  value ^= value >>> 15;
  value = Math.imul(value, 0x2c1b3c6d);
  return (value ^ (value >>> 12)) >>> 0;
}

/** What a text is made of, each feature with its weight: stems, sound pieces, concepts. */
function featuresOf(text: string): Map<string, number> {
  const features = new Map<string, number>();
  const add = (key: string, weight: number) => features.set(key, (features.get(key) ?? 0) + weight);
  for (const word of wordsOf(text)) {
    const isPrice = /^\d{4,}/.test(word.text);
    const weight = stopwords.has(word.text) ? 0.1 : isPrice ? 0.3 : 1;
    add(`w:${word.stem}`, weight);
    const concept = isPrice ? 'price' : conceptOf(word);
    if (concept !== undefined) add(`c:${concept}`, 0.5);
    if (weight < 1) continue;
    const padded = `^${word.text}$`;
    for (let at = 0; at + 3 <= padded.length; at += 1) add(`t:${padded.slice(at, at + 3)}`, 0.25);
  }
  return features;
}

/**
 * A vector of length 1 in which related texts lie near one another: signed feature hashing of
 * stems, character trigrams and everyday concepts, log-scaled. The same text always gives the
 * same vector; a text without words gives a constant one.
 */
export function embedText(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0);
  for (const [feature, weight] of featuresOf(text)) {
    const code = hash(feature);
    const index = (code >>> 1) % dimensions;
    vector[index] = (vector[index] ?? 0) + (code & 1 ? 1 : -1) * Math.log1p(weight);
  }
  const norm = Math.hypot(...vector);
  if (norm === 0) return vector.map((_, index) => (index === 0 ? 1 : 0));
  return vector.map((value) => value / norm);
}
