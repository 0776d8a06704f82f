/** The vendor's bound on the text of one Speak message. */
const SPEAK_CHARS_MAX = 2_000;

/**
 * Cuts a text into pieces of at most `max` characters that read on when put together: after a sentence if there
 * is one in the second half, else after a space, else anywhere but inside a character.
 */
export function splitText(text: string, max: number = SPEAK_CHARS_MAX): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const head = rest.slice(0, max);
    const sentence = Math.max(...['. ', '? ', '! ', '\n'].map((mark) => head.lastIndexOf(mark)));
    const space = head.lastIndexOf(' ');
    let cut = sentence >= max / 2 ? sentence + 2 : space > 0 ? space + 1 : max;
    // The second half of a surrogate pair stays with the first.
    if (/[\uDC00-\uDFFF]/u.test(rest[cut] ?? '') && cut > 1) cut -= 1;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return rest === '' ? pieces : [...pieces, rest];
}
