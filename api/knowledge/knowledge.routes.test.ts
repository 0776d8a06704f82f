import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits, newId, type Id } from '@alo/core/kernel';
import { makePdf, tablePage } from '@alo/providers/documents/testing';
import { describeApi } from '../app.ts';
import { createTestApi, type TestApi, type TestPerson } from '../http/testing.ts';

let api: TestApi;
let owner: TestPerson;
beforeAll(async () => {
  api = await createTestApi();
  owner = await api.signIn();
});
afterAll(() => api.close());

const priceList = makePdf([
  tablePage([
    ['Pandebono', '$ 2.500'],
    ['Almojábana', '$ 2.800'],
  ]),
]);

/** A form as a browser sends it. */
async function form(bytes: Uint8Array, name = 'precios.pdf', field = 'file') {
  const data = new FormData();
  data.append(field, new Blob([new Uint8Array(bytes)], { type: 'application/x-claimed' }), name);
  const encoded = new Response(data);
  return {
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    payload: Buffer.from(await encoded.arrayBuffer()),
  };
}

const upload = async (person: TestPerson, ...file: Parameters<typeof form>) =>
  person.request({ method: 'POST', url: '/v1/knowledge/documents', ...(await form(...file)) });

const readNow = (person: TestPerson, id: string) =>
  api.deps.knowledge.ingest(person.scope.orgId, id as Id<'doc'>, new AbortController().signal, {
    lastAttempt: true,
  });

describe('uploading', () => {
  it('answers 202 with the document, and asks for it to be read', async () => {
    const answer = await upload(owner, priceList, 'Menú.pdf');
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      filename: 'Menú.pdf',
      media_type: 'application/pdf',
      byte_size: priceList.length,
      status: 'queued',
      chunks: 0,
    });
    const payload = { org_id: owner.scope.orgId, document_id: answer.json().id };
    expect(api.jobs).toContainEqual(['document.ingest', payload]);
  });

  it('takes files above the bound of JSON bodies', async () => {
    const text = 'Pandebono $ 2.500\n'.repeat(100_000);
    expect(text.length).toBeGreaterThan(limits.http.bodyBytesMax);
    expect((await upload(owner, Buffer.from(text), 'largo.txt')).statusCode).toBe(202);
  });

  it.each([
    ['a program named .pdf', 415, 'unsupported_media_type', Buffer.from('MZ\x90\0\0\0', 'latin1')],
    ['an empty file', 422, 'unreadable_file', Buffer.alloc(0)],
    [
      'too large a file',
      413,
      'payload_too_large',
      Buffer.alloc(limits.knowledge.fileBytesMax + 5, 65),
    ],
  ])('refuses %s and says why', async (_, status, code, bytes) => {
    const answer = await upload(owner, bytes);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, param: 'file' });
  });

  it('names the field where the form lacks the file', async () => {
    const wrongField = await upload(owner, priceList, 'precios.pdf', 'archivo');
    expect(wrongField.statusCode).toBe(400);
    expect(wrongField.json()).toMatchObject({ code: 'invalid_request', param: 'file' });
  });

  it('refuses what is no form, or half of one', async () => {
    const send = (headers: Record<string, string>, payload: string | Buffer) =>
      owner.request({ method: 'POST', url: '/v1/knowledge/documents', headers, payload });
    const json = await send({ 'content-type': 'application/json' }, '{"file":"x"}');
    expect(json.statusCode).toBe(415);
    const { headers, payload } = await form(priceList);
    expect((await send(headers, payload.subarray(0, 300))).statusCode).toBe(400);
    expect((await send({ 'content-type': 'multipart/form-data' }, payload)).statusCode).toBe(400);
  });

  it('needs a member', async () => {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/knowledge/documents',
      ...(await form(priceList)),
    });
    expect(answer.statusCode).toBe(401);
  });
});

describe('a document', () => {
  it('can be followed until it is ready, found, and deleted', async () => {
    const person = await api.signIn();
    const { id } = (await upload(person, priceList)).json();
    await readNow(person, id);
    const url = `/v1/knowledge/documents/${id}`;
    expect((await person.request({ url })).json()).toMatchObject({ status: 'ready', chunks: 1 });
    const list = (await person.request({ url: '/v1/knowledge/documents' })).json();
    expect(list).toMatchObject({ data: [{ id }], has_more: false, next_cursor: null });
    const found = await person.request({
      method: 'POST',
      url: '/v1/knowledge/search',
      payload: { query: '¿cuánto cuesta la almojabana?' },
    });
    expect(found.json().data[0]).toMatchObject({ document_id: id, filename: 'precios.pdf' });
    expect(found.json().data[0].text).toContain('Almojábana $ 2.800');
    expect((await person.request({ method: 'DELETE', url })).statusCode).toBe(204);
    expect((await person.request({ url })).statusCode).toBe(404);
  });

  it('says why it failed in the language of the request', async () => {
    const person = await api.signIn();
    const { id } = (await upload(person, makePdf([{}]))).json();
    await readNow(person, id);
    const url = `/v1/knowledge/documents/${id}`;
    expect((await person.request({ url })).json().failure).toContain('texto legible');
    const english = await person.request({ url, headers: { 'accept-language': 'en' } });
    expect(english.json()).toMatchObject({
      status: 'failed',
      failure: expect.stringContaining('readable'),
    });
  });

  it('is a 404 for another organization, as one that never was', async () => {
    const { id } = (await upload(owner, priceList)).json();
    const other = await api.signIn();
    for (const missing of [id, newId('doc')]) {
      const url = `/v1/knowledge/documents/${missing}`;
      expect((await other.request({ url })).statusCode).toBe(404);
      expect((await other.request({ method: 'DELETE', url })).statusCode).toBe(404);
    }
    expect((await owner.request({ url: `/v1/knowledge/documents/${id}` })).statusCode).toBe(200);
  });

  it('has an id of its own kind', async () => {
    const answer = await owner.request({ url: `/v1/knowledge/documents/${newId('agt')}` });
    expect(answer.statusCode).toBe(400);
  });
});

describe('searching', () => {
  it.each([
    ['no query', {}],
    ['an empty query', { query: '  ' }],
    ['a number for a query', { query: 7 }],
    ['a speech', { query: 'x'.repeat(limits.knowledge.queryCharsMax + 1) }],
    ['no results wanted', { query: 'pan', limit: 0 }],
    ['too many wanted', { query: 'pan', limit: limits.knowledge.resultsMax + 1 }],
  ])('refuses %s', async (_, payload) => {
    const answer = await owner.request({ method: 'POST', url: '/v1/knowledge/search', payload });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().errors.length).toBeGreaterThan(0);
  });
});

describe('the contract', () => {
  it('declares the upload as a form with one binary file', async () => {
    const document = (await describeApi()) as {
      paths: Record<string, Record<string, { requestBody?: unknown }>>;
      components: { schemas: Record<string, unknown> };
    };
    const body = document.paths['/v1/knowledge/documents']?.['post']?.requestBody;
    expect(body).toEqual({
      required: true,
      content: {
        'multipart/form-data': { schema: { $ref: expect.stringMatching(/UploadDocument/) } },
      },
    });
    expect(document.components.schemas).toHaveProperty(
      'UploadDocument.properties.file',
      expect.objectContaining({ type: 'string', format: 'binary' }),
    );
  });
});
