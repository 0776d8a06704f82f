import { z } from 'zod';
import { limits, ProviderError } from '@alo/core/kernel';
import type { EmbeddingProvider } from '@alo/core/ports';
import { createClient, withDeadline, type OpenAiOptions } from './client.ts';

export interface OpenAiEmbeddingsOptions extends OpenAiOptions {
  /** Default `text-embedding-3-small`. */
  readonly model?: string | undefined;
  /** Default 512: what `knowledge_base.embedding` holds. */
  readonly dimensions?: number | undefined;
}

const answerSchema = z.object({
  data: z.array(z.object({ index: z.number().int(), embedding: z.array(z.number()) })),
});

/** Batches within the vendor's bounds on inputs, and on characters where tokens would be too many. */
function batchesOf(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let chars = 0;
  for (const text of texts) {
    const last = batches.at(-1);
    const full =
      last === undefined ||
      last.length >= limits.llm.embeddingBatchMax ||
      chars + text.length > limits.llm.embeddingBatchCharsMax;
    if (full) {
      batches.push([text]);
      chars = text.length;
    } else {
      last.push(text);
      chars += text.length;
    }
  }
  return batches;
}

/**
 * Embeddings of an OpenAI-compatible server. A server that answers with another number of
 * dimensions, or of vectors, is refused with `protocol`.
 * Source: openai 7.57; developers.openai.com/api/docs/guides/embeddings.
 */
export function createOpenAiEmbeddings(options: OpenAiEmbeddingsOptions): EmbeddingProvider {
  const { model = 'text-embedding-3-small', dimensions = 512 } = options;
  const client = createClient(options);
  const fail = (why: string) => new ProviderError('openai', 'protocol', why);

  const embedBatch = async (input: string[], signal: AbortSignal) => {
    const answer = await withDeadline(options, limits.llm.embeddingTimeoutMs, signal, (signal) =>
      client.embeddings.create({ model, input, dimensions }, { signal }),
    );
    const parsed = answerSchema.safeParse({
      // The SDK decodes base64 into a Float32Array.
      data: answer.data?.map((each) => ({ ...each, embedding: Array.from(each.embedding ?? []) })),
    });
    if (!parsed.success) throw fail('the answer holds no embeddings');
    const vectors = parsed.data.data.toSorted((a, b) => a.index - b.index);
    if (vectors.length !== input.length) {
      throw fail(`${vectors.length} embeddings came for ${input.length} texts`);
    }
    const wrong = vectors.find((each) => each.embedding.length !== dimensions);
    if (wrong !== undefined) {
      throw fail(
        `model ${model} gives ${wrong.embedding.length} dimensions, but ${dimensions} were asked for`,
      );
    }
    return vectors.map((each) => each.embedding);
  };

  return {
    name: 'openai',
    model,
    dimensions,
    async embed(texts, signal) {
      const vectors: number[][] = [];
      for (const batch of batchesOf(texts)) vectors.push(...(await embedBatch(batch, signal)));
      return vectors;
    },
  };
}
