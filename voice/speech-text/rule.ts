/** A stretch of text a rule has found. */
export interface Found {
  readonly text: string;
  /** A named group of the pattern; empty if it took no part. */
  group(name: string): string;
  /** The word right before and right after, letters only, lower case; empty if none touches. */
  readonly before: string;
  readonly after: string;
  /** The character right before, and some of the text right after. */
  readonly previous: string;
  readonly rest: string;
}

/** One way of writing and how it is said. The pattern is global and its quantifiers are bounded or cannot overlap. */
export interface Rule {
  readonly pattern: RegExp;
  /** What is said, whatever surrounds it or by a look at it; null leaves it to the rules that follow. */
  readonly say: string | ((found: Found) => string | null);
}

/** How far neighbours are looked for. */
const NEIGHBOUR_CHARS = 40;
const wordAtEnd = /(\p{L}+)[ .]{0,2}$/u;
const wordAtStart = /^ ?(\p{L}+)/u;

/** Puts each rule to the text, in order. */
export function applyRules(text: string, rules: readonly Rule[]): string {
  return rules.reduce((said, { pattern, say }) => {
    // A fixed answer needs no look at the text; most rules find nothing at all.
    if (typeof say === 'string') return said.replace(pattern, say);
    return said.replace(pattern, (...args) => say(found(args)) ?? String(args[0]));
  }, text);
}

function found(args: readonly unknown[]): Found {
  const groups = Object(args.at(-1)) === args.at(-1) ? args.at(-1) : undefined;
  const whole = String(args.at(groups ? -2 : -1));
  const at = Number(args.at(groups ? -3 : -2));
  const text = String(args[0]);
  const rest = () => whole.slice(at + text.length, at + text.length + NEIGHBOUR_CHARS);
  return {
    text,
    group: (name) => String(Object(groups)[name] ?? ''),
    get before() {
      const head = whole.slice(Math.max(0, at - NEIGHBOUR_CHARS), at);
      return wordAtEnd.exec(head)?.[1]?.toLowerCase() ?? '';
    },
    get after() {
      return wordAtStart.exec(rest())?.[1]?.toLowerCase() ?? '';
    },
    previous: whole.charAt(at - 1),
    get rest() {
      return rest();
    },
  };
}
