import type { Clock } from '@alo/core/kernel';
import type { LlmProvider, ToolCall } from '@alo/core/ports';
import { createRound, type Conversation, type Round } from './conversation.ts';
import type { Lookups } from './lookup.ts';
import { runReply, unlessAborted, type Reply } from './reply.ts';
import type { Speech } from './speech.ts';
import { SEARCH_TOOL, type Toolbox } from './tools.ts';

export interface AnswerDeps {
  readonly llm: LlmProvider;
  readonly toolbox: Toolbox;
  readonly lookups: Lookups;
  readonly conversation: Conversation;
  readonly speech: Speech;
  readonly clock: Clock;
  readonly callSignal: AbortSignal;
  onFirstToken(generation: number): void;
  /** Told once the answer is confirmed, in the order in which it happened. */
  onToolCalled(generation: number, call: ToolCall, lookedUpAhead: boolean): void;
  onToolFinished(generation: number, call: ToolCall, elapsedMs: number): void;
  onCompleted(generation: number, reply: Reply): void;
  onFailed(generation: number, error: unknown, spoke: boolean): void;
}

/** The answer to one turn of the caller, from being prepared to being given away or spoken. */
export interface Answer {
  readonly generation: number;
  /** It failed before it was confirmed. */
  readonly failed: boolean;
  /** The caller has finished, and this is how it is written now: the answer may be heard, known of, and act. */
  confirm(text: string): void;
  /** Stops the model. Nothing of it comes after this. */
  abort(): void;
}

/**
 * Begins to answer `text`. Until it is confirmed, nothing is heard of the answer, nothing is
 * remembered or reported, and no tool that changes the world runs.
 */
export function startAnswer(deps: AnswerDeps, generation: number, text: string): Answer {
  const { conversation, speech } = deps;
  const abort = new AbortController();
  const signal = AbortSignal.any([deps.callSignal, abort.signal]);
  const gate = Promise.withResolvers<void>();
  let confirmed = false;
  let spoke = false;
  let failed = false;
  /** What is to be told once it is certain. */
  let untold: (() => void)[] = [];

  const tell = (fact: () => void) => {
    if (confirmed) fact();
    else untold.push(fact);
  };

  async function messages() {
    const found = await deps.lookups.take(text, signal);
    signal.throwIfAborted();
    const said = conversation.messages(confirmed ? undefined : text);
    if (!found) return said;
    const call: ToolCall = {
      id: `lookup_${generation}`,
      name: SEARCH_TOOL,
      arguments: JSON.stringify({ query: found.query }),
    };
    const round = createRound([call]);
    round.settle(call.id, JSON.stringify({ results: found.results }));
    remember(round);
    tell(() => deps.onToolCalled(generation, call, true));
    return [...said, ...round.messages()];
  }

  const remember = (round: Round) => tell(() => conversation.add(round));

  async function prepare(): Promise<Reply> {
    const reply = await runReply(
      await messages(),
      {
        llm: deps.llm,
        toolbox: deps.toolbox,
        clock: deps.clock,
        confirmed: gate.promise,
        onClause(clause) {
          spoke = true;
          speech.say(generation, clause);
        },
        onFirstToken: () => deps.onFirstToken(generation),
        onRound: remember,
        onToolCalled: (call) => tell(() => deps.onToolCalled(generation, call, false)),
        onToolFinished: (call, elapsedMs) =>
          tell(() => deps.onToolFinished(generation, call, elapsedMs)),
      },
      signal,
    );
    speech.complete(generation);
    return reply;
  }

  async function run(): Promise<void> {
    try {
      const reply = await prepare();
      await unlessAborted(gate.promise, signal);
      deps.onCompleted(generation, reply);
    } catch (error) {
      if (signal.aborted) return;
      // What nobody has asked for yet may fail: they get another try.
      if (confirmed) deps.onFailed(generation, error, spoke);
      else failed = true;
    }
  }

  void run();
  return {
    generation,
    get failed() {
      return failed;
    },
    confirm(whole) {
      if (confirmed) return;
      conversation.ask(whole);
      confirmed = true;
      const facts = untold;
      untold = [];
      for (const fact of facts) fact();
      speech.release(generation);
      gate.resolve();
    },
    abort: () => abort.abort(),
  };
}
