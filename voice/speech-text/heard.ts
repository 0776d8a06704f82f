/** How fast voices speak, by the letters of what is really said. */
const MS_PER_CHAR = 68;

/** How a written text is said: `normalizeForSpeech` of a language. */
export type Spoken = (text: string) => string;

/** About how long a text takes to be said: "$12.500" is short to write and long to say. */
export function speechMs(text: string, spoken: Spoken): number {
  return spoken(text).length * MS_PER_CHAR;
}

/**
 * The words of a written text that had been heard when `share` of its audio (0 to 1) had been
 * played. A word counts by the time it takes to say; half a word has not been heard.
 */
export function heardWords(text: string, share: number, spoken: Spoken): string {
  const words = text.trim().split(/\s+/);
  if (share >= 1) return words.join(' ');
  const lengths = words.map((word) => spoken(word).length + 1);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let left = total * Math.max(0, share);
  let heard = 0;
  for (const length of lengths) {
    left -= length;
    // A rounding error is not a word.
    if (left < -1e-6) break;
    heard += 1;
  }
  return words.slice(0, heard).join(' ');
}
