import { sql, type Selectable } from 'kysely';
import type { AnyTx, Database, OrgTx, SystemTx } from '../db/index.ts';
import type { Id, Localized } from '../kernel/index.ts';

export type DocumentRow = Selectable<Database['knowledge_documents']>;

/** Serialises what counts an organization's documents; the wallet's lock on its row is left alone. */
export async function lockDocuments(tx: OrgTx, orgId: Id<'org'>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`knowledge ${orgId}`}, 0))`.execute(tx);
}

export async function countDocuments(tx: OrgTx, orgId: Id<'org'>): Promise<number> {
  const { count } = await tx
    .selectFrom('knowledge_documents')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export function findDocument(
  tx: AnyTx,
  orgId: Id<'org'>,
  id: Id<'doc'>,
): Promise<DocumentRow | undefined> {
  return tx
    .selectFrom('knowledge_documents')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
}

export function findDocumentByHash(
  tx: OrgTx,
  orgId: Id<'org'>,
  sha256: string,
): Promise<DocumentRow | undefined> {
  return tx
    .selectFrom('knowledge_documents')
    .selectAll()
    .where('org_id', '=', orgId)
    .where('sha256', '=', sha256)
    .executeTakeFirst();
}

export type NewDocument = Pick<
  DocumentRow,
  | 'id'
  | 'org_id'
  | 'filename'
  | 'media_type'
  | 'byte_size'
  | 'sha256'
  | 'storage_path'
  | 'created_by'
  | 'created_at'
  | 'queued_at'
>;

export function insertDocument(tx: OrgTx, document: NewDocument): Promise<DocumentRow> {
  return tx
    .insertInto('knowledge_documents')
    .values(document)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Newest first, one more than `limit` if there are more. */
export function listDocuments(
  tx: OrgTx,
  orgId: Id<'org'>,
  page: { limit: number; before: Id<'doc'> | undefined },
): Promise<DocumentRow[]> {
  return tx
    .selectFrom('knowledge_documents')
    .selectAll()
    .where('org_id', '=', orgId)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? 'doc_'))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
}

export async function deleteDocument(tx: OrgTx, orgId: Id<'org'>, id: Id<'doc'>): Promise<void> {
  await tx
    .deleteFrom('knowledge_documents')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** A failed document, asked for again by its owner. Undefined if it is not failed any more. */
export function requeueFailed(
  tx: OrgTx,
  orgId: Id<'org'>,
  id: Id<'doc'>,
  at: Date,
): Promise<DocumentRow | undefined> {
  return tx
    .updateTable('knowledge_documents')
    .set({ status: 'queued', failure: null, queued_at: at, requeues: 0, processed_at: null })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', '=', 'failed')
    .returningAll()
    .executeTakeFirst();
}

/** Marks an unfinished document as being read. Undefined if it is finished, or gone. */
export function startDocument(
  tx: OrgTx,
  orgId: Id<'org'>,
  id: Id<'doc'>,
): Promise<DocumentRow | undefined> {
  return tx
    .updateTable('knowledge_documents')
    .set({ status: 'processing' })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'processing'])
    .returningAll()
    .executeTakeFirst();
}

/** Undefined if it is finished already, or gone. */
export function failDocument(
  tx: AnyTx,
  id: Id<'doc'>,
  failure: Localized,
  at: Date,
): Promise<DocumentRow | undefined> {
  return tx
    .updateTable('knowledge_documents')
    .set({ status: 'failed', failure: JSON.stringify(failure), processed_at: at })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'processing'])
    .returningAll()
    .executeTakeFirst();
}

export async function countChunks(tx: OrgTx, orgId: Id<'org'>): Promise<number> {
  const { count } = await tx
    .selectFrom('knowledge_base')
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export interface NewChunk {
  readonly id: Id<'chk'>;
  readonly content: string;
  readonly folded: string;
  /** pgvector's text form. */
  readonly embedding: string;
}

const INSERT_ROWS_MAX = 100;

/**
 * Gives a document being read its chunks and calls it ready, in place of any it had. Undefined if it
 * is gone or finished meanwhile: then nothing is written.
 */
export async function replaceChunks(
  tx: OrgTx,
  document: Pick<DocumentRow, 'id' | 'org_id'>,
  chunks: readonly NewChunk[],
  options: { model: string; at: Date },
): Promise<DocumentRow | undefined> {
  const ready = await tx
    .updateTable('knowledge_documents')
    .set({ status: 'ready', failure: null, chunk_count: chunks.length, processed_at: options.at })
    .where('org_id', '=', document.org_id)
    .where('id', '=', document.id)
    .where('status', '=', 'processing')
    .returningAll()
    .executeTakeFirst();
  if (!ready) return undefined;
  await tx.deleteFrom('knowledge_base').where('document_id', '=', document.id).execute();
  const rows = chunks.map((chunk, position) => ({
    ...chunk,
    position,
    org_id: document.org_id,
    document_id: document.id,
    embedding_model: options.model,
  }));
  for (let from = 0; from < rows.length; from += INSERT_ROWS_MAX) {
    await tx
      .insertInto('knowledge_base')
      .values(rows.slice(from, from + INSERT_ROWS_MAX))
      .execute();
  }
  return ready;
}

/** A word and its stem as Spanish full text has it, ready to be matched; and how many chunks hold it. */
export interface CountedWord {
  readonly word: string;
  readonly tsquery: string;
  readonly chunks: number;
}

/**
 * How many chunks an organization has, and how many hold each word. Words of the same stem count
 * once; words that Spanish full text ignores are left out.
 */
export async function countWords(
  tx: OrgTx,
  orgId: Id<'org'>,
  words: readonly string[],
): Promise<{ chunks: number; words: CountedWord[] }> {
  const { rows: stems } = await sql<{ word: string; lexeme: string }>`
    select distinct on (stem.lexeme) word, stem.lexeme
      from unnest(${[...words]}::text[]) as word, unnest(to_tsvector('spanish', word)) as stem
     order by stem.lexeme, word`.execute(tx);
  const counted = stems.map(({ word, lexeme }) => ({
    word,
    tsquery: `'${lexeme.replaceAll("'", "''")}'`,
  }));
  const counts = counted.map(
    ({ tsquery }) => sql`(count(*) filter (where search @@ ${tsquery}::tsquery))::int`,
  );
  const { rows } = await sql<{ chunks: number; with_it: number[] }>`
    select count(*)::int as chunks, array[${sql.join(counts)}]::int[] as with_it
      from knowledge_base
     where org_id = ${orgId}`.execute(tx);
  const withIt = rows[0]?.with_it ?? [];
  return {
    chunks: rows[0]?.chunks ?? 0,
    words: counted.map((word, index) => ({ ...word, chunks: withIt[index] ?? 0 })),
  };
}

/** The chunks that hold any of the words, the greatest sum of weights first. */
export async function findByWords(
  tx: OrgTx,
  orgId: Id<'org'>,
  words: readonly { tsquery: string; weight: number }[],
  limit: number,
): Promise<{ id: Id<'chk'>; score: number; folded: string }[]> {
  if (words.length === 0) return [];
  // Each stem is a constant of the statement: joined in from a table it would be parsed again for every row.
  const weights = words.map(
    ({ tsquery, weight }) =>
      sql`case when search @@ ${tsquery}::tsquery then ${weight}::float8 else 0 end`,
  );
  const any = words.map(({ tsquery }) => tsquery).join(' | ');
  const { rows } = await sql<{ id: Id<'chk'>; score: number; folded: string }>`
    with best as (
      select id, document_id, position, ${sql.join(weights, sql` + `)} as score
        from knowledge_base
       where org_id = ${orgId} and search @@ ${any}::tsquery
       order by score desc, document_id, position
       limit ${limit}
    )
    select best.id, best.score, k.folded
      from best join knowledge_base k on k.id = best.id
     order by best.score desc, best.document_id, best.position`.execute(tx);
  return rows;
}

/** The chunks nearest in meaning, by exact cosine distance. Only those embedded by the same model compare. */
export async function rankByMeaning(
  tx: OrgTx,
  orgId: Id<'org'>,
  query: { embedding: string; model: string },
  limit: number,
): Promise<Id<'chk'>[]> {
  const rows = await tx
    .selectFrom('knowledge_base')
    .select('id')
    .where('org_id', '=', orgId)
    .where('embedding_model', '=', query.model)
    .orderBy(sql`embedding <=> ${query.embedding}::vector`)
    .orderBy('document_id')
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export interface PassageRow {
  readonly id: Id<'chk'>;
  readonly document_id: Id<'doc'>;
  readonly filename: string;
  readonly content: string;
  readonly folded: string;
}

export function findPassages(
  tx: OrgTx,
  orgId: Id<'org'>,
  ids: readonly Id<'chk'>[],
): Promise<PassageRow[]> {
  return tx
    .selectFrom('knowledge_base as k')
    .innerJoin('knowledge_documents as d', 'd.id', 'k.document_id')
    .select(['k.id', 'k.document_id', 'd.filename', 'k.content', 'k.folded'])
    .where('k.org_id', '=', orgId)
    .where('k.id', 'in', [...ids])
    .execute();
}

export type UnfinishedDocument = Pick<DocumentRow, 'id' | 'org_id' | 'queued_at' | 'requeues'>;

/** Of every organization, the longest waiting first. */
export function listUnfinished(tx: SystemTx, limit: number): Promise<UnfinishedDocument[]> {
  return tx
    .selectFrom('knowledge_documents')
    .select(['id', 'org_id', 'queued_at', 'requeues'])
    .where('status', 'in', ['queued', 'processing'])
    .orderBy('queued_at')
    .limit(limit)
    .execute();
}

/** False if somebody else has, or it is finished. */
export async function requeueUnfinished(
  tx: SystemTx,
  document: UnfinishedDocument,
  at: Date,
): Promise<boolean> {
  const row = await tx
    .updateTable('knowledge_documents')
    .set({ status: 'queued', queued_at: at, requeues: document.requeues + 1 })
    .where('id', '=', document.id)
    .where('requeues', '=', document.requeues)
    .where('status', 'in', ['queued', 'processing'])
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}
