/** A spelling by sound, so that what a listener confuses is equal: b/v, s/c/z, ll/y, a silent h. */
export function soundOf(word: string): string {
  return word
    .replace(/ch/g, 'x')
    .replace(/qu|k/g, 'c')
    .replace(/[gj](?=[ei])/g, 'j')
    .replace(/[cz](?=[ei])|z/g, 's')
    .replace(/ll/g, 'y')
    .replace(/v/g, 'b')
    .replace(/h/g, '')
    .replace(/ñ/g, 'n')
    .replace(/n(?=[pb])/g, 'm')
    .replace(/(.)\1+/g, '$1');
}

/** Edits (insert, delete, replace, swap of neighbours) between two words, at most `most` + 1. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? most + 1;
}

const isNumber = (word: string) => /\d/.test(word);

/** Whether a word is another one with an ending: `anill`, `anillad`. */
const begins = (short: string, long: string) =>
  short.length >= 5 && long.startsWith(short) && long.length - short.length <= 3;

/** How alike two stems are, 0 to 1. Numbers are equal or not alike at all. */
export function likeness(a: string, b: string): number {
  if (a === b) return 1;
  if (isNumber(a) || isNumber(b) || a.length < 3 || b.length < 3) return 0;
  const [x, y] = [soundOf(a), soundOf(b)];
  if (x === y) return 0.95;
  const [short, long] = x.length <= y.length ? [x, y] : [y, x];
  if (begins(short, long) || begins(a, b) || begins(b, a)) return 0.8;
  if (short.length < 4) return 0;
  const most = long.length >= 8 ? 2 : 1;
  const distance = editDistance(x, y, most);
  if (distance > most) return 0;
  // The first sound is the one that is heard best: words that differ there are other words.
  const penalty = x[0] === y[0] ? 0 : 0.2;
  return 1 - distance / long.length - penalty;
}
