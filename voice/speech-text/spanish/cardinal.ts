/** How a number agrees with what it counts. */
export interface Form {
  readonly gender: 'm' | 'f';
  /** Its noun follows: "veintiún panes", but "son veintiuno". */
  readonly beforeNoun: boolean;
}

const plain: Form = { gender: 'm', beforeNoun: false };
const upTo29 = (
  'cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince ' +
  'dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro ' +
  'veinticinco veintiséis veintisiete veintiocho veintinueve'
).split(' ');
const tens = '   treinta cuarenta cincuenta sesenta setenta ochenta noventa'.split(' ');
const hundreds =
  ' ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos'.split(
    ' ',
  );
/** Above this a number is read out digit by digit. */
const DIGITS_MAX = 18;

/** "12500" → "doce mil quinientos". Longer than 18 digits, or with a zero in front: digit by digit. */
export function cardinal(digits: string, form: Form = plain): string {
  if (digits.length > DIGITS_MAX || /^0\d/.test(digits)) return digitByDigit(digits);
  if (Number(digits) === 0) return 'cero';
  const padded = digits.padStart(DIGITS_MAX, '0');
  const [billions, millions, units] = [0, 6, 12].map((at) => Number(padded.slice(at, at + 6)));
  return [
    scaled(billions ?? 0, 'un billón', 'billones'),
    scaled(millions ?? 0, 'un millón', 'millones'),
    units ? belowMillion(units, form) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Whether "de" comes between the number and its noun: "un millón de pesos". */
export function takesDe(digits: string): boolean {
  return /^[1-9]\d*000000$/.test(digits);
}

/** "05" → "cero cinco". */
export function digitByDigit(digits: string): string {
  return [...digits].map((digit) => upTo29[Number(digit)]).join(' ');
}

function scaled(count: number, one: string, many: string): string {
  if (count === 0) return '';
  if (count === 1) return one;
  return `${belowMillion(count, { gender: 'm', beforeNoun: true })} ${many}`;
}

function belowMillion(value: number, form: Form): string {
  const thousands = Math.floor(value / 1000);
  const rest = value % 1000;
  const said: string[] = [];
  if (thousands === 1) said.push('mil');
  // "Doscientas mil personas" agrees, "veintiún mil personas" does not.
  if (thousands > 1) said.push(belowThousand(thousands, form.gender, 'm', true), 'mil');
  if (rest > 0) said.push(belowThousand(rest, form.gender, form.gender, form.beforeNoun));
  return said.join(' ');
}

function belowThousand(
  value: number,
  gender: Form['gender'],
  unit: Form['gender'],
  beforeNoun: boolean,
): string {
  if (value === 100) return 'cien';
  const hundred = hundreds[Math.floor(value / 100)] ?? '';
  const agreed =
    gender === 'f' ? hundred.replace(/tos$|ientos$/, (end) => end.replace('os', 'as')) : hundred;
  const rest = value % 100;
  const small = rest > 0 ? belowHundred(rest, unit, beforeNoun) : '';
  return [agreed, small].filter(Boolean).join(' ');
}

function belowHundred(value: number, gender: Form['gender'], beforeNoun: boolean): string {
  if (value % 10 === 1 && value !== 11) {
    const ten = value === 1 ? '' : value === 21 ? 'veinti' : `${tens[(value / 10) | 0]} y `;
    if (gender === 'f') return `${ten}una`;
    if (beforeNoun) return value === 21 ? 'veintiún' : `${ten}un`;
    return `${ten}uno`;
  }
  const simple = upTo29[value];
  if (simple !== undefined) return simple;
  const ten = tens[Math.floor(value / 10)] ?? '';
  return value % 10 === 0 ? ten : `${ten} y ${upTo29[value % 10]}`;
}
