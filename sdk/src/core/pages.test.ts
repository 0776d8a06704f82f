import { afterEach, expect, test } from 'vitest';
import { listOf } from './pages.ts';
import { collect, json, startTestServer, transportTo, type TestServer } from './testing.ts';

let server: TestServer | undefined;
afterEach(() => server?.close());

const first = json(200, { data: [1, 2], has_more: true, next_cursor: 'c2' });
const second = json(200, { data: [3], has_more: false, next_cursor: null });

test('a list may be iterated before it is awaited, through all its pages', async () => {
  server = await startTestServer(first, second);
  const { transport } = transportTo(server);
  const items: number[] = [];
  for await (const item of listOf<number>(transport, '/v1/things', { limit: 2 })) items.push(item);
  expect(items).toEqual([1, 2, 3]);
  expect(server.seen.map((one) => one.url)).toEqual([
    '/v1/things?limit=2',
    '/v1/things?limit=2&cursor=c2',
  ]);
});

test('awaited, it is its first page, which knows the next', async () => {
  server = await startTestServer(first, second);
  const page = await listOf<number>(transportTo(server).transport, '/v1/things');
  expect(page).toMatchObject({ data: [1, 2], has_more: true });
  const next = await page.nextPage();
  expect(next?.data).toEqual([3]);
  expect(await next?.nextPage()).toBeNull();
});

test('nothing is asked for until somebody wants the list, and then once', async () => {
  server = await startTestServer(second);
  const list = listOf<number>(transportTo(server).transport, '/v1/things');
  expect(server.seen).toHaveLength(0);
  await list;
  await list;
  expect(server.seen).toHaveLength(1);
});

test('leaving the loop early asks for no more pages', async () => {
  server = await startTestServer(first, second);
  for await (const _item of listOf<number>(transportTo(server).transport, '/v1/things')) break;
  expect(server.seen).toHaveLength(1);
});

test('a server that repeats its cursor is not followed for ever', async () => {
  server = await startTestServer(first);
  const list = listOf<number>(transportTo(server).transport, '/v1/things');
  await expect(collect(list)).rejects.toThrow('same cursor');
});

test('a failure reaches whoever awaits or iterates', async () => {
  server = await startTestServer(json(404, { code: 'not_found' }));
  const { transport } = transportTo(server);
  await expect(Promise.resolve(listOf(transport, '/v1/x'))).rejects.toMatchObject({ status: 404 });
  await expect(collect(listOf(transport, '/v1/x'))).rejects.toMatchObject({ status: 404 });
});
