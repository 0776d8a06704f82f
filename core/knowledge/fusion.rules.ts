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

/**
 * What a word says about a chunk that has it (inverse document frequency): the more, the fewer have
 * it. In a cake shop's list "chocolate" says more than "torta".
 */
export function wordWeight(chunks: number, chunksWithIt: number): number {
  return Math.log(1 + chunks / chunksWithIt);
}
