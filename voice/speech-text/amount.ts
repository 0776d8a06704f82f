/** A number as written, without a judgement of what it counts. */
export interface Amount {
  /** Digits before the decimal mark, without separators or needless zeros. */
  readonly whole: string;
  /** Digits after it; empty if none. */
  readonly decimals: string;
  /** The decimal mark it was written with. */
  readonly mark: ',' | '.';
  /** Thousands were set apart with dots, as most of Latin America does. */
  readonly dotted: boolean;
}

/** Source of a number with thousands and decimals of either custom, for use in patterns. */
export const amountSource = String.raw`\d{1,3}(?:[.'’]\d{3})+(?:,\d{1,6})?(?!\d)|\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?(?!\d)|\d+(?:[.,]\d{1,6})?(?!\d)`;

/**
 * Reads a number of either custom: "1.250.000", "1,250.50", "12,5", "1'250.000". Where both marks
 * occur the last is the decimal one; a mark before exactly three digits sets thousands apart.
 */
export function parseAmount(written: string): Amount {
  const text = written.replaceAll(/['’]/g, '.');
  const lastDot = text.lastIndexOf('.');
  const lastComma = text.lastIndexOf(',');
  const last = Math.max(lastDot, lastComma);
  const mark = lastComma > lastDot ? ',' : '.';
  const tail = text.slice(last + 1);
  const single = lastDot < 0 || lastComma < 0;
  const repeated = text.indexOf(mark) !== last;
  const thousands = single && (repeated || (tail.length === 3 && !/^0[.,]/.test(text)));
  const isDecimal = last >= 0 && !thousands;
  const whole = (isDecimal ? text.slice(0, last) : text).replaceAll(/[.,]/g, '');
  return {
    whole: whole.replace(/^0+(?=\d)/, ''),
    decimals: isDecimal ? tail : '',
    mark,
    dotted: (thousands && mark === '.') || (isDecimal && mark === ',' && lastDot >= 0),
  };
}

/** Digits as people write them down: in threes, the last group of two to four. "45879" → 458, 79. */
export function inGroups(digits: string): string[] {
  const groups: string[] = [];
  for (let at = 0; at < digits.length;) {
    const size = digits.length - at === 4 ? 4 : 3;
    groups.push(digits.slice(at, at + size));
    at += size;
  }
  return groups;
}
