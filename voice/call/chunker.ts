/** The first clause goes out as soon as it can stand alone: it decides how soon the agent is heard. */
const FIRST_CHARS_MIN = 12;
/** A first clause without any mark is cut before a conjunction from here on. */
const FIRST_CHARS_SOFT_MAX = 60;
/** Later clauses are longer: fewer seams, better prosody. */
const NEXT_CHARS_MIN = 60;
/** A longer sentence is cut at a comma or before a conjunction. */
const NEXT_CHARS_SOFT_MAX = 160;
/** No clause is longer. */
const CHARS_MAX = 240;
/** What has to be known of the text after a mark to judge it. */
const LOOKAHEAD_CHARS = 16;

/** Marks that end a clause, with the quotes and brackets they may close; the next word decides about a full stop. */
const marks = /(?<mark>[.!?…]{1,8}|[;:,\n])["»”’)\]*_]{0,4}(?=\s|(?<=\n))/gu;
const conjunctions =
  / (?=(?:y|o|u|pero|porque|aunque|para que|para|que|cuando|donde|si|como|además|entonces|así que|and|or|but|because|although|so|when|where|which|if|with|con) )/gu;
/** They stand before a name or a number, and their full stop never ends a sentence. */
const leading =
  /(?:^|[\s("«¿¡])(?:sr|sra|srta|sres|sras|dr|dra|dres|ing|lic|arq|abg|prof|profa|gral|sto|sta|mr|mrs|ms|st|av|avda|blvd|urb|col|jr|psje|edif)\.$/iu;
/** They stand before a number. */
const numbering =
  /(?:^|[\s("«])(?:n|no|nos|nro|núm|num|cra|cr|kra|cll|cl|av|avda|km|apto|apt|dpto|depto|int|of|mz|lt|ed|tel|cel|ext|pág|págs|art|aprox|approx|máx|mín|min|max|tv|dg|diag|bl|hab|ref|cod|cód|vol|cap)\.$/iu;
/** "S. A.", "J. Pérez": a capital letter with a full stop of its own; "p. m." may end a sentence. */
const initial = /(?:^|[\s.("«])\p{Lu}{1,2}\.$/u;
/** "1. Pan": nothing but the item's number so far. */
const item = /^\s*\d{1,2}\.$/;

/**
 * Ends of a first clause that need no next word to be known for what they are: the caller is waiting.
 * After a full stop only where no abbreviation and no address of the internet can be meant.
 */
const endsNow = /\p{L}{2}[,;!?]$/u;
const stopsNow = /(?:^|[\s¿¡"«(])\p{L}{4,}\.$/u;
const internet = /[@/]|\bwww\b|\b(?:web|página|sitio|correo|e-?mail|site|visit[ea]?)\b/iu;

/** Cuts a stream of text into clauses to be spoken. */
export interface Chunker {
  /** Adds text; returns the clauses that are complete now. */
  push(text: string): string[];
  /** Whatever is left. */
  flush(): string[];
}

/**
 * The first clause is short, the others long enough to sound well. Amounts, hours, abbreviations
 * with what they stand before, e-mail addresses and telephone numbers stay whole; nothing is lost
 * or added but white space between clauses.
 */
export function createChunker(): Chunker {
  let rest = '';
  let first = true;

  const take = (length: number) => {
    const clause = rest.slice(0, length).trim();
    rest = rest.slice(length);
    first = first && clause === '';
    return clause;
  };

  return {
    push(text) {
      rest += text;
      const out: string[] = [];
      for (let cut = cutAt(rest, first); cut > 0; cut = cutAt(rest, first)) {
        const clause = take(cut);
        if (clause !== '') out.push(clause);
      }
      return out;
    },
    flush() {
      const clause = take(rest.length);
      return clause === '' ? [] : [clause];
    },
  };
}

/** Where the first complete clause of `text` ends; 0 if it is not complete yet. */
function cutAt(text: string, first: boolean): number {
  const head = text.slice(0, CHARS_MAX + LOOKAHEAD_CHARS);
  const charsMin = first ? FIRST_CHARS_MIN : NEXT_CHARS_MIN;
  let comma = 0;
  for (const found of head.matchAll(marks)) {
    const end = found.index + found[0].length;
    if (end > CHARS_MAX) break;
    const judged = judge(head, found.index + (found.groups?.['mark']?.length ?? 1), end);
    if (judged === 'unknown') return 0;
    if (end < charsMin || judged === 'goesOn') continue;
    if (judged === 'ends' || first) return end;
    if (end <= NEXT_CHARS_SOFT_MAX || comma === 0) comma = end;
  }
  const fits = text.length >= charsMin && text.length <= CHARS_MAX;
  if (first && fits && standsAlone(text)) return text.length;
  const softMax = first ? FIRST_CHARS_SOFT_MAX : NEXT_CHARS_SOFT_MAX;
  if (text.length <= softMax + LOOKAHEAD_CHARS) return 0;
  if (comma > 0) return comma;
  return lastConjunction(head, charsMin, softMax) || hardCut(text);
}

/** Whether the last mark of the text ends a clause, whatever comes after it. */
function standsAlone(text: string): boolean {
  if (endsNow.test(text)) return true;
  return (
    stopsNow.test(text) && !leading.test(text) && !numbering.test(text) && !internet.test(text)
  );
}

/** What the mark that ends at `markEnd` does; its quotes and brackets end at `end`. */
function judge(
  text: string,
  markEnd: number,
  end: number,
): 'ends' | 'pauses' | 'goesOn' | 'unknown' {
  const mark = text.charAt(markEnd - 1);
  if (mark === ',') return 'pauses';
  if (mark === '\n' || mark === ';' || mark === '!' || mark === '?') return 'ends';
  const next = /\S/u.exec(text.slice(end))?.[0];
  // What follows it is not known yet: "45.", "a.", "Cra.".
  if (next === undefined) return 'unknown';
  const isNumber = /[\d$#]/.test(next);
  if (mark === ':') return isNumber ? 'goesOn' : 'ends';
  const head = text.slice(Math.max(0, markEnd - LOOKAHEAD_CHARS), markEnd);
  if (/(?:\.{2,}|…)$/.test(head)) return /\p{Ll}/u.test(next) ? 'pauses' : 'ends';
  if (/\p{Ll}/u.test(next)) return 'goesOn';
  if (leading.test(head) || initial.test(head) || item.test(text.slice(0, markEnd)))
    return 'goesOn';
  return isNumber && numbering.test(head) ? 'goesOn' : 'ends';
}

/** Before the last conjunction of the stretch; numbers in words stay whole ("cuarenta y cinco"). */
function lastConjunction(text: string, from: number, to: number): number {
  let last = 0;
  for (const { index } of text.matchAll(conjunctions)) {
    if (index > to) break;
    const before = text.slice(Math.max(0, index - 8), index);
    if (index >= from && !/(?:nta|ty|\d)$/.test(before)) last = index;
  }
  return last;
}

/** A text without any seam: at a space that is not within a number, else wherever it must be. */
function hardCut(text: string): number {
  if (text.length <= CHARS_MAX) return 0;
  for (let at = CHARS_MAX; at > CHARS_MAX / 2; at--) {
    const within = /\d/.test(text.charAt(at - 1)) && /\d/.test(text.charAt(at + 1));
    if (text.charAt(at) === ' ' && !within) return at;
  }
  const space = text.lastIndexOf(' ', CHARS_MAX);
  if (space > 0) return space;
  // Never within a pair of surrogates.
  return /[\ud800-\udbff]/.test(text.charAt(CHARS_MAX - 1)) ? CHARS_MAX - 1 : CHARS_MAX;
}
