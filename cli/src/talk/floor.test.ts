import type { CallEvent } from '@alo/sdk';
import { describe, expect, it } from 'vitest';
import { floorAfter, isFree, newFloor, writtenOn, type Floor } from './floor.ts';

const after = (floor: Floor, ...types: string[]) =>
  types
    .map((type) => ({ type, position: 0, at_ms: 0, data: {} }) as unknown as CallEvent)
    .reduce(floorAfter, floor);
const free = after(newFloor, 'call.started', 'agent.speaking', 'turn.completed');

describe('the floor', () => {
  it("is the agent's until it has greeted", () => {
    expect(isFree(after(newFloor, 'call.started', 'agent.speaking'))).toBe(false);
    expect(isFree(free)).toBe(true);
  });

  it('is free again when the line has been answered to the end', () => {
    const written = writtenOn(free);
    expect(isFree(written)).toBe(false);
    expect(isFree(after(written, 'caller.said', 'agent.speaking'))).toBe(false);
    expect(isFree(after(written, 'caller.said', 'agent.speaking', 'turn.completed'))).toBe(true);
  });

  it('does not take what the line cut short for its answer', () => {
    const written = writtenOn(free);
    expect(isFree(after(written, 'turn.completed', 'caller.said'))).toBe(false);
  });

  it('does not wait for an agent that a person has silenced', () => {
    const operated = after(writtenOn(free), 'caller.said', 'operator.took_over');
    expect(isFree(operated)).toBe(true);
    expect(isFree(after(writtenOn(operated), 'caller.said'))).toBe(true);
    const back = after(operated, 'operator.handed_back');
    expect(isFree(after(writtenOn(back), 'caller.said'))).toBe(false);
  });

  it('is free when the call is over: nobody waits for ever', () => {
    expect(isFree(after(writtenOn(free), 'call.ended'))).toBe(true);
  });
});
