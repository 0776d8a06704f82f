import type { Found, Rule } from '../rule.ts';
import { cardinal } from './cardinal.ts';

/** Abbreviated ways, as addresses of Latin America write them. */
const ways: readonly (readonly [RegExp, string])[] = [
  [/^(?:cra|cr|kra|kr|k)$/i, 'carrera'],
  [/^(?:cll|cl|cle)$/i, 'calle'],
  [/^(?:av|avda|ave)$/i, 'avenida'],
  [/^ak$/i, 'avenida carrera'],
  [/^ac$/i, 'avenida calle'],
  [/^(?:dg|diag)$/i, 'diagonal'],
  [/^(?:tv|trv|transv|tr)$/i, 'transversal'],
  [/^(?:circ|cq)$/i, 'circular'],
  [/^aut(?:op)?$/i, 'autopista'],
  [/^(?:km)$/i, 'kilómetro'],
  [/^(?:mz|mza|mzna)$/i, 'manzana'],
  [/^(?:lt|lte)$/i, 'lote'],
  [/^(?:apto|apt|ap|apart)$/i, 'apartamento'],
  [/^(?:dpto|depto|dto)$/i, 'departamento'],
  [/^int$/i, 'interior'],
  [/^(?:of|ofi|ofc)$/i, 'oficina'],
  [/^(?:bl|blq)$/i, 'bloque'],
  [/^(?:tor|to)$/i, 'torre'],
  [/^(?:cs)$/i, 'casa'],
  [/^(?:lc|loc)$/i, 'local'],
  [/^(?:hab)$/i, 'habitación'],
  [/^(?:ed|edif)$/i, 'edificio'],
  [/^(?:urb)$/i, 'urbanización'],
  [/^(?:jr)$/i, 'jirón'],
  [/^(?:psje|pje)$/i, 'pasaje'],
  [/^(?:blvd|bv|bulev)$/i, 'bulevar'],
  [/^(?:col)$/i, 'colonia'],
  [/^(?:prol)$/i, 'prolongación'],
  [/^(?:esq)$/i, 'esquina'],
  [/^(?:ctra|carr)$/i, 'carretera'],
];
/** They stand before a number: "Cra 7", "Apto. 502". */
const numbered =
  'cra|cr|kra|kr|cll|cl|cle|av|avda|ave|ak|ac|dg|diag|tv|trv|transv|tr|circ|cq|aut|autop|mz|mza|mzna|lt|lte|apto|apt|ap|dpto|depto|dto|int|of|ofi|ofc|bl|blq|tor|cs|lc|loc|hab|jr|psje|pje|km|k';
/** They stand before a name and keep their full stop: "Av. Caracas", "Urb. El Sol". */
const named =
  'av|avda|ave|urb|jr|psje|pje|blvd|bv|col|prol|esq|edif|ed|ctra|carr|aut|autop|dg|cl|cll|cra|apto|dpto|depto|of';
const street = 'calle|carrera|avenida|diagonal|transversal|circular|autopista';
const houseSign = String.raw`(?:#|n\.?[º°]|n[uú]mero|n[uú]m\.?|nro\.?|no\.)`;
const part = String.raw`\d{1,4} ?(?:[A-Za-z](?!\p{L}))?(?: bis(?!\p{L}))?(?: ?[A-Z](?![\p{L}\d]))?`;

export const addressRules: readonly Rule[] = [
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d])(?<way>${numbered})(?:\. ?| )(?=\d{1,5}(?![\d:]))`,
      'giu',
    ),
    say: (it) => wayName(it.group('way')),
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d])(?<way>${named})\. (?=(?:las? |los |el |de |del |San |Santa )?[\p{Lu}])`,
      'giu',
    ),
    say: (it) => (it.before === 'junior' ? null : wayName(it.group('way'))),
  },
  {
    pattern: /(?<![\p{L}\d])(?<way>mz|mza|lt|int|torre|bl)\.? (?=[A-Z](?![\p{L}\d]))/giu,
    say: (it) => (it.group('way').toLowerCase() === 'torre' ? null : wayName(it.group('way'))),
  },
  // The plate: "# 45-20", "No. 11A - 53 sur". Its second half is where the pair is heard.
  {
    pattern: new RegExp(
      String.raw` ?${houseSign} ?(?<corner>${part}) ?[-–] ?(?<house>\d{1,4})(?![\d-])`,
      'giu',
    ),
    say: (it) =>
      `${lead(it)}número ${sayPart(it.group('corner'))}, ${cardinal(it.group('house'))}${tail(it)}`,
  },
  // A plate without its sign, after a street: "calle 45 12-34", "carrera 7 45-20".
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${street}) )(?<way>${part}),? (?<corner>${part}) ?[-–] ?(?<house>\d{1,4})(?![\d-])`,
      'giu',
    ),
    say: (it) =>
      `${sayPart(it.group('way'))} número ${sayPart(it.group('corner'))}, ${cardinal(it.group('house'))}${tail(it)}`,
  },
  {
    pattern: new RegExp(
      String.raw`(?<=(?<!\p{L})(?:${street}|apartamento|oficina|local|lote|interior|manzana|kilómetro|departamento|torre|bloque) )(?<n>\d{1,4}) ?(?<letter>[A-Za-z](?![\p{L}\d]))?`,
      'gu',
    ),
    say: (it) => {
      const letter = it.group('letter');
      // "calle 45 a la altura": the letter may be a word of its own.
      if (/^[aeouy]$/.test(letter)) return `${cardinal(it.group('n'))} ${letter}${tail(it)}`;
      return `${cardinal(it.group('n'))}${letter === '' ? '' : ` ${letter.toUpperCase()}`}${tail(it)}`;
    },
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d])(?:#|n\.?[º°]|n[uú]m\.|nro\.?|no\.) ?(?=\d)`,
      'giu',
    ),
    say: (it) => `${lead(it)}número `,
  },
  { pattern: /(?<![\p{L}\d])C\. ?P\. ?(?=\d)/gu, say: 'código postal ' },
  { pattern: /(?<![\p{L}\d])C\. ?C\. ?(?=\d)/gu, say: 'cédula ' },
  { pattern: /(?<![\p{L}\d])s\/n(?!\p{L})/giu, say: 'sin número' },
];

function wayName(written: string): string | null {
  const name = ways.find(([pattern]) => pattern.test(written))?.[1];
  return name ? `${name} ` : null;
}

/** "45A bis" → "cuarenta y cinco A bis". */
function sayPart(written: string): string {
  const tokens = written.match(/\d+|\p{L}+/gu) ?? [];
  return tokens
    .map((token) =>
      /^\d/.test(token) ? cardinal(token) : token.length === 1 ? token.toUpperCase() : token,
    )
    .join(' ');
}

function lead(it: Found): string {
  return it.previous === '' || /[\s(]/.test(it.previous)
    ? it.text.startsWith(' ')
      ? ' '
      : ''
    : ' ';
}

function tail(it: Found): string {
  return /^[\p{L}\d]/u.test(it.rest) ? ' ' : '';
}
