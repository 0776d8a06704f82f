import { expect, test } from 'vitest';
import { InvariantError } from './assert.ts';
import { createChannel } from './channel.ts';

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

test('delivers in order what was pushed before and during the reading', async () => {
  const channel = createChannel<number>();
  channel.push(1);
  channel.push(2);
  const read = collect(channel);
  await Promise.resolve();
  channel.push(3);
  channel.end();
  channel.push(4);
  expect(await read).toEqual([1, 2, 3]);
});

test('what waits is delivered before the end and before the error', async () => {
  const channel = createChannel<string>();
  channel.push('a');
  channel.end(new Error('broken'));
  const seen: string[] = [];
  await expect(
    (async () => {
      for await (const value of channel) seen.push(value);
    })(),
  ).rejects.toThrow('broken');
  expect(seen).toEqual(['a']);
});

test('the first end counts', async () => {
  const channel = createChannel<string>();
  channel.end();
  channel.end(new Error('too late'));
  expect(await collect(channel)).toEqual([]);
});

test('an error reaches a reader that is already waiting', async () => {
  const channel = createChannel<string>();
  const read = collect(channel);
  channel.end(new Error('broken'));
  await expect(read).rejects.toThrow('broken');
});

test('a reader that leaves ends the channel and frees what waits', async () => {
  const channel = createChannel<number>();
  for (let i = 0; i < 5; i++) channel.push(i);
  for await (const value of channel) if (value === 1) break;
  channel.push(9);
  expect(channel.size).toBe(0);
});

test('a reader too far behind gets the waiting values and then the reason', async () => {
  const channel = createChannel<number>({ capacity: 3 });
  for (let i = 0; i < 10; i++) channel.push(i);
  const seen: number[] = [];
  await expect(
    (async () => {
      for await (const value of channel) seen.push(value);
    })(),
  ).rejects.toBeInstanceOf(InvariantError);
  expect(seen).toEqual([0, 1, 2]);
});

test('a second reader is refused', () => {
  const channel = createChannel<number>();
  channel[Symbol.asyncIterator]();
  expect(() => channel[Symbol.asyncIterator]()).toThrow(InvariantError);
});

test('thousands of waiting values come out whole', async () => {
  const channel = createChannel<number>();
  const sent = Array.from({ length: 9_000 }, (_, i) => i);
  for (const value of sent) channel.push(value);
  channel.end();
  expect(await collect(channel)).toEqual(sent);
});
