/** The first clause goes out as soon as it can stand alone: it decides how soon the agent is heard. */
const FIRST_CHARS_MIN = 12;
/** Later clauses are longer: fewer seams, better prosody. */
const NEXT_CHARS_MIN = 60;
const CHARS_MAX = 240;

/** Cuts a stream of text into clauses to be spoken. */
export interface Chunker {
  /** Adds text; returns the clauses that are complete now. */
  push(text: string): string[];
  /** Whatever is left. */
  flush(): string[];
}

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
  const charsMin = first ? FIRST_CHARS_MIN : NEXT_CHARS_MIN;
  // A mark counts only once what follows it is known: "45.000", "9:30" and "7:00 a. m." are one clause.
  const marks = first ? /[.!?…;:,](?=\s+(\S))/g : /[.!?…;:](?=\s+(\S))/g;
  for (const mark of text.matchAll(marks)) {
    const end = mark.index + 1;
    const goesOn = mark[0] === '.' && /\p{Ll}/u.test(mark[1] ?? '');
    if (end >= charsMin && !goesOn) return end;
  }
  if (text.length <= CHARS_MAX) return 0;
  const space = text.lastIndexOf(' ', CHARS_MAX);
  return space > 0 ? space : CHARS_MAX;
}
