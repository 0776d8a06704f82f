import type { JobHandlers } from '@alo/core/jobs';
import type { Id } from '@alo/core/kernel';
import type { KnowledgeService } from '@alo/core/knowledge';

/** Reads an uploaded document into the knowledge base. */
export function ingestDocumentHandler(deps: {
  knowledge: Pick<KnowledgeService, 'ingest'>;
}): JobHandlers['document.ingest'] {
  return ({ org_id, document_id }, { signal, lastAttempt }) =>
    deps.knowledge.ingest(org_id as Id<'org'>, document_id as Id<'doc'>, signal, { lastAttempt });
}
