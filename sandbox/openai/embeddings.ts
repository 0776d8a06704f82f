import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { embedText } from '../mind/embedding.ts';
import type { ChatDialect } from '../mind/http/dialect.ts';
import { WireFault } from '../mind/http/errors.ts';
import { requireModel } from '../mind/http/server.ts';
import { countTokens } from '../mind/http/tokens.ts';

const tokensPerInputMax = 8192;
const tokensPerRequestMax = 300_000;

const bodySchema = z.strictObject({
  model: z.string(),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
  dimensions: z.number().int().min(1).optional(),
  encoding_format: z.enum(['float', 'base64']).optional(),
  user: z.string().optional(),
});

const fullDimensions: Readonly<Record<string, number>> = {
  'text-embedding-3-small': 1536,
  'text-embedding-3-large': 3072,
};

const refused = (message: string, param: string) =>
  new WireFault({ status: 400, message, type: 'invalid_request_error', code: null, param });

function parse(raw: unknown): z.infer<typeof bodySchema> {
  const parsed = bodySchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const param = issue?.path.join('.') ?? '';
  throw refused(`'$.${param}' is invalid: ${issue?.message}`, param);
}

function countAll(inputs: readonly string[]): number {
  const counts = inputs.map(countTokens);
  const tooLong = counts.find((count) => count > tokensPerInputMax);
  if (tooLong !== undefined) {
    throw refused(
      `This model's maximum context length is ${tokensPerInputMax} tokens, however you requested ${tooLong} tokens.`,
      'input',
    );
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > tokensPerRequestMax) {
    throw refused(`Requested ${total} tokens, max ${tokensPerRequestMax} per request.`, 'input');
  }
  return total;
}

/** Base64 of little-endian 32-bit floats, as the SDK asks by default. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

/** `POST /v1/embeddings`. Source: developers.openai.com/api/docs/guides/embeddings. */
export function registerEmbeddings(app: FastifyInstance, dialect: ChatDialect): void {
  app.post(`${dialect.prefix}/embeddings`, (request) => {
    const body = parse(request.body);
    requireModel(dialect, body.model);
    const full = fullDimensions[body.model];
    if (full === undefined) throw refused('This model does not support embeddings.', 'model');
    const dimensions = body.dimensions ?? full;
    if (dimensions > full) {
      throw refused(`Invalid value for 'dimensions': must be at most ${full}.`, 'dimensions');
    }
    const inputs = [body.input].flat();
    const tokens = countAll(inputs);
    const data = inputs.map((input, index) => {
      const vector = embedText(input, dimensions);
      const embedding = body.encoding_format === 'base64' ? toBase64(vector) : vector;
      return { object: 'embedding', index, embedding };
    });
    const usage = { prompt_tokens: tokens, total_tokens: tokens };
    return { object: 'list', model: body.model, data, usage };
  });
}
