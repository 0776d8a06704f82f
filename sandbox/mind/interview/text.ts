/** A text beside its folded form (lower case, no accents), equally long: match one, cut the other. */
export interface Source {
  readonly raw: string;
  readonly folded: string;
}

export function sourceOf(text: string): Source {
  const raw = text.normalize('NFC');
  return { raw, folded: fold(raw) };
}

/** Folds character by character, so that positions stay. */
export function fold(text: string): string {
  let folded = '';
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    const plain = char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    folded += plain.length === 1 ? plain : char;
  }
  return folded;
}

/** What two spellings of the same thing share. */
export function keyOf(text: string): string {
  return fold(text.normalize('NFC'))
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim();
}

const abbreviations = new Set(
  (
    'a p cra cr kr cl cll av avda sr sra srta dr dra aprox min hrs hr tel cel ext kg gr lt ltda ' +
    'jr esq col int nro ' +
    'num psje urb mz und unid co tv trans diag apto ofic st ave'
  ).split(' '),
);

/** Sentences and lines, without bullets. A dot within "a. m.", "Cra. 43" or "3.500" ends none. */
export function sentencesOf(text: string): string[] {
  const sentences: string[] = [];
  for (const line of withoutNumbering(text.normalize('NFC')).split(/\r?\n/)) {
    const body = line.replace(/^\s*(?:[-*•·–—▪►✓]+|\d{1,2}[.)])\s+/u, '');
    let start = 0;
    for (const match of body.matchAll(/[.!?…]+["»”')]*\s+/gu)) {
      if (!endsSentence(body, match.index, match[0])) continue;
      sentences.push(body.slice(start, match.index + match[0].length));
      start = match.index + match[0].length;
    }
    sentences.push(body.slice(start));
  }
  return sentences.map((each) => each.trim()).filter((each) => /[\p{L}\d]/u.test(each));
}

/** `1. Diagnósticos. 2. Descuentos` within one line as lines of their own. */
function withoutNumbering(text: string): string {
  const isNumbered = /(?:^|\s)1[.)]\s+\p{L}[\s\S]*?\s2[.)]\s+\p{L}/u.test(text);
  return isNumbered ? text.replace(/(?:^|\s+)\d{1,2}[.)]\s+(?=\p{L})/gu, '\n') : text;
}

function endsSentence(text: string, at: number, mark: string): boolean {
  if (!mark.startsWith('.')) return true;
  const before = fold(text.slice(0, at));
  if (insideQuotes(text, at) || before.endsWith('s/')) return false;
  const next = text.charAt(at + mark.length);
  if (/[ap]\.? ?m$/.test(before)) return /[\p{Lu}¿¡"«“]/u.test(next);
  const word = /([a-z]+)$/.exec(before)?.[1] ?? '';
  if (word === 'no') return !/\d/.test(next);
  return !abbreviations.has(word);
}

function insideQuotes(text: string, at: number): boolean {
  const count = (part: string, mark: RegExp) => part.match(mark)?.length ?? 0;
  const [before, after] = [text.slice(0, at), text.slice(at)];
  const straight = count(before, /"/g) % 2 === 1 && after.includes('"');
  return straight || (count(before, /[«“]/g) > count(before, /[»”]/g) && /[»”]/.test(after));
}

/** Cuts the white space and the loose punctuation around a piece. */
export function trimPiece(text: string): string {
  return text.replace(/^[\s,;:.\-–—=|•*]+/u, '').replace(/[\s,;:.\-–—=|•*]+$/u, '');
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const wordCount = (text: string) => text.split(/\s+/).filter((each) => each !== '').length;

/** The text between the first pair of quotation marks, if it is more than a word's emphasis. */
export function quotedIn(
  text: string,
): { readonly inner: string; readonly outside: string } | null {
  const match = /[«“"]([^«»“”"]{2,})[»”"]|(?<![\p{L}\d])['‘]([^'‘’]{2,})['’](?![\p{L}\d])/u.exec(
    text,
  );
  const inner = match?.[1] ?? match?.[2];
  if (!match || inner === undefined) return null;
  return {
    inner: inner.trim(),
    outside: `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`.trim(),
  };
}

/**
 * A long pattern over several lines: line breaks, with the indentation around them, are no part
 * of it; every other blank is.
 */
export function regex(flags = '') {
  return (strings: TemplateStringsArray, ...parts: readonly string[]): RegExp =>
    new RegExp(String.raw(strings, ...parts).replace(/\s*\n\s*/g, ''), flags);
}
