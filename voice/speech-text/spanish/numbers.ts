import { amountSource, inGroups, parseAmount, type Amount } from '../amount.ts';
import type { Found, Rule } from '../rule.ts';
import { cardinal, digitByDigit, takesDe, type Form } from './cardinal.ts';
import { formBetween, nounGender } from './gender.ts';

/** Digits of an unbroken number from which on it is a code and not a quantity. */
const CODE_DIGITS_MIN = 7;

/** A quantity with decimals: "tres coma cinco". The mark is read as it was written. */
export function sayAmount(amount: Amount, form: Form): string {
  if (amount.decimals === '') return cardinal(amount.whole, form);
  const mark = amount.mark === ',' ? 'coma' : 'punto';
  return `${cardinal(amount.whole, { gender: 'm', beforeNoun: false })} ${mark} ${sayDecimals(amount.decimals)}`;
}

function sayDecimals(decimals: string): string {
  const zeros = /^0*/.exec(decimals)?.[0] ?? '';
  const rest = decimals.slice(zeros.length);
  if (rest.length > 2) return digitByDigit(decimals);
  return [digitByDigit(zeros), rest === '' ? '' : cardinal(rest)].filter(Boolean).join(' ');
}

/** Digits in groups that can be written down: "cuatro cinco ocho, siete nueve dos". */
function sayCode(digits: string): string {
  return inGroups(digits).map(digitByDigit).join(', ');
}

const codeNames =
  'código|pedido|orden|guía|referencia|factura|radicado|contrato|ticket|tiquete|confirmación|reserva|serial|póliza|pin|clave|folio|cuenta|turno|cédula|documento|postal|DNI|RUC|RUT|NIT|CUIT|RFC';

export const codeRules: readonly Rule[] = [
  // With a check digit: "900.123.456-7", "12.345.678-K". With several dashes: an account, a file number.
  {
    pattern:
      /(?<![\p{L}\d.,-])(?<digits>\d{1,3}(?:\.\d{3}){2,3}|(?<=(?:NIT|RUT|RUC|RIF|CUIT|CUIL)[ :]{1,2})\d{7,11})-(?<check>[\dKk])(?![\p{L}\d-])/gu,
    say: (it) => {
      const check = it.group('check');
      const last = /\d/.test(check) ? cardinal(check) : check.toUpperCase();
      return `${sayCode(it.group('digits').replaceAll('.', ''))}, guion ${last}`;
    },
  },
  {
    pattern: /(?<![\p{L}\d.,-])\d{1,12}(?:-\d{1,12}){2,5}(?![\p{L}\d-])/gu,
    say: (it) => it.text.split('-').map(sayCode).join(', '),
  },
  {
    // "pedido 45879", "el código de su pedido es 4587"; short ones are said as numbers.
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${codeNames})(?: n[úu]mero|:| es| es el| n\.º| no\.)? )(?<digits>\d{4,18})(?![\d.,]*\d)(?!\p{L})`,
      'giu',
    ),
    say: (it) => sayCode(it.group('digits')),
  },
];

export const numberRules: readonly Rule[] = [
  // "1.2.3", an address of a machine: no quantity at all.
  {
    pattern: /(?<![\d.,])(?!\d{1,3}(?:\.\d{3})+(?![.\d]))\d{1,9}(?:\.\d{1,9}){2,8}(?!\d)/g,
    say: (it) =>
      pad(
        it,
        it.text
          .split('.')
          .map((part) => cardinal(part))
          .join(' punto '),
      ),
  },
  {
    pattern: /(?<![\p{L}\d.,])[-−](?=\d)/gu,
    say: 'menos ',
  },
  { pattern: new RegExp(amountSource, 'g'), say: sayNumber },
];

function sayNumber(it: Found): string {
  const amount = parseAmount(it.text);
  if (/^\d+$/.test(it.text)) {
    // "AV9215", "007": not quantities.
    const glued = it.text.length > 2 && /\p{L}/u.test(it.previous);
    if (glued || /^0\d/.test(it.text)) return pad(it, sayCode(it.text));
    if (it.text.length >= CODE_DIGITS_MIN && !takesDe(it.text)) return pad(it, sayCode(it.text));
  }
  const said = sayAmount(amount, formBetween(it.before, it.after));
  const de = amount.decimals === '' && takesDe(amount.whole) && nounGender(it.after) !== null;
  return pad(it, de ? `${said} de` : said);
}

/** Words do not grow together with letters that touched the digits: "A4", "5G". */
function pad(it: Found, said: string): string {
  const open = /[\p{L}\p{N}]/u.test(it.previous) ? ' ' : '';
  return `${open}${said}${/^\p{L}/u.test(it.rest) ? ' ' : ''}`;
}
