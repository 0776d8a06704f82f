import { z } from 'zod';
import { pageOf, pageQuerySchema } from '@alo/core/kernel';
import {
  knowledgeDocumentPageSchema,
  knowledgeDocumentParamsSchema,
  knowledgeDocumentSchema,
  knowledgePassagesSchema,
  presentDocument,
  searchKnowledgeSchema,
  uploadDocumentSchema,
  type KnowledgeService,
} from '@alo/core/knowledge';
import { memberOf } from '../http/principal.ts';
import type { Routes } from '../http/routes.ts';
import { readUploadedFile } from './uploaded-file.ts';

export function knowledgeRoutes({ knowledge }: { knowledge: KnowledgeService }): Routes {
  return async (app) => {
    app.post(
      '/knowledge/documents',
      {
        // The content itself is the key: the same file again is the same document.
        config: { access: 'member', permission: 'knowledge:write', idempotency: 'none' },
        // The form is read as a stream, in the handler; its schema is for the contract.
        validatorCompiler: () => (value) => ({ value }),
        schema: {
          operationId: 'uploadDocument',
          tags: ['knowledge'],
          summary: 'Upload a PDF, an image or a text for the agents to answer from',
          description:
            'Answers at once with the document `queued`; it is `ready` or `failed` seconds later. ' +
            'The same file again is the same document, and a failed one is tried again.',
          consumes: ['multipart/form-data'],
          body: uploadDocumentSchema,
          response: { 202: knowledgeDocumentSchema },
        },
      },
      async (request, reply) => {
        const file = await readUploadedFile(request);
        const document = await knowledge.upload(memberOf(request), file);
        return reply.code(202).send(presentDocument(document, request.language));
      },
    );

    app.get(
      '/knowledge/documents',
      {
        config: { access: 'member', permission: 'knowledge:read' },
        schema: {
          operationId: 'listDocuments',
          tags: ['knowledge'],
          summary: 'Documents, newest first',
          querystring: pageQuerySchema,
          response: { 200: knowledgeDocumentPageSchema },
        },
      },
      async (request) => {
        const rows = await knowledge.list(memberOf(request), request.query);
        return pageOf(rows, request.query.limit, (row) => presentDocument(row, request.language));
      },
    );

    app.get(
      '/knowledge/documents/:id',
      {
        config: { access: 'member', permission: 'knowledge:read' },
        schema: {
          operationId: 'getDocument',
          tags: ['knowledge'],
          summary: 'One document and how its reading went',
          params: knowledgeDocumentParamsSchema,
          response: { 200: knowledgeDocumentSchema },
        },
      },
      async (request) =>
        presentDocument(
          await knowledge.get(memberOf(request), request.params.id),
          request.language,
        ),
    );

    app.delete(
      '/knowledge/documents/:id',
      {
        config: { access: 'member', permission: 'knowledge:write' },
        schema: {
          operationId: 'deleteDocument',
          tags: ['knowledge'],
          summary: 'Delete a document, its file and its passages',
          params: knowledgeDocumentParamsSchema,
          response: { 204: z.null().meta({ description: 'Deleted' }) },
        },
      },
      async (request, reply) => {
        await knowledge.remove(memberOf(request), request.params.id);
        return reply.code(204).send(null);
      },
    );

    app.post(
      '/knowledge/search',
      {
        config: { access: 'member', permission: 'knowledge:read', idempotency: 'none' },
        schema: {
          operationId: 'searchKnowledge',
          tags: ['knowledge'],
          summary: 'Find the passages that answer a question',
          body: searchKnowledgeSchema,
          response: { 200: knowledgePassagesSchema },
        },
      },
      async (request) => ({ data: await knowledge.search(memberOf(request), request.body) }),
    );
  };
}
