import { areSynonyms, conceptOf } from '../text/concepts.ts';
import { likeness } from '../text/likeness.ts';
import { contentWords, type Word } from '../text/words.ts';
import type { Entry, Quote } from './entry.ts';
import type { AskedWord, Question } from './question.ts';

/** How well an entry answers: the share of what is asked that it holds, and of its name that is asked. */
export interface Match {
  readonly entry: Entry;
  readonly coverage: number;
  readonly precision: number;
  readonly score: number;
}

interface IndexedEntry {
  readonly entry: Entry;
  readonly name: readonly Word[];
  readonly others: readonly Word[];
}

/** Two words are one thing by spelling, by sound, by synonym. */
function sameness(asked: Word, said: Word): number {
  if (areSynonyms(asked.stem, said.stem)) return 0.9;
  const alike = likeness(asked.stem, said.stem);
  if (alike >= 0.74) return alike;
  const concept = conceptOf(asked);
  return concept !== undefined && concept === conceptOf(said) ? 0.85 : 0;
}

const best = (asked: Word, words: readonly Word[]) =>
  words.reduce((most, word) => Math.max(most, sameness(asked, word)), 0);

export interface Matcher {
  readonly entries: readonly Entry[];
  /** Entries by how well they answer, the best first. */
  rank(question: Question): Match[];
  /** The quotes of the variant that is asked for; all of them where none is. */
  quotesFor(entry: Entry, question: Question): readonly Quote[];
  /** Of matches about as good as the best, those about what the talk was about; all where none is. */
  inContext(matches: readonly Match[], question: Question): readonly Match[];
  /** Whether any entry has the word. */
  knows(word: Word): boolean;
  /** Whether the entry's own name has one of the words. */
  names(entry: Entry, words: readonly Word[]): boolean;
}

/** How much less of what is asked a thing may hold and still be what is meant. */
const NEAR = 0.2;

const aroundName = ({ heading, details, quotes }: Entry) =>
  `${heading} ${details} ${quotes.map(({ label, unit }) => `${label} ${unit}`).join(' ')}`;
const textOf = (entry: Entry) => `${entry.name} ${aroundName(entry)}`;

/** Prepares entries for questions. `topic`: stems that name the business as a whole. */
export function createMatcher(entries: readonly Entry[], topic: ReadonlySet<string>): Matcher {
  const indexed: IndexedEntry[] = entries.map((entry) => ({
    entry,
    name: contentWords(entry.name),
    others: contentWords(aroundName(entry)),
  }));
  const frequency = (word: Word) =>
    indexed.filter(({ name, others }) => best(word, name) > 0 || best(word, others) > 0).length;
  const frequencies = new Map<string, number>();
  const countOf = (word: Word) => {
    const known = frequencies.get(word.text);
    if (known !== undefined) return known;
    const count = frequency(word);
    frequencies.set(word.text, count);
    return count;
  };
  const importance = (word: AskedWord, question: Question) => {
    const count = countOf(word);
    // A word of the business's own name, found on no list, tells nothing apart; behind the first
    // word it tells little even where a list has it (`la consulta del perro` at a vet's).
    if (count === 0 && topic.has(word.stem)) return word.weight * 0.15;
    const isFirst = word === question.words.find(({ text }) => !/^\d+$/.test(text));
    if (!isFirst && topic.has(word.stem)) return word.weight * 0.3;
    // An unknown verb (`sacarse`) is the caller's way of putting it.
    if (count === 0 && /[aei]r(?:se|me|le|lo|la)?$/.test(word.text)) return word.weight * 0.5;
    if (count === 0 && question.kind === 'general')
      return word.weight * 0.5 * Math.log(2 + indexed.length);
    return word.weight * Math.log(1 + (indexed.length + 1) / (count + 0.7));
  };
  const match = ({ entry, name, others }: IndexedEntry, question: Question): Match => {
    let asked = 0;
    let found = 0;
    for (const word of question.words) {
      const weight = importance(word, question);
      asked += weight;
      found += weight * Math.max(best(word, name), 0.85 * best(word, others));
    }
    const coverage = asked === 0 ? 0 : found / asked;
    const named = name.filter((word) => question.words.some((each) => sameness(each, word) > 0));
    const precision = name.length === 0 ? 0 : named.length / name.length;
    const priced = question.kind === 'price' && entry.quotes.length > 0 ? 0.08 : 0;
    const listed = entry.kind === 'item' && question.kind !== 'general' ? 0.04 : 0;
    const trusted = entry.origin === 'prompt' ? 0.02 : 0;
    const score =
      coverage * (0.8 + 0.2 * precision) + (coverage > 0 ? priced + listed + trusted : 0);
    return { entry, coverage, precision, score };
  };
  return {
    entries,
    rank: (question) =>
      indexed
        .map((each) => match(each, question))
        .filter((each) => each.coverage > 0)
        .toSorted((a, b) => b.score - a.score),
    quotesFor(entry, question) {
      if (entry.quotes.length < 2) return entry.quotes;
      const scored = entry.quotes.map((quote) => {
        const words = contentWords(`${quote.label} ${quote.unit}`);
        return question.words.reduce((sum, word) => sum + best(word, words), 0);
      });
      const most = Math.max(...scored);
      if (most > 0) return entry.quotes.filter((_, index) => scored[index] === most);
      // "¿Y la batería?", after the screen of an iPhone 13.
      const { background } = question;
      return background.length === 0
        ? entry.quotes
        : this.quotesFor(entry, { ...question, words: background, background: [] });
    },
    inContext(matches, { background }) {
      const [first] = matches;
      if (first === undefined || background.length === 0) return matches;
      const near = matches.filter((each) => each.coverage >= first.coverage - NEAR);
      const heard = near.map(({ entry }) => {
        const words = contentWords(textOf(entry));
        return background.reduce((sum, word) => sum + word.weight * best(word, words), 0);
      });
      const most = Math.max(...heard);
      return most === 0 ? matches : near.filter((_, index) => (heard[index] ?? 0) >= most - 0.01);
    },
    knows: (word) => countOf(word) > 0,
    names(entry, words) {
      const name = contentWords(entry.name);
      return words.some((word) => best(word, name) > 0);
    },
  };
}
