import { soundOf } from './likeness.ts';

// oxfmt-ignore
const small: Readonly<Record<string, number>> = {
  cero: 0, un: 1, uno: 1, una: 1, dos: 2, tres: 3, cuatro: 4, cinco: 5, seis: 6, siete: 7,
  ocho: 8, nueve: 9, diez: 10, once: 11, doce: 12, trece: 13, catorce: 14, quince: 15,
  dieciseis: 16, diecisiete: 17, dieciocho: 18, diecinueve: 19, veinte: 20, veintiun: 21,
  veintiuno: 21, veintiuna: 21, veintidos: 22, veintitres: 23, veinticuatro: 24,
  veinticinco: 25, veintiseis: 26, veintisiete: 27, veintiocho: 28, veintinueve: 29,
  treinta: 30, cuarenta: 40, cincuenta: 50, sesenta: 60, setenta: 70, ochenta: 80,
  noventa: 90, cien: 100, ciento: 100, doscientos: 200, doscientas: 200, trescientos: 300,
  trescientas: 300, cuatrocientos: 400, cuatrocientas: 400, quinientos: 500, quinientas: 500,
  seiscientos: 600, seiscientas: 600, setecientos: 700, setecientas: 700, ochocientos: 800,
  ochocientas: 800, novecientos: 900, novecientas: 900,
  two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10,
  eleven: 11, twelve: 12, fifteen: 15, twenty: 20, thirty: 30, forty: 40, fifty: 50,
  sixty: 60, ninety: 90,
};

/** Articles as much as numbers: "una torta" asks for no number. */
const articles = new Set(['un', 'uno', 'una']);

const bySound = new Map(
  Object.entries(small)
    .filter(([word]) => word.length >= 4)
    .map(([word, value]) => [soundOf(word), value]),
);

/** The number a folded word says, articles included; undefined where it says none. */
function numeralOf(word: string): number | undefined {
  return small[word] ?? (word.length >= 4 ? bySound.get(soundOf(word)) : undefined);
}

/**
 * Turns numbers said in words into digits, in a list of folded words: `treinta y cinco` → `35`,
 * `dos mil` → `2000`. A lone article stays a word. Each word may stand for several of the input.
 */
export function digitsForNumerals(words: readonly string[]): string[] {
  const out: string[] = [];
  let index = 0;
  while (index < words.length) {
    const read = readNumber(words, index);
    if (read === null) {
      out.push(words[index] ?? '');
      index += 1;
    } else {
      out.push(String(read.value));
      index = read.next;
    }
  }
  return out;
}

function readNumber(
  words: readonly string[],
  from: number,
): { value: number; next: number } | null {
  let total = 0;
  let group: number | null = null;
  let next = from;
  for (; next < words.length; next += 1) {
    const word = words[next] ?? '';
    const value = numeralOf(word);
    if (value !== undefined) {
      // "dos tres" is two numbers; "ciento veinte", "treinta [y] cinco" is one.
      if (group !== null && !joins(group, value)) break;
      group = (group ?? 0) + value;
    } else if (word === 'mil') {
      total += (group ?? 1) * 1000;
      group = null;
    } else if (word === 'y' && group !== null && group >= 30 && group % 10 === 0) {
      const unit = numeralOf(words[next + 1] ?? '');
      if (unit === undefined || unit < 1 || unit > 9) break;
    } else break;
  }
  if (next === from) return null;
  // "El combo uno" is a number; "una torta", "uno" alone are not.
  const isName = from > 0 && words[from] === 'uno';
  if (next === from + 1 && articles.has(words[from] ?? '') && !isName) return null;
  return { value: total + (group ?? 0), next };
}

function joins(group: number, value: number): boolean {
  if (value >= 100) return false;
  if (group >= 100 && group % 100 === 0) return true;
  return group % 10 === 0 && group % 100 >= 20 && value < 10;
}
