import type { OrgScope } from '../db/index.ts';
import {
  assert,
  cursorId,
  limits,
  notFound,
  sha256Hex,
  type Id,
  type PageQuery,
} from '../kernel/index.ts';
import type { DocumentReader } from '../ports/index.ts';
import { safeFilename, storageName } from './filename.rules.ts';
import type { KnowledgeDeps } from './knowledge.deps.ts';
import { createIngestion, jobIdOf, type Ingestion } from './ingestion.ts';
import { knowledgeErrors } from './knowledge.errors.ts';
import * as repo from './knowledge.repo.ts';
import type { DocumentRow } from './knowledge.repo.ts';
import type { KnowledgePassage } from './knowledge.schema.ts';
import { createSearch } from './search.ts';

/** A file as it came in; its name and declared type are claims. */
export interface UploadedFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
}

export interface KnowledgeService extends Ingestion {
  /**
   * Takes a file in and asks for it to be read. The same content again is the same document, and a
   * failed one is tried again. Throws AppError `unreadable_file` (empty), `payload_too_large`,
   * `unsupported_media_type`, `conflict` (too many documents).
   */
  upload(scope: OrgScope, file: UploadedFile): Promise<DocumentRow>;
  /** Throws `not_found`. */
  get(scope: OrgScope, id: Id<'doc'>): Promise<DocumentRow>;
  /** Newest first, one row more than the limit where there are more: `pageOf` takes it from there. */
  list(scope: OrgScope, page: PageQuery): Promise<DocumentRow[]>;
  /** The file, the document and its chunks. Throws `not_found`. */
  remove(scope: OrgScope, id: Id<'doc'>): Promise<void>;
  /** Passages that answer a question, best first, by meaning and by words. */
  search(
    scope: OrgScope,
    request: { query: string; limit?: number },
    signal?: AbortSignal,
  ): Promise<KnowledgePassage[]>;
  /** The same during a call: whatever the caller said, cut to what a query may be. */
  searchForCall(orgId: Id<'org'>, query: string, signal?: AbortSignal): Promise<KnowledgePassage[]>;
}

/** As `knowledge_base.embedding` is declared. */
const EMBEDDING_DIMENSIONS = 512;

export function createKnowledgeService(deps: KnowledgeDeps): KnowledgeService {
  const { db, storage, embeddings, reader, jobs, clock, newId } = deps;
  assert(
    embeddings.dimensions === EMBEDDING_DIMENSIONS,
    `embeddings of ${embeddings.dimensions} dimensions where the database holds ${EMBEDDING_DIMENSIONS}`,
  );
  const ingestion = createIngestion(deps);
  const search = createSearch(deps);

  const enqueue = (document: DocumentRow) =>
    jobs.enqueue(
      'document.ingest',
      { org_id: document.org_id, document_id: document.id },
      jobIdOf(document),
    );

  const get = async (scope: OrgScope, id: Id<'doc'>): Promise<DocumentRow> => {
    const row = await db.withOrg(scope, (tx) => repo.findDocument(tx, scope.orgId, id));
    if (!row) throw notFound('id');
    return row;
  };

  /** The document of the same content, asked for again if it had failed. */
  const reuse = async (
    scope: OrgScope,
    existing: DocumentRow,
    bytes: Uint8Array,
  ): Promise<DocumentRow> => {
    if (existing.status === 'ready') return existing;
    let document = existing;
    if (existing.status === 'failed') {
      await storage.put('knowledge', existing.storage_path, bytes, existing.media_type);
      const again = await db.withOrg(scope, (tx) =>
        repo.requeueFailed(tx, scope.orgId, existing.id, clock.now()),
      );
      document = again ?? existing;
    }
    // Unfinished ones too: no harm where the job is there, and a cure where it was lost.
    await enqueue(document);
    return document;
  };

  return {
    ...ingestion,
    search: (scope, { query, limit }, signal) => search(scope, query, limit, signal),
    searchForCall: (orgId, query, signal) =>
      search({ orgId }, query.slice(0, limits.knowledge.queryCharsMax), undefined, signal),

    async upload(scope, file) {
      const mediaType = checkFile(file, reader);
      const sha256 = sha256Hex(file.bytes);
      const existing = await db.withOrg(scope, async (tx) => {
        const same = await repo.findDocumentByHash(tx, scope.orgId, sha256);
        if (!same) await assertRoom(tx, scope);
        return same;
      });
      if (existing) return reuse(scope, existing, file.bytes);

      const id = newId('doc');
      const filename = safeFilename(file.filename);
      const path = `${scope.orgId}/${id}/${storageName(filename)}`;
      const now = clock.now();
      // The file first: a crash here leaves a file nobody asks for, not a document without one.
      await storage.put('knowledge', path, file.bytes, mediaType);
      const outcome = await insert(scope, {
        id,
        org_id: scope.orgId,
        filename,
        media_type: mediaType,
        byte_size: BigInt(file.bytes.length),
        sha256,
        storage_path: path,
        created_by: scope.userId ?? null,
        created_at: now,
        queued_at: now,
      }).catch(async (error: unknown) => {
        await storage.remove('knowledge', [path]);
        throw error;
      });
      if (outcome.isNew) {
        await enqueue(outcome.document);
        return outcome.document;
      }
      // Somebody uploaded the same in the same moment.
      await storage.remove('knowledge', [path]);
      return reuse(scope, outcome.document, file.bytes);
    },

    get,

    list: (scope, { limit, cursor }) => {
      const before = cursorId('doc', cursor);
      return db.withOrg(scope, (tx) => repo.listDocuments(tx, scope.orgId, { limit, before }));
    },

    async remove(scope, id) {
      const document = await get(scope, id);
      // The file first: if this fails, the document is still there to be deleted again.
      await storage.remove('knowledge', [document.storage_path]);
      await db.withOrg(scope, (tx) => repo.deleteDocument(tx, scope.orgId, id));
    },
  };

  function insert(
    scope: OrgScope,
    document: repo.NewDocument,
  ): Promise<{ document: DocumentRow; isNew: boolean }> {
    return db.withOrg(scope, async (tx) => {
      await repo.lockDocuments(tx, scope.orgId);
      const same = await repo.findDocumentByHash(tx, scope.orgId, document.sha256);
      if (same) return { document: same, isNew: false };
      await assertRoom(tx, scope);
      return { document: await repo.insertDocument(tx, document), isNew: true };
    });
  }
}

async function assertRoom(tx: Parameters<typeof repo.countDocuments>[0], scope: OrgScope) {
  const count = await repo.countDocuments(tx, scope.orgId);
  if (count >= limits.knowledge.documentsMax) throw knowledgeErrors.tooManyDocuments();
}

function checkFile({ bytes }: UploadedFile, reader: DocumentReader) {
  if (bytes.length === 0) throw knowledgeErrors.empty();
  if (bytes.length > limits.knowledge.fileBytesMax) throw knowledgeErrors.tooLarge();
  const mediaType = reader.detect(bytes);
  if (mediaType === null) throw knowledgeErrors.unsupported();
  return mediaType;
}
