import type { AnyTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import {
  AppError,
  assert,
  foldText,
  limits,
  type Id,
  type Localized,
  type NewId,
} from '../kernel/index.ts';
import { documentMediaTypes, type EmbeddingProvider } from '../ports/index.ts';
import { chunkContent, chunkText } from './chunk.rules.ts';
import { cleanPages } from './clean.rules.ts';
import { gaveUp, knowledgeErrors } from './knowledge.errors.ts';
import * as repo from './knowledge.repo.ts';
import type { KnowledgeDeps } from './knowledge.deps.ts';
import { presentDocument } from './knowledge.present.ts';
import { toVectorText } from './vector.rules.ts';

export interface Ingestion {
  /**
   * Reads, chunks and embeds a document: the body of job `document.ingest`. Safe to run again. A file
   * that cannot be read becomes `failed` with the reason, for good; any other failure is thrown for the queue to
   * try again, and ends in `failed` on the last attempt.
   */
  ingest(
    orgId: Id<'org'>,
    documentId: Id<'doc'>,
    signal: AbortSignal,
    options: { lastAttempt: boolean },
  ): Promise<void>;
  /**
   * Asks again for documents that a crash left unfinished. For the start of the workers and every few
   * minutes. Returns how many it looked at.
   */
  sweep(): Promise<number>;
}

/** Names one asking: asking again under the same name changes nothing. */
export function jobIdOf(document: Pick<repo.DocumentRow, 'id' | 'queued_at'>): string {
  return `${document.id}-${document.queued_at.getTime()}`;
}

type Changed = repo.DocumentRow | undefined;

const SWEEP_MAX = 500;
const REQUEUES_MAX = 3;

export function createIngestion(deps: KnowledgeDeps): Ingestion {
  const { db, storage, reader, embeddings, clock, jobs, newId } = deps;

  /** People who asked are told in their language; an event is for all of them, so in the first. */
  const tell = async (tx: AnyTx, type: 'document.ready' | 'document.failed', row: Changed) => {
    if (!row) return;
    const data = presentDocument(row, 'es');
    await recordEvent(tx, { orgId: row.org_id, type, data, at: clock.now() });
  };

  const failWithin = async (tx: AnyTx, id: Id<'doc'>, failure: Localized) =>
    tell(tx, 'document.failed', await repo.failDocument(tx, id, failure, clock.now()));

  const fail = (document: repo.DocumentRow, failure: Localized) =>
    db.withOrg({ orgId: document.org_id }, (tx) => failWithin(tx, document.id, failure));

  const readChunks = async (document: repo.DocumentRow, signal: AbortSignal): Promise<string[]> => {
    const bytes = await storage.get('knowledge', document.storage_path);
    if (bytes === null) throw knowledgeErrors.fileGone();
    const mediaType = documentMediaTypes.find((type) => type === document.media_type);
    assert(mediaType, `a document of type ${document.media_type}`);
    const { pages } = await reader.read(bytes, mediaType, signal);
    const text = cleanPages(pages);
    if (text.length > limits.knowledge.textCharsMax) throw knowledgeErrors.tooMuchText();
    const { chunkChars, chunkOverlapChars } = limits.knowledge;
    const chunks = chunkText(text, { chunkChars, overlapChars: chunkOverlapChars });
    if (chunks.length === 0) throw knowledgeErrors.noText();
    return chunks.map(chunkContent);
  };

  const store = async (document: repo.DocumentRow, chunks: readonly repo.NewChunk[]) => {
    await db.withOrg({ orgId: document.org_id }, async (tx) => {
      await repo.lockDocuments(tx, document.org_id);
      const count = await repo.countChunks(tx, document.org_id);
      if (count + chunks.length > limits.knowledge.chunksMax) throw knowledgeErrors.tooManyChunks();
      const ready = await repo.replaceChunks(tx, document, chunks, {
        model: embeddings.model,
        at: clock.now(),
      });
      await tell(tx, 'document.ready', ready);
    });
  };

  return {
    async ingest(orgId, documentId, signal, { lastAttempt }) {
      const log = deps.log.child({ org_id: orgId, document_id: documentId });
      const document = await db.withOrg({ orgId }, (tx) =>
        repo.startDocument(tx, orgId, documentId),
      );
      if (!document) {
        log.info('the document is finished or gone');
        return;
      }
      try {
        const contents = await readChunks(document, signal);
        await store(document, await embedAll(contents, embeddings, newId, signal));
        log.info({ chunks: contents.length }, 'document ready');
      } catch (error) {
        if (error instanceof AppError && error.status < 500) {
          log.info({ err: error }, 'document refused');
          await fail(document, error.detail);
          return;
        }
        if (lastAttempt) await fail(document, gaveUp);
        throw error;
      }
    },

    async sweep() {
      const now = clock.now();
      const unfinished = await db.withSystem((tx) => repo.listUnfinished(tx, SWEEP_MAX));
      for (const document of unfinished) {
        const waitedMs = now.getTime() - document.queued_at.getTime();
        // Asked for a moment ago: the same asking again, in case it never reached the queue.
        let asking: repo.UnfinishedDocument | null = document;
        if (waitedMs > limits.knowledge.ingestMsMax) asking = await askAnew(document, now);
        if (asking === null) continue;
        const payload = { org_id: asking.org_id, document_id: asking.id };
        await jobs.enqueue('document.ingest', payload, jobIdOf(asking));
      }
      return unfinished.length;
    },
  };

  /** A new asking for a document whose job is over without a word; null if it was given up. */
  async function askAnew(
    document: repo.UnfinishedDocument,
    now: Date,
  ): Promise<repo.UnfinishedDocument | null> {
    return db.withSystem(async (tx) => {
      if (document.requeues < REQUEUES_MAX) {
        const isOurs = await repo.requeueUnfinished(tx, document, now);
        return isOurs ? { ...document, queued_at: now } : null;
      }
      deps.log.error({ document_id: document.id }, 'a document keeps being dropped');
      await failWithin(tx, document.id, gaveUp);
      return null;
    });
  }
}

/** Texts in one request to the embedding service: 100 chunks are far below its 300,000 tokens. */
const EMBED_TEXTS_MAX = 100;

async function embedAll(
  contents: readonly string[],
  embeddings: EmbeddingProvider,
  newId: NewId,
  signal: AbortSignal,
): Promise<repo.NewChunk[]> {
  const chunks: repo.NewChunk[] = [];
  for (let from = 0; from < contents.length; from += EMBED_TEXTS_MAX) {
    const batch = contents.slice(from, from + EMBED_TEXTS_MAX);
    const vectors = await embeddings.embed(batch, signal);
    assert(vectors.length === batch.length, 'one vector per text');
    for (const [index, vector] of vectors.entries()) {
      const content = batch[index] ?? '';
      chunks.push({
        id: newId('chk'),
        content,
        folded: foldText(content),
        embedding: toVectorText(vector, embeddings.dimensions),
      });
    }
  }
  return chunks;
}
