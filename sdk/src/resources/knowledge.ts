import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import { fileForm, type FileInput } from '../core/uploads.ts';
import type { KnowledgeDocument, KnowledgePassage, SearchKnowledge } from '../types.ts';

/** What the agents answer from. */
export function knowledgeResource(http: Transport) {
  return {
    documents: {
      /** Sends a PDF or a picture. It is read by a job: ask for it until it is `ready`. */
      upload: (file: FileInput, options?: RequestOptions) =>
        http.request<KnowledgeDocument>('POST', '/v1/knowledge/documents', {
          ...options,
          body: fileForm('file', file),
        }),
      get: (id: string, options?: RequestOptions) =>
        http.request<KnowledgeDocument>('GET', path`/v1/knowledge/documents/${id}`, options),
      list: (query?: PageQuery, options?: RequestOptions) =>
        listOf<KnowledgeDocument>(http, '/v1/knowledge/documents', { ...query }, options),
      delete: (id: string, options?: RequestOptions) =>
        http.request<void>('DELETE', path`/v1/knowledge/documents/${id}`, options),
    },
    /** The passages an agent would find for a question, best first. */
    search: async (body: SearchKnowledge, options?: RequestOptions) => {
      const found = await http.request<{ data: KnowledgePassage[] }>(
        'POST',
        '/v1/knowledge/search',
        { ...options, body },
      );
      return found.data;
    },
  };
}
