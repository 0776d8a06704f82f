/** From written tokens to the words that are said for them: `$12.500` → doce mil quinientos pesos. */

import { cardinal, spokenDigits } from './numbers.ts';

/** A written token, and what is said for it. */
export interface Token {
  /** As written, punctuation included: what the ear gives back. */
  readonly text: string;
  /** Lower-case Spanish words. Empty where nothing is said (a dash on its own). */
  readonly words: readonly string[];
  /** The silence after it, at normal speed. */
  readonly pauseMs: number;
  /** How the phrase that ends here ends; null inside a phrase. */
  readonly phraseEnd: 'statement' | 'question' | 'continuation' | null;
}

const symbols: Readonly<Record<string, string>> = {
  '@': 'arroba',
  '.': 'punto',
  '-': 'guion',
  _: 'guion bajo',
  '/': 'barra',
  ':': 'dos puntos',
  '+': 'más',
  '&': 'y',
  '=': 'igual',
  '#': 'número',
  '*': 'asterisco',
  '%': 'por ciento',
  '€': 'euros',
  $: 'pesos',
  '°': 'grados',
};

const letterNames: Readonly<Record<string, string>> = Object.fromEntries(
  'b:be c:ce d:de f:efe g:ge h:hache j:jota k:ka l:ele m:eme n:ene ñ:eñe p:pe q:cu r:erre s:ese t:te v:uve w:dobleú x:equis z:zeta'
    .split(' ')
    .map((pair) => pair.split(':')),
);

const abbreviations: Readonly<Record<string, readonly string[]>> = {
  sr: ['señor'],
  sra: ['señora'],
  dr: ['doctor'],
  dra: ['doctora'],
  cra: ['carrera'],
  cll: ['calle'],
  tel: ['teléfono'],
  etc: ['etcétera'],
  kg: ['kilos'],
  km: ['kilómetros'],
  min: ['minutos'],
};

/** A run of letters: a word, or its letters' names where it can't be said (`SMS`, `NIT` can). */
function spokenLetters(run: string): string[] {
  const lower = run.toLowerCase();
  const known = abbreviations[lower];
  if (known) return [...known];
  if (/[aeiouáéíóúüy]/u.test(lower)) return [lower];
  return [...lower].map((letter) => letterNames[letter] ?? letter);
}

const spokenSymbol = (symbol: string): string[] => symbols[symbol]?.split(' ') ?? [];

/** Piece by piece: e-mails, addresses, codes. Symbols inside are said, other marks are not. */
function spokenPieces(text: string): string[] {
  const pieces = text.match(/\p{L}[\p{L}\p{M}]*|\d+|[^\p{L}\d]/gu) ?? [];
  return pieces.flatMap((piece) => {
    if (/^\d/u.test(piece)) return spokenDigits(piece);
    return /^\p{L}/u.test(piece) ? spokenLetters(piece) : spokenSymbol(piece);
  });
}

const plainNumber = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?$/u;

/** A number with Latin American separators (12.500,50), or null. */
function spokenNumber(text: string): string[] | null {
  const match = plainNumber.exec(text);
  if (!match) return null;
  const [, whole = '', decimals] = match;
  const digits = whole.replaceAll('.', '');
  const grouped = whole.includes('.') && digits.length <= 12;
  const words = grouped ? cardinal(Number(digits)) : spokenDigits(digits);
  return decimals === undefined ? words : [...words, 'coma', ...spokenDigits(decimals)];
}

function spokenTime(text: string): string[] | null {
  const match = /^(\d{1,2}):(\d{2})$/u.exec(text);
  if (!match) return null;
  const minutes = Number(match[2]);
  const hour = cardinal(Number(match[1]));
  return minutes === 0 ? hour : [...hour, 'y', ...cardinal(minutes)];
}

function spokenWords(core: string): string[] {
  const money = /^(?:US)?\$(.+)$/u.exec(core);
  if (money) {
    const amount = spokenNumber(money[1] ?? '');
    if (amount) return [...amount, core.startsWith('US') ? 'dólares' : 'pesos'];
  }
  const percent = core.endsWith('%') ? spokenNumber(core.slice(0, -1)) : null;
  if (percent) return [...percent, 'por', 'ciento'];
  const word = /^\p{L}[\p{L}\p{M}]*$/u.test(core) ? spokenLetters(core) : null;
  return word ?? spokenNumber(core) ?? spokenTime(core) ?? spokenPieces(core);
}

const pauses = { continuation: 110, statement: 210, question: 210 } as const;

function phraseEndOf(tail: string): Token['phraseEnd'] {
  if (tail.includes('?')) return 'question';
  if (/[.!…]/u.test(tail)) return 'statement';
  return /[,;:)]/u.test(tail) ? 'continuation' : null;
}

/** Cuts a text at its white space and says how each token sounds. */
export function readAloud(text: string): Token[] {
  const written = text.normalize('NFC').split(/\s+/u).filter(Boolean);
  return written.map((token) => {
    const core = token.replace(/^[^\p{L}\d$+#@]+/u, '').replace(/[^\p{L}\p{M}\d%°€]+$/u, '');
    const tail = core === '' ? token : token.slice(token.lastIndexOf(core) + core.length);
    const phraseEnd = phraseEndOf(tail);
    return {
      text: token,
      words: core === '' ? [] : spokenWords(core),
      pauseMs: phraseEnd ? pauses[phraseEnd] : 0,
      phraseEnd,
    };
  });
}
