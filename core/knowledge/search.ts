import type { OrgScope } from '../db/index.ts';
import { limits, ProviderError, type Id } from '../kernel/index.ts';
import { fuseRanks, putFirst, rankByWords, wordWeight } from './rank.rules.ts';
import * as repo from './knowledge.repo.ts';
import type { KnowledgeDeps } from './knowledge.deps.ts';
import type { KnowledgePassage } from './knowledge.schema.ts';
import { searchWords } from './query.rules.ts';
import { toVectorText } from './vector.rules.ts';

/** How deep each ranking goes. In a list of alike rows many chunks have the same words: more are looked at. */
const WORD_CANDIDATES_MAX = 200;
const MEANING_CANDIDATES_MAX = 50;

type Search = (
  scope: OrgScope,
  query: string,
  limit?: number,
  signal?: AbortSignal,
) => Promise<KnowledgePassage[]>;

/**
 * Hybrid search. By words finds names, sizes and figures as written; by meaning finds the same in
 * other words. Their ranks are fused, not their scores, which do not compare.
 */
export function createSearch({ db, embeddings, log }: KnowledgeDeps): Search {
  /** Null where the embedding service fails: a caller on the line is better served by words alone. */
  const embedQuery = async (query: string, signal: AbortSignal): Promise<string | null> => {
    try {
      const [vector = []] = await embeddings.embed([query], signal);
      return toVectorText(vector, embeddings.dimensions);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      log.warn({ err: error }, 'searching without embeddings');
      return null;
    }
  };

  return async (
    scope,
    query,
    limit = limits.knowledge.resultsDefault,
    signal = new AbortController().signal,
  ) => {
    const { orgId } = scope;
    const byWords = await db.withOrg(scope, async (tx) => {
      const { chunks, words } = await repo.countWords(tx, orgId, searchWords(query));
      if (chunks === 0) return null;
      const weighed = words
        .filter((word) => word.chunks > 0)
        .map((word) => ({ ...word, weight: wordWeight(chunks, word.chunks) }));
      const found = await repo.findByWords(tx, orgId, weighed, WORD_CANDIDATES_MAX);
      return rankByWords(found, weighed);
    });
    // Nothing to find: no need to pay for a vector.
    if (byWords === null) return [];
    const embedding = await embedQuery(query, signal);
    return db.withOrg(scope, async (tx) => {
      const byMeaning =
        embedding === null
          ? []
          : await repo.rankByMeaning(
              tx,
              orgId,
              { embedding, model: embeddings.model },
              MEANING_CANDIDATES_MAX,
            );
      const fused = fuseRanks([byWords.ranking, byMeaning]);
      const ranked = putFirst(fused, byWords.complete);
      if (ranked.length === 0) return [];
      const passages = await repo.findPassages(
        tx,
        orgId,
        ranked.map(([id]) => id),
      );
      return pick(ranked, passages, limit);
    });
  };
}

/** The first of each text: the same list may have come as PDF and as photo. */
function pick(
  ranked: readonly [Id<'chk'>, number][],
  passages: readonly repo.PassageRow[],
  limit: number,
): KnowledgePassage[] {
  const byId = new Map(passages.map((passage) => [passage.id, passage]));
  const seen = new Set<string>();
  const picked: KnowledgePassage[] = [];
  for (const [id, score] of ranked) {
    const passage = byId.get(id);
    const fingerprint = passage?.folded.replace(/[^\p{L}\p{N}]+/gu, ' ');
    if (!passage || fingerprint === undefined || seen.has(fingerprint)) continue;
    seen.add(fingerprint);
    picked.push({
      document_id: passage.document_id,
      filename: passage.filename,
      text: passage.content,
      score: Math.round(score * 1000) / 1000,
    });
    if (picked.length === limit) break;
  }
  return picked;
}
