import type { Language } from '../kernel/index.ts';
import type { DocumentRow } from './knowledge.repo.ts';
import type { KnowledgeDocument } from './knowledge.schema.ts';

export function presentDocument(row: DocumentRow, language: Language): KnowledgeDocument {
  return {
    id: row.id,
    filename: row.filename,
    media_type: row.media_type,
    byte_size: Number(row.byte_size),
    status: row.status,
    failure: row.failure?.[language] ?? null,
    chunks: row.chunk_count,
    created_at: row.created_at.toISOString(),
    processed_at: row.processed_at?.toISOString() ?? null,
  };
}
