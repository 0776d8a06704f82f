import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createLog, ProviderError, Secret, systemClock } from '@alo/core/kernel';
import { startOpenAiSandbox } from '@alo/sandbox/openai';
import { createOpenAiEmbeddings } from './index.ts';

const log = createLog({ level: 'silent' });
const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const embeddingsAt = (baseUrl: string, dimensions?: number) =>
  createOpenAiEmbeddings({
    apiKey: new Secret('sk-test'),
    baseUrl,
    dimensions,
    clock: systemClock,
    log,
  });

const never = () => new AbortController().signal;
const cosine = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

/** A compatible server whose answers are made by `answer`; keeps the inputs of each request. */
async function scripted(answer: (inputs: string[]) => unknown) {
  const requests: string[][] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      requests.push(input);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer(input)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, requests };
}

describe('embeddings through the OpenAI SDK', () => {
  test('are of the asked size, of length 1, the same for the same text', async () => {
    const server = await startOpenAiSandbox();
    closers.push(() => server.close());
    const embeddings = embeddingsAt(`${server.url}/v1`);
    const [a, b, c] = await embeddings.embed(
      ['torta de piña', 'torta de piña', ''.padEnd(3, '!')],
      never(),
    );
    expect(embeddings).toMatchObject({ model: 'text-embedding-3-small', dimensions: 512 });
    expect(a).toHaveLength(512);
    expect(a).toEqual(b);
    expect(cosine(a ?? [], a ?? [])).toBeCloseTo(1, 5);
    expect(c).toHaveLength(512);
  });

  test('put a question nearest to the line that answers it', async () => {
    const server = await startOpenAiSandbox();
    closers.push(() => server.close());
    const lines = [
      'Torta de chocolate ........ $45.000',
      'Pan aliñado ........ $6.500',
      'Horario de atención: lunes a viernes de 8 a. m. a 6 p. m.',
      'Hacemos domicilios en Chapinero por $8.000',
      'Recibimos tarjetas, Nequi y efectivo',
    ];
    const questions = [
      '¿cuánto cuesta la torta de chocolate?',
      'precio del pan aliñado',
      '¿a qué hora abren?',
      '¿hacen domicilio a Chapinero?',
      '¿puedo pagar con tarjeta?',
    ];
    const vectors = await embeddingsAt(`${server.url}/v1`).embed([...lines, ...questions], never());
    const nearest = questions.map((_, index) => {
      const scores = lines.map((_, line) =>
        cosine(vectors[line] ?? [], vectors[lines.length + index] ?? []),
      );
      return lines[scores.indexOf(Math.max(...scores))];
    });
    expect(nearest).toEqual(lines);
  });

  test('go out in batches and come back in order, also when the server shuffles them', async () => {
    const server = await scripted((inputs) => ({
      data: inputs.map((text, index) => ({ index, embedding: [Number(text), 0] })).toReversed(),
    }));
    const texts = Array.from({ length: 600 }, (_, index) => `${index}`);
    const vectors = await embeddingsAt(server.url, 2).embed(texts, never());
    expect(server.requests.map((request) => request.length)).toEqual([256, 256, 88]);
    expect(vectors.map((vector) => vector[0])).toEqual(texts.map(Number));
  });

  test('of another size, of another count, or none at all are protocol', async () => {
    const answers: ((inputs: string[]) => unknown)[] = [
      (inputs) => ({ data: inputs.map((_, index) => ({ index, embedding: [1, 2, 3] })) }),
      () => ({ data: [] }),
      () => ({ data: [{ index: 0, embedding: 'zz' }, { index: 1 }] }),
      () => ({ nothing: true }),
    ];
    for (const answer of answers) {
      const server = await scripted(answer);
      const error: unknown = await embeddingsAt(server.url, 2)
        .embed(['a', 'b'], never())
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({ kind: 'protocol', retryable: false });
    }
  });

  test('of nothing ask for nothing', async () => {
    const server = await scripted(() => ({}));
    expect(await embeddingsAt(server.url).embed([], never())).toEqual([]);
    expect(server.requests).toHaveLength(0);
  });
});
