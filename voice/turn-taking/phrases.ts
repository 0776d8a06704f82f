import { readWords, type Word } from './words.ts';

/** A set of phrases, found word by word in time linear in the words. */
export interface Phrases {
  /** How many words the longest phrase that begins at `index` has; 0 if none does. */
  at(words: readonly Word[], index: number): number;
  /** How many words the longest phrase that ends with the last of `words` has; 0 if none does. */
  ending(words: readonly Word[]): number;
}

/** What may come after the words so far: most looks at most words end at the first. */
interface Step {
  readonly next: Map<string, Step>;
  /** A phrase ends here. */
  whole: boolean;
}

/** From phrases as people write them, one string for all, separated by commas or new lines. */
export function phrases(written: string): Phrases {
  const forwards = newStep();
  const backwards = newStep();
  for (const line of written.split(/[,\n]/)) {
    const texts = readWords(line).words.map((word) => word.text);
    if (texts.length === 0) continue;
    add(forwards, texts);
    add(backwards, texts.toReversed());
  }
  return {
    at: (words, index) => longest(forwards, words, index, 1),
    ending: (words) => longest(backwards, words, words.length - 1, -1),
  };
}

function newStep(): Step {
  return { next: new Map(), whole: false };
}

function add(start: Step, texts: readonly string[]): void {
  let step = start;
  for (const text of texts) {
    const next = step.next.get(text) ?? newStep();
    step.next.set(text, next);
    step = next;
  }
  step.whole = true;
}

function longest(start: Step, words: readonly Word[], from: number, direction: 1 | -1): number {
  let step: Step | undefined = start;
  let found = 0;
  for (let length = 1; ; length++) {
    const word = words[from + (length - 1) * direction];
    step = word && step.next.get(word.text);
    if (!step) return found;
    if (step.whole) found = length;
  }
}
