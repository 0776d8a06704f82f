import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '@alo/core/kernel';
import { createToolbox, type CallTool, type ToolDeps } from './tools.ts';

const never = new AbortController().signal;
const call = (name: string, args: unknown) => ({
  id: 'c1',
  name,
  arguments: typeof args === 'string' ? args : JSON.stringify(args),
});

function setup(run: CallTool['run'], deps: Partial<ToolDeps> = {}) {
  const clock = createVirtualClock();
  const book: CallTool = {
    definition: { name: 'book', description: 'Books', parameters: {} },
    effect: 'write',
    run,
  };
  const toolbox = createToolbox(
    { searchKnowledge: async () => [], more: [book], ...deps },
    clock,
    new AbortController().signal,
  );
  const late: string[] = [];
  return {
    clock,
    toolbox,
    late,
    run: (name: string, args: unknown, signal = never) =>
      toolbox.run(call(name, args), signal, (result) => late.push(result)),
  };
}

describe('a tool', () => {
  it.each([
    ['no JSON', 'search_knowledge', '{"query":'],
    ['no object', 'search_knowledge', '7'],
    ['null', 'search_knowledge', 'null'],
    ['another shape', 'search_knowledge', { question: 'pan' }],
    ['an empty query', 'search_knowledge', { query: '' }],
    ['a query beyond the bound', 'search_knowledge', { query: 'x'.repeat(501) }],
    ['a tool that does not exist', 'transfer_funds', {}],
  ])('given %s answers with an error the model can read', async (_, name, args) => {
    const outcome = await setup(async () => 1).run(name, args);
    expect(outcome).toMatchObject({ endCall: false, result: expect.stringContaining('"error"') });
  });

  it('that fails is not available, whatever it threw', async () => {
    const { run } = setup(async () => 1, {
      searchKnowledge: () => Promise.reject(new Error('db password is hunter2')),
    });
    const outcome = await run('search_knowledge', { query: 'pan' });
    expect(outcome).toEqual({
      endCall: false,
      result: '{"error":"it is not available right now"}',
    });
  });

  it('that takes too long is given up, and its search is stopped', async () => {
    let stopped = false;
    const { clock, run } = setup(async () => 1, {
      searchKnowledge: (_query, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            stopped = true;
            reject(signal.reason);
          }),
        ),
    });
    const outcome = run('search_knowledge', { query: 'pan' });
    await clock.advance(5_000);
    expect(await outcome).toMatchObject({ result: '{"error":"it takes too long"}' });
    expect([stopped, clock.pendingTimers]).toEqual([true, 0]);
  });

  it('that reads may run before the caller has finished; one that writes, and the end of the call, may not', () => {
    const { toolbox } = setup(async () => 1);
    const harmless = ['search_knowledge', 'book', 'end_call', 'unknown'].map((name) =>
      toolbox.isHarmless(name),
    );
    expect(harmless).toEqual([true, false, false, false]);
  });
});

describe('a tool that changes the world', () => {
  it('runs once for the same arguments in a call, in whatever order they come', async () => {
    let runs = 0;
    const { run } = setup(async () => ({ booking: ++runs }));
    const first = await run('book', { day: 'lunes', hour: 3 });
    expect(await run('book', { hour: 3, day: 'lunes' })).toEqual(first);
    expect(runs).toBe(1);
    await run('book', { hour: 4, day: 'lunes' });
    expect(runs).toBe(2);
  });

  it('may be tried again after it has failed for certain, with the same key', async () => {
    const keys: string[] = [];
    const { run } = setup(async (_input, { key }) => {
      keys.push(key);
      if (keys.length === 1) throw new Error('refused');
      return 'ok';
    });
    expect(await run('book', { hour: 3 })).toMatchObject({
      result: '{"error":"it is not available right now"}',
    });
    expect(await run('book', { hour: 3 })).toMatchObject({ result: '"ok"' });
    expect(keys[0]).toBe(keys[1]);
  });

  it('goes on when the caller cuts in, and its result comes late', async () => {
    const clock = createVirtualClock();
    const turn = new AbortController();
    let stopped = false;
    const { run, late } = setup(async (_input, { signal }) => {
      signal.addEventListener('abort', () => (stopped = true));
      await clock.sleep(1_000);
      return 'booked';
    });
    const running = run('book', { hour: 3 }, turn.signal);
    turn.abort(new Error('barge-in'));
    await expect(running).rejects.toThrow('barge-in');
    expect(late).toEqual([]);
    await clock.advance(1_000);
    expect([late, stopped]).toEqual([['"booked"'], false]);
  });

  it('that takes too long leaves open whether it was done, until it is known', async () => {
    const clock = createVirtualClock();
    const toolClock = setup(async () => {
      await clock.sleep(1_000);
      return 'booked';
    });
    const running = toolClock.run('book', { hour: 3 });
    await toolClock.clock.advance(10_000);
    expect(await running).toMatchObject({ result: expect.stringContaining('unknown') });
    await clock.advance(1_000);
    expect(toolClock.late).toEqual(['"booked"']);
  });
});
