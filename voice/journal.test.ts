import { describe, expect, it } from 'vitest';
import type { CallRecords } from '@alo/core/calls';
import { createLog, createVirtualClock, newId, type Id } from '@alo/core/kernel';
import { createHeartbeat } from './heartbeat.ts';
import { createJournal } from './journal.ts';

const said = (text: string) => ({ type: 'caller.said' as const, atMs: 1, data: { text } });
const call = () => ({ callId: newId('call'), orgId: newId('org') });

function setUp(options: { bad?: Id<'call'> } = {}) {
  const clock = createVirtualClock();
  const errors: string[] = [];
  const log = createLog({
    level: 'error',
    destination: { write: (line) => void errors.push(JSON.parse(line).msg) },
  });
  /** The texts of each transaction, by call. */
  const written: Record<string, unknown[]>[] = [];
  let gate: Promise<void> = Promise.resolve();
  const runtime = {
    async keep(records: readonly CallRecords[]) {
      await gate;
      if (records.some(({ callId }) => callId === options.bad)) throw new Error('no');
      written.push(
        Object.fromEntries(
          records.map((of) => [of.callId, of.events.map(({ data }) => data.text)]),
        ),
      );
    },
  };
  const journal = createJournal({ runtime, clock, log });
  return { clock, errors, written, journal, hold: (until: Promise<void>) => (gate = until) };
}

describe('the journal', () => {
  it('writes what gathers in many calls as one transaction, each call in its order', async () => {
    const { clock, journal, written } = setUp();
    const [a, b] = [call(), call()];
    journal.of(a).event(said('1'));
    journal.of(b).event(said('2'));
    journal.of(a).event(said('3'));
    expect(written).toEqual([]);
    await clock.advance(100);
    expect(written).toEqual([{ [a.callId]: ['1', '3'], [b.callId]: ['2'] }]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('writes once a second however much happens, and almost at once after a quiet one', async () => {
    const { clock, journal, written } = setUp();
    const a = call();
    for (let ms = 0; ms < 3_000; ms += 50) {
      journal.of(a).event(said(String(ms)));
      await clock.advance(50);
    }
    expect(written).toHaveLength(3);
    await clock.advance(2_000);
    expect(written).toHaveLength(4);
    journal.of(a).event(said('after a pause'));
    await clock.advance(100);
    expect(written.at(-1)).toEqual({ [a.callId]: ['after a pause'] });
    expect(clock.pendingTimers).toBe(0);
  });

  it('gathers on while it writes, and never writes twice at a time', async () => {
    const { clock, journal, written, hold } = setUp();
    const a = call();
    const gate = Promise.withResolvers<void>();
    hold(gate.promise);
    journal.of(a).event(said('1'));
    await clock.advance(100);
    journal.of(a).event(said('2'));
    await clock.advance(1_000);
    expect(written).toEqual([]);
    gate.resolve();
    await clock.advance(100);
    expect(written).toEqual([{ [a.callId]: ['1'] }, { [a.callId]: ['2'] }]);
  });

  it('drains one call without waiting for the others to gather', async () => {
    const { journal, written, clock } = setUp();
    const a = call();
    journal.of(a).event(said('1'));
    await journal.of(a).drain();
    expect(written).toEqual([{ [a.callId]: ['1'] }]);
    await journal.of(a).drain();
    expect(written).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('loses nothing of the others when one call cannot be written, and says what was lost', async () => {
    const [good, bad] = [call(), call()];
    const { journal, written, errors } = setUp({ bad: bad.callId });
    journal.of(bad).event(said('x'));
    journal.of(good).event(said('1'));
    await journal.of(good).drain();
    expect(written).toEqual([{ [good.callId]: ['1'] }]);
    expect(errors).toEqual(['journal not written']);
  });
});

describe('the heartbeat', () => {
  it('beats once for all calls, survives a failure, and stops with the last call', async () => {
    const clock = createVirtualClock();
    const beats: (readonly string[])[] = [];
    const runtime = {
      async heartbeat(ids: readonly string[]) {
        beats.push(ids);
        if (beats.length === 1) throw new Error('no');
      },
    };
    const heartbeat = createHeartbeat({ runtime, clock, log: createLog({ level: 'silent' }) });
    const [a, b] = [newId('call'), newId('call')];
    const endA = heartbeat.add(a);
    const endB = heartbeat.add(b);
    await clock.advance(2_000);
    endA();
    await clock.advance(2_000);
    endB();
    expect(clock.pendingTimers).toBe(0);
    expect(beats).toEqual([[a, b], [b]]);
  });
});
