const small = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
  'seventeen eighteen nineteen'
).split(' ');
const tens = '  twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const scales = ['', 'thousand', 'million', 'billion', 'trillion', 'quadrillion'];
/** Above this a number is read out digit by digit. */
const DIGITS_MAX = 18;

/** "12500" → "twelve thousand five hundred". Longer than 18 digits, or with a zero in front: digit by digit. */
export function cardinal(digits: string): string {
  if (digits.length > DIGITS_MAX || /^0\d/.test(digits)) return digitByDigit(digits);
  if (Number(digits) === 0) return 'zero';
  const padded = digits.padStart(DIGITS_MAX, '0');
  return scales
    .map((scale, i) => {
      const at = DIGITS_MAX - 3 * (i + 1);
      const value = Number(padded.slice(at, at + 3));
      return value === 0 ? '' : `${belowThousand(value)} ${scale}`.trim();
    })
    .filter(Boolean)
    .toReversed()
    .join(' ');
}

/** "05" → "zero five". */
export function digitByDigit(digits: string): string {
  return [...digits].map((digit) => small[Number(digit)]).join(' ');
}

/** 1998 → "nineteen ninety-eight", 2026 → "twenty twenty-six", 2005 → "two thousand five". */
export function year(value: number): string {
  const [century, rest] = [Math.floor(value / 100), value % 100];
  if (value < 1100 || value > 2099 || (century === 20 && rest < 10)) return cardinal(String(value));
  if (rest === 0) return `${belowThousand(century)} hundred`;
  return `${belowThousand(century)} ${rest < 10 ? `oh ${small[rest]}` : belowThousand(rest)}`;
}

const irregular: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** 21 → "twenty-first". */
export function ordinal(value: number): string {
  const said = cardinal(String(value));
  const last = /[a-z]+$/.exec(said)?.[0] ?? '';
  const head = said.slice(0, said.length - last.length);
  return (
    head + (irregular[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`))
  );
}

function belowThousand(value: number): string {
  const hundred = value >= 100 ? `${small[Math.floor(value / 100)]} hundred` : '';
  const rest = value % 100;
  if (rest === 0) return hundred;
  const said =
    small[rest] ??
    [tens[Math.floor(rest / 10)], small[rest % 10]].slice(0, rest % 10 === 0 ? 1 : 2).join('-');
  return [hundred, said].filter(Boolean).join(' ');
}
