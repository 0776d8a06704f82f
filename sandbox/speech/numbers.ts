/** Spanish cardinals, as people say them in Latin America. */

const small =
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve'.split(
    ' ',
  );
const tens = 'treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ');
const hundreds =
  'cero ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
    ' ',
  );

function belowThousand(n: number): string[] {
  if (n === 100) return ['cien'];
  const rest = n % 100;
  const head = n > 100 ? [hundreds[Math.floor(n / 100)] ?? ''] : [];
  if (rest === 0 && n > 0) return head;
  if (rest < 30) return [...head, small[rest] ?? ''];
  const unit = rest % 10;
  const ten = tens[Math.floor(rest / 10) - 3] ?? '';
  return [...head, ten, ...(unit === 0 ? [] : ['y', small[unit] ?? ''])];
}

/** Before a noun, `uno` loses its end: veintiún mil, un millón. */
function beforeNoun(words: readonly string[]): string[] {
  const last = words.at(-1);
  if (last === 'uno') return [...words.slice(0, -1), 'un'];
  if (last === 'veintiuno') return [...words.slice(0, -1), 'veintiún'];
  return [...words];
}

function belowMillion(n: number): string[] {
  const thousands = Math.floor(n / 1_000);
  const rest = n % 1_000;
  const head = thousands === 1 ? ['mil'] : [...beforeNoun(belowThousand(thousands)), 'mil'];
  if (thousands === 0) return belowThousand(rest);
  return rest === 0 ? head : [...head, ...belowThousand(rest)];
}

/** A whole number from 0 to 999 999 999 999 in words: 12500 is `doce mil quinientos`. */
export function cardinal(n: number): string[] {
  const millions = Math.floor(n / 1_000_000);
  const rest = n % 1_000_000;
  if (millions === 0) return belowMillion(rest);
  const head =
    millions === 1 ? ['un', 'millón'] : [...beforeNoun(belowMillion(millions)), 'millones'];
  return rest === 0 ? head : [...head, ...belowMillion(rest)];
}

/** One word a digit, as a telephone number is dictated. */
const digitByDigit = (digits: string): string[] =>
  [...digits].map((digit) => small[Number(digit)] ?? '');

/** Digits as they are said: a short number as a cardinal, a long one or one with leading zeros digit by digit. */
export function spokenDigits(digits: string): string[] {
  const dictated = digits.length > 6 || (digits.length > 1 && digits.startsWith('0'));
  return dictated ? digitByDigit(digits) : cardinal(Number(digits));
}
