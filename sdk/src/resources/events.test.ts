import { afterEach, expect, test } from 'vitest';
import { ConnectionError, NotFoundError } from '../core/errors.ts';
import {
  json,
  startTestServer,
  transportTo,
  type Answer,
  type TestServer,
} from '../core/testing.ts';
import { eventsResource } from './events.ts';

let server: TestServer | undefined;
afterEach(() => server?.close());

const opened = (id: string) =>
  `id: ${id}\nevent: stream.opened\ndata: {"type":"stream.opened","cursor":"${id}"}\n\n`;
const event = (id: string) =>
  `id: ${id}\nevent: call.ended\ndata: {"id":"${id}","type":"call.ended"}\n\n`;

function stream(text: string, after: 'end' | 'drop' = 'end'): Answer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await new Promise<void>((resolve) => response.write(`: open\n\n${text}`, () => resolve()));
    if (after === 'end') response.end();
    else setImmediate(() => response.destroy());
  };
}

async function given(...answers: Answer[]) {
  server = await startTestServer(...answers);
  return eventsResource(transportTo(server).transport);
}

test('a stream that ends or breaks off goes on behind the last event, for as long as one listens', async () => {
  const events = await given(
    stream(opened('evt_0')),
    stream(opened('evt_0') + event('evt_1')),
    stream(`: still here\n\n${opened('evt_1')}`, 'drop'),
    stream(opened('evt_1')),
    stream(opened('evt_1')),
    stream(opened('evt_1') + event('evt_2'), 'drop'),
    stream(opened('evt_2') + event('evt_3')),
  );
  let [opens, losses] = [0, 0];
  const seen: string[] = [];
  const live = events.stream(
    { types: ['call.*'] },
    { onOpen: () => (opens += 1), onLost: () => (losses += 1) },
  );
  for await (const one of live) {
    seen.push(one.id);
    if (one.id === 'evt_3') break;
  }
  expect(seen).toEqual(['evt_1', 'evt_2', 'evt_3']);
  expect([opens, losses]).toEqual([7, 2]);
  expect(server?.seen.map((request) => request.headers['last-event-id'])).toEqual([
    undefined,
    'evt_0',
    'evt_1',
    'evt_1',
    'evt_1',
    'evt_1',
    'evt_2',
  ]);
  expect(server?.seen[0]?.url).toBe('/v1/events/stream?types=call.*');
});

test('connections that cannot be made, again and again, end it with the reason', async () => {
  const events = await given((response) => void response.destroy());
  await expect(events.stream().next()).rejects.toThrow(ConnectionError);
  const refused = await given(json(404, { code: 'not_found' }));
  await expect(refused.stream().next()).rejects.toThrow(NotFoundError);
});
