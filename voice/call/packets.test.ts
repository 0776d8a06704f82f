import { expect, it } from 'vitest';
import { createPackets } from './packets.ts';

function setUp() {
  const sent: number[][] = [];
  const packets = createPackets((audio) => void sent.push([...audio]));
  return { sent, packets };
}
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

it('sends together what comes in one turn of the event loop, and then what comes in the next', async () => {
  const { sent, packets } = setUp();
  packets.push(Uint8Array.of(1, 2));
  packets.push(Uint8Array.of(3, 4));
  expect(sent).toEqual([]);
  await nextTurn();
  packets.push(Uint8Array.of(5, 6));
  await nextTurn();
  expect(sent).toEqual([
    [1, 2, 3, 4],
    [5, 6],
  ]);
});

it('sends at once, and once, what something follows; never what has been dropped', async () => {
  const { sent, packets } = setUp();
  packets.push(Uint8Array.of(1));
  packets.flush();
  expect(sent).toEqual([[1]]);
  packets.push(Uint8Array.of(2));
  packets.drop();
  packets.push(Uint8Array.of(3));
  await nextTurn();
  expect(sent).toEqual([[1], [3]]);
});
