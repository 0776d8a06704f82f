import { z } from 'zod';
import { idOutSchema, idSchema, limits, pageSchema, timeSchema } from '../kernel/index.ts';

export const documentStatuses = ['queued', 'processing', 'ready', 'failed'] as const;

export const knowledgeDocumentSchema = z
  .object({
    id: idOutSchema('doc'),
    filename: z.string(),
    media_type: z.string().meta({ description: 'What the bytes are, whatever the name says' }),
    byte_size: z.int().positive(),
    status: z.enum(documentStatuses).meta({
      description: 'Searchable once `ready`. `failed` is final: upload a corrected file.',
    }),
    failure: z
      .string()
      .nullable()
      .meta({ description: 'Why it failed, for its owner, in the language of the request' }),
    chunks: z.int().nonnegative().meta({ description: 'How many passages can be found' }),
    created_at: timeSchema,
    processed_at: timeSchema.nullable(),
  })
  .meta({ id: 'KnowledgeDocument', description: 'A file the agents answer from' });
export type KnowledgeDocument = z.infer<typeof knowledgeDocumentSchema>;

export const knowledgeDocumentPageSchema = pageSchema(knowledgeDocumentSchema).meta({
  id: 'KnowledgeDocumentPage',
});

export const knowledgeDocumentParamsSchema = z.object({ id: idSchema('doc') });

/** The multipart form of an upload; for the contract only, the form is read as a stream. */
export const uploadDocumentSchema = z
  .object({
    file: z.string().meta({
      format: 'binary',
      description: `PDF, PNG, JPEG, WebP or plain text; at most ${limits.knowledge.fileBytesMax / 1_048_576} MB`,
    }),
  })
  .meta({ id: 'UploadDocument' });

export const searchKnowledgeSchema = z
  .object({
    query: z
      .string()
      .trim()
      .min(1)
      .max(limits.knowledge.queryCharsMax)
      .meta({ examples: ['¿cuánto vale el pandebono?'] }),
    limit: z.int().min(1).max(limits.knowledge.resultsMax).default(limits.knowledge.resultsDefault),
  })
  .meta({ id: 'SearchKnowledge', description: 'A question in the words of a customer' });

export const knowledgePassageSchema = z
  .object({
    document_id: idOutSchema('doc'),
    filename: z.string(),
    text: z.string(),
    score: z
      .number()
      .meta({ description: '0 to 1, falling; above 0.5 one line has every word of the question' }),
  })
  .meta({ id: 'KnowledgePassage', description: 'A passage of a document, best first' });
export type KnowledgePassage = z.infer<typeof knowledgePassageSchema>;

export const knowledgePassagesSchema = z
  .object({ data: z.array(knowledgePassageSchema) })
  .meta({ id: 'KnowledgePassages' });
