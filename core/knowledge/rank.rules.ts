/** Reciprocal rank fusion (Cormack et al., 2009): its constant, from the paper. */
const K = 60;

/** What appears in several lists, and high, comes first. Scores are 0 to 1: 1 is first in every list. */
export function fuseRanks<T extends string>(rankings: readonly (readonly T[])[]): [T, number][] {
  const scores = new Map<T, number>();
  for (const ranking of rankings) {
    for (const [rank, id] of ranking.entries()) {
      scores.set(id, (scores.get(id) ?? 0) + (K + 1) / (K + 1 + rank) / rankings.length);
    }
  }
  return [...scores].toSorted((a, b) => b[1] - a[1]);
}

/** A word of a question, folded, and what it says about a text that has it. */
export interface WeighedWord {
  readonly word: string;
  readonly weight: number;
}

/**
 * What a word says about a chunk that has it (inverse document frequency): the more, the fewer have
 * it. In a cake shop's list "chocolate" says more than "torta".
 */
export function wordWeight(chunks: number, chunksWithIt: number): number {
  return Math.log(1 + chunks / chunksWithIt);
}

export interface LineMatch {
  /** The greatest sum of weights of the words that one line has. */
  readonly score: number;
  /** Whether one line has them all. */
  readonly isComplete: boolean;
}

/**
 * How well the best line of a text answers. A chunk of a price list holds many rows; "filtro",
 * "Mazda" and "2018" mean something only in the same one.
 */
export function matchLines(folded: string, words: readonly WeighedWord[]): LineMatch {
  let best: LineMatch = { score: 0, isComplete: false };
  for (const line of folded.split('\n')) {
    const stems = new Set((line.match(/[\p{L}\p{N}]+/gu) ?? []).map(roughStem));
    const found = words.filter(({ word }) => stems.has(roughStem(word)));
    const score = found.reduce((sum, { weight }) => sum + weight, 0);
    if (score > best.score) best = { score, isComplete: found.length === words.length };
  }
  return best;
}

/** A word without plural and gender: enough to tell rows apart that full text has found already. */
function roughStem(word: string): string {
  if (word.length <= 3 || /\d/.test(word)) return word;
  return word.replace(/(?:es|s)$/, '').replace(/[aeo]$/, '');
}

/** A text with less than this share of the best one's score is there by accident. */
const SCORE_SHARE_MIN = 0.5;

export interface WordCandidate<T extends string> {
  readonly id: T;
  /** The weights of all the words it has, anywhere. */
  readonly score: number;
  readonly folded: string;
}

/**
 * Candidates by what they have of the question's words, those that have them in one line before
 * those that have them scattered; and which of them have all in one line.
 */
export function rankByWords<T extends string>(
  candidates: readonly WordCandidate<T>[],
  words: readonly WeighedWord[],
): { ranking: T[]; complete: Set<T> } {
  const scored = candidates
    .map(({ id, score, folded }) => {
      const line = matchLines(folded, words);
      return { id, score: score + line.score, isComplete: line.isComplete };
    })
    .toSorted((a, b) => b.score - a.score);
  const best = scored[0]?.score ?? 0;
  const worthwhile = scored.filter(({ score }) => score >= best * SCORE_SHARE_MIN);
  return {
    ranking: worthwhile.map(({ id }) => id),
    complete: new Set(worthwhile.filter(({ isComplete }) => isComplete).map(({ id }) => id)),
  };
}

/**
 * A text with a line that has every word of the question answers it, whatever else lies near in
 * meaning: those take the upper half of the scores.
 */
export function putFirst<T extends string>(
  fused: readonly (readonly [T, number])[],
  complete: ReadonlySet<T>,
): [T, number][] {
  return fused
    .map(([id, score]): [T, number] => [id, (complete.has(id) ? 1 + score : score) / 2])
    .toSorted((a, b) => b[1] - a[1]);
}
