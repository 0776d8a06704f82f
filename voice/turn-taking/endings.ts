import type { Lexicon } from './lexicon.ts';
import type { Word } from './words.ts';

/** Whether no sentence ends like this: "quiero dos panes y", but not "claro que sí". */
export function dangles(words: readonly Word[], lexicon: Lexicon): boolean {
  return lexicon.dangling.ending(words) > lexicon.closed.ending(words);
}
