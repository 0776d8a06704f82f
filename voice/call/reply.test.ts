import { describe, expect, it } from 'vitest';
import { createVirtualClock, limits, type VirtualClock } from '@alo/core/kernel';
import type { LlmDelta, LlmRequest, ToolCall } from '@alo/core/ports';
import type { Round } from './conversation.ts';
import { runReply } from './reply.ts';
import { createScriptedLlm, done, text, type Script } from './testing.ts';
import { createToolbox, type CallTool } from './tools.ts';

const never = new AbortController().signal;
let ids = 0;
const asks = (name: string, args: object): LlmDelta => ({
  type: 'tool_call',
  call: { id: `c${ids++}`, name, arguments: JSON.stringify(args) },
});
const resultsIn = ({ messages }: LlmRequest) =>
  messages.flatMap((message) => (message.role === 'tool' ? [message.content] : []));

/** Tools that take `ms` of what they are asked, and tell when they began and ended. */
function setUp(script: Script, confirmed: Promise<void> = Promise.resolve()) {
  const clock: VirtualClock = createVirtualClock();
  const log: string[] = [];
  const tool = (name: string, effect: CallTool['effect']): CallTool => ({
    definition: { name, description: name, parameters: {} },
    effect,
    async run(input, { signal }) {
      const { id, ms = 100, fails } = input as { id: string; ms?: number; fails?: boolean };
      log.push(`${id} begins at ${clock.monotonicMs()}`);
      await clock.sleep(ms, signal);
      log.push(`${id} ends at ${clock.monotonicMs()}`);
      if (fails) throw new Error('no');
      return id;
    },
  });
  const llm = createScriptedLlm(clock, script, { firstTokenMs: 0 });
  const rounds: Round[] = [];
  const called: ToolCall[] = [];
  const said: string[] = [];
  const reply = (signal = never) =>
    runReply(
      [{ role: 'user', content: 'hola' }],
      {
        llm,
        toolbox: createToolbox(
          { searchKnowledge: async () => [], more: [tool('look', 'read'), tool('book', 'write')] },
          clock,
          never,
        ),
        clock,
        confirmed,
        onClause: (clause) => said.push(clause.trim()),
        onFirstToken: () => undefined,
        onRound: (round) => rounds.push(round),
        onToolCalled: (call) => called.push(call),
        onToolFinished: () => undefined,
      },
      signal,
    );
  return { clock, log, llm, rounds, called, said, reply };
}

describe('tools that are asked for at once', () => {
  it('are run beside one another where they read, and told in the order they were asked for', async () => {
    const { clock, log, llm, reply } = setUp((request) =>
      resultsIn(request).length > 0
        ? [text('Hay pan y café.'), done]
        : [asks('look', { id: 'pan', ms: 300 }), asks('look', { id: 'café', ms: 100 }), done],
    );
    const replied = reply();
    await clock.advance(300);
    expect(await replied).toEqual({ spoke: true, endCall: false });
    expect(log).toEqual([
      'pan begins at 0',
      'café begins at 0',
      'café ends at 100',
      'pan ends at 300',
    ]);
    expect(resultsIn(llm.requests[1] ?? { messages: [] })).toEqual(['"pan"', '"café"']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('are run one after the other where they change the world, and the same thing once', async () => {
    const { clock, log, llm, reply } = setUp((request) =>
      resultsIn(request).length > 0
        ? [text('Quedaron.'), done]
        : [
            asks('book', { id: 'lunes' }),
            asks('look', { id: 'pan' }),
            asks('book', { id: 'martes' }),
            asks('book', { id: 'lunes' }),
            done,
          ],
    );
    const replied = reply();
    await clock.advance(200);
    await replied;
    expect(log.filter((line) => !line.startsWith('pan'))).toEqual([
      'lunes begins at 0',
      'lunes ends at 100',
      'martes begins at 100',
      'martes ends at 200',
    ]);
    expect(log).toContain('pan begins at 0');
    expect(resultsIn(llm.requests[1] ?? { messages: [] })).toEqual([
      '"lunes"',
      '"pan"',
      '"martes"',
      '"lunes"',
    ]);
  });

  it('do not suffer from one of them that fails, does not exist or takes too long', async () => {
    const { clock, llm, reply } = setUp((request) =>
      resultsIn(request).length > 0
        ? [text('Hay pan.'), done]
        : [
            asks('look', { id: 'leche', fails: true }),
            asks('fly', { id: 'x' }),
            asks('look', { id: 'lento', ms: 60_000 }),
            asks('look', { id: 'pan' }),
            done,
          ],
    );
    const replied = reply();
    await clock.advance(5_000);
    await replied;
    expect(resultsIn(llm.requests[1] ?? { messages: [] })).toEqual([
      '{"error":"it is not available right now"}',
      '{"error":"there is no tool called fly"}',
      '{"error":"it takes too long"}',
      '"pan"',
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('do nothing to the world before the caller has surely finished, and nothing after they went on', async () => {
    const { clock, log, reply } = setUp(
      () => [asks('look', { id: 'pan' }), asks('book', { id: 'lunes' }), done],
      new Promise(() => undefined),
    );
    const goesOn = new AbortController();
    const replied = reply(goesOn.signal);
    await clock.advance(1_000);
    goesOn.abort(new Error('they went on'));
    await expect(replied).rejects.toThrow('they went on');
    await clock.advance(10_000);
    expect(log).toEqual([]);
  });

  it('are so many at most, of one answer and of one round', async () => {
    const { clock, called, llm, said, reply } = setUp(({ tools }) =>
      tools
        ? [
            ...Array.from({ length: 50 }, (_, id) => asks('look', { id: `${ids}-${id}`, ms: 0 })),
            done,
          ]
        : [text('No lo encuentro.'), done],
    );
    const replied = reply();
    await clock.advance(1_000);
    await replied;
    expect(llm.requests).toHaveLength(limits.call.toolRoundsMax + 1);
    expect(called).toHaveLength(6 * limits.call.toolRoundsMax);
    // Every call that the model is told of has its result.
    for (const { messages } of llm.requests)
      expect(resultsIn({ messages }).length).toBe(
        messages.flatMap((each) => (each.role === 'assistant' ? (each.toolCalls ?? []) : []))
          .length,
      );
    expect(said).toEqual(['No lo encuentro.']);
  });
});
