import { afterEach, describe, expect, test } from 'vitest';
import {
  AbortedError,
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  NotFoundError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnexpectedResponseError,
  ValidationError,
} from './errors.ts';
import {
  hangUp,
  json,
  startTestServer,
  transportTo,
  type Answer,
  type TestServer,
} from './testing.ts';
import type { ClientOptions } from './transport.ts';

let server: TestServer | undefined;
afterEach(() => server?.close());

async function given(answers: Answer[], options: ClientOptions = {}) {
  server = await startTestServer(...answers);
  return { ...transportTo(server, options), seen: server.seen };
}

const ok = json(200, { fine: true });
const busy = json(503, { code: 'unavailable', title: 'No disponible' });

describe('requests', () => {
  test('act for the organization of this moment, or of this once', async () => {
    const choices = ['org_1', undefined, 'org_2'];
    const { transport, seen } = await given([ok], { organization: () => choices.shift() });
    for (const once of [{}, {}, {}, { organization: 'org_3' }, { organization: null }]) {
      await transport.request('GET', '/v1/things', once);
    }
    expect(seen.map(({ headers }) => headers['alo-organization'])).toEqual([
      'org_1',
      undefined,
      'org_2',
      'org_3',
      undefined,
    ]);
  });

  test('carry JSON, the token, the language, the organization and the device', async () => {
    const { transport, seen } = await given([ok], {
      apiKey: 'alo_sk_test_x',
      language: 'en',
      organization: 'org_1',
      device: 'd0123456789abcdef',
    });
    await transport.request('POST', '/v1/things', {
      body: { a: 'ñ' },
      query: { n: 1, no: undefined },
    });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/v1/things?n=1',
      body: '{"a":"ñ"}',
      headers: {
        authorization: 'Bearer alo_sk_test_x',
        'accept-language': 'en',
        'alo-organization': 'org_1',
        'alo-device': 'd0123456789abcdef',
        'content-type': 'application/json',
      },
    });
  });

  test('an answer without content is undefined', async () => {
    const { transport } = await given([(response) => void response.writeHead(204).end()]);
    expect(await transport.request('DELETE', '/v1/things/1')).toBeUndefined();
  });

  test('a successful answer that is not JSON is an error of its own, not retried', async () => {
    const { transport, seen } = await given([
      (response) => void response.end('<html>portal</html>'),
    ]);
    await expect(transport.request('GET', '/')).rejects.toThrow(UnexpectedResponseError);
    expect(seen).toHaveLength(1);
  });

  test('a base URL that is not a URL is refused at once', async () => {
    await expect(given([ok], { baseUrl: 'not a url' })).rejects.toThrow('baseUrl is not a URL');
  });
});

describe('retries', () => {
  test('repeat a POST with the same idempotency key, and other POSTs with other keys', async () => {
    const { transport, seen } = await given([busy, hangUp, ok]);
    expect(await transport.request('POST', '/v1/calls/test', { body: {} })).toEqual({ fine: true });
    await transport.request('POST', '/v1/calls/test', { body: {} });
    expect(seen.map((one) => one.headers['idempotency-key'])).toEqual([
      'key-1',
      'key-1',
      'key-1',
      'key-2',
    ]);
  });

  test("keep the caller's own idempotency key, and send none with a GET", async () => {
    const { transport, seen } = await given([ok]);
    await transport.request('POST', '/', { idempotencyKey: 'mine' });
    await transport.request('GET', '/');
    expect(seen.map((one) => one.headers['idempotency-key'])).toEqual(['mine', undefined]);
  });

  test('stop after maxRetries, backing off further each time', async () => {
    const { transport, seen, sleeps } = await given([busy], { maxRetries: 3 });
    await expect(transport.request('GET', '/')).rejects.toThrow(ServerError);
    expect(seen).toHaveLength(4);
    expect(sleeps).toEqual([500, 1_000, 2_000]);
  });

  test.each([
    ['in seconds', { 'retry-after': '3' }, 3_000],
    ['as a date', { 'retry-after': 'Mon, 23 Nov 2026 12:00:07 GMT' }, 7_000],
    ['in milliseconds', { 'retry-after-ms': '40', 'retry-after': '9' }, 40],
    ['nonsense', { 'retry-after': 'soon' }, 500],
  ])('honour Retry-After %s', async (_name, headers, expected) => {
    const { transport, sleeps } = await given([json(429, {}, headers), ok]);
    await transport.request('GET', '/');
    expect(sleeps).toEqual([expected]);
  });

  test('are not made when the server wants more patience than a minute', async () => {
    const { transport, seen } = await given([json(429, {}, { 'retry-after': '3600' }), ok]);
    await expect(transport.request('GET', '/')).rejects.toThrow(RateLimitError);
    expect(seen).toHaveLength(1);
  });

  test.each([
    ['503 the server calls final', json(503, {}, { 'x-should-retry': 'false' }), 1],
    ['400 the server calls passing', json(400, {}, { 'x-should-retry': 'true' }), 3],
    ['409 while the same request runs', json(409, { code: 'idempotency_in_progress' }), 3],
    ['409 of any other kind', json(409, { code: 'email_taken' }), 1],
    ['408', json(408, {}), 3],
    ['422', json(422, {}), 1],
    ['500', json(500, {}), 3],
  ])('follow the answer: %s', async (_name, answer, tries) => {
    const { transport, seen } = await given([answer]);
    await expect(transport.request('POST', '/')).rejects.toThrow(ApiError);
    expect(seen).toHaveLength(tries);
  });
});

describe('credentials', () => {
  test('that were refused are renewed once and the request sent again with the same key', async () => {
    const credentials = { token: () => 'old', renew: async () => 'new' };
    const { transport, seen } = await given([json(401, {}), ok], { credentials });
    await transport.request('POST', '/');
    expect(seen.map((one) => [one.headers.authorization, one.headers['idempotency-key']])).toEqual([
      ['Bearer old', 'key-1'],
      ['Bearer new', 'key-1'],
    ]);
  });

  test.each([
    ['gives the same token again', async () => 'old'],
    ['gives none', async () => undefined],
    ['gives one that is refused as well', async () => 'new'],
  ])('whose renewal %s end in AuthenticationError', async (_name, renew) => {
    const { transport, seen } = await given([json(401, { code: 'unauthenticated' })], {
      credentials: { token: () => 'old', renew },
    });
    await expect(transport.request('GET', '/')).rejects.toThrow(AuthenticationError);
    expect(seen.length).toBeLessThanOrEqual(2);
  });
});

describe('time', () => {
  test('an answer that does not come within timeoutMs is a TimeoutError, after its retries', async () => {
    const { transport, seen } = await given([() => undefined], { timeoutMs: 30, maxRetries: 1 });
    await expect(transport.request('GET', '/')).rejects.toThrow(TimeoutError);
    expect(seen).toHaveLength(2);
  });

  test('a body that stalls counts as well', async () => {
    const stall: Answer = (response) => void response.writeHead(200).write('{"half":');
    const { transport } = await given([stall], { timeoutMs: 30, maxRetries: 0 });
    await expect(transport.request('GET', '/')).rejects.toThrow(TimeoutError);
  });

  test("the caller's signal ends a running request, with its reason as the cause", async () => {
    const abort = new AbortController();
    const { transport, seen } = await given([() => abort.abort('enough')]);
    const failure = transport.request('GET', '/', { signal: abort.signal });
    await expect(failure).rejects.toThrow(AbortedError);
    await expect(failure).rejects.toMatchObject({ cause: 'enough' });
    expect(seen).toHaveLength(1);
  });

  test('a signal that has fired already sends nothing', async () => {
    const { transport, seen } = await given([ok]);
    const failure = transport.request('GET', '/', { signal: AbortSignal.abort() });
    await expect(failure).rejects.toThrow(AbortedError);
    expect(seen).toHaveLength(0);
  });

  test('a signal that fires during the back-off ends the request', async () => {
    const abort = new AbortController();
    const { transport, seen } = await given([
      (response, one) => {
        abort.abort();
        return busy(response, one);
      },
    ]);
    await expect(transport.request('GET', '/', { signal: abort.signal })).rejects.toThrow(
      AbortedError,
    );
    expect(seen).toHaveLength(1);
  });
});

describe('errors', () => {
  test('hold everything a problem+json says', async () => {
    const errors = [{ pointer: '/email', code: 'invalid_format', message: 'no es un correo' }];
    const problem = {
      title: 'Hay campos por corregir',
      status: 422,
      detail: 'email: no es un correo',
      code: 'validation_failed',
      param: 'email',
      errors,
      request_id: 'req_1',
    };
    const { transport } = await given([json(422, problem)]);
    const failure = transport.request('POST', '/');
    await expect(failure).rejects.toThrow(ValidationError);
    await expect(failure).rejects.toMatchObject({
      status: 422,
      code: 'validation_failed',
      title: 'Hay campos por corregir',
      detail: 'email: no es un correo',
      message: 'email: no es un correo',
      param: 'email',
      errors,
      requestId: 'req_1',
    });
  });

  test.each<[string, Answer, object]>([
    [
      "a proxy's page",
      (response) =>
        void response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>nginx</h1>'),
      { code: 'http_404', detail: undefined, title: 'HTTP 404' },
    ],
    [
      'plain text',
      (response) => void response.writeHead(404).end('no such host '),
      { code: 'http_404', detail: 'no such host' },
    ],
    [
      'cut JSON',
      (r) => void r.writeHead(404, { 'content-type': 'application/json' }).end('{"a'),
      {
        code: 'http_404',
      },
    ],
    ['JSON of another shape', json(404, ['x']), { code: 'http_404', errors: [] }],
    [
      'members of the wrong type',
      json(404, { code: 7, errors: 'x', title: null }),
      {
        code: 'http_404',
        errors: [],
        title: 'HTTP 404',
      },
    ],
    [
      'nothing but a request id',
      json(404, {}, { 'request-id': 'req_9' }),
      {
        requestId: 'req_9',
      },
    ],
  ])('are made of %s too', async (_name, answer, expected) => {
    const { transport } = await given([answer]);
    const failure = transport.request('GET', '/');
    await expect(failure).rejects.toThrow(NotFoundError);
    await expect(failure).rejects.toMatchObject(expected);
  });

  test('of a refused connection keep their cause', async () => {
    const { transport } = await given([ok], { maxRetries: 0 });
    await server?.close();
    const failure = transport.request('GET', '/');
    await expect(failure).rejects.toThrow(ConnectionError);
    await expect(failure).rejects.toHaveProperty('cause');
  });

  test('of a status without a class of its own are still API errors', async () => {
    const { transport } = await given([json(409, { code: 'conflict' }), json(418, {})]);
    await expect(transport.request('GET', '/')).rejects.toThrow(ConflictError);
    await expect(transport.request('GET', '/')).rejects.toMatchObject({ status: 418 });
  });
});
