import { limits, ProviderError, type Clock } from '@alo/core/kernel';
import type { LlmMessage, LlmProvider, LlmTool, ToolCall } from '@alo/core/ports';
import { createChunker } from './chunker.ts';
import { createRound, type Round } from './conversation.ts';
import type { Toolbox } from './tools.ts';

/** Silence of the model after which it is taken for lost; fillers bridge it. */
const FIRST_DELTA_TIMEOUT_MS = 4_000;
const NEXT_DELTA_TIMEOUT_MS = 3_000;
const MAX_TOKENS = 400;
/** What a model may ask for at once. */
const CALLS_MAX = 6;

export interface ReplyDeps {
  readonly llm: LlmProvider;
  readonly toolbox: Toolbox;
  readonly clock: Clock;
  /** Resolves once the caller has surely finished: before that nothing is done to the world. */
  readonly confirmed: Promise<void>;
  /** A clause to be spoken, as soon as it is complete. */
  onClause(clause: string): void;
  onFirstToken(): void;
  /** The model has called tools. */
  onRound(round: Round): void;
  onToolCalled(call: ToolCall): void;
  onToolFinished(call: ToolCall, elapsedMs: number): void;
}

export interface Reply {
  /** Whether anything was given to be spoken. */
  readonly spoke: boolean;
  readonly endCall: boolean;
}

/**
 * One answer: model → clauses, with tool rounds in between. Throws the signal's reason when it is
 * aborted and ProviderError when the model fails; clauses already given stay given.
 */
export async function runReply(
  messages: readonly LlmMessage[],
  deps: ReplyDeps,
  signal: AbortSignal,
): Promise<Reply> {
  const chunker = createChunker();
  const transcript: LlmMessage[] = [...messages];
  let spoke = false;
  let endCall = false;
  const say = (clauses: readonly string[]) => {
    for (const clause of clauses) {
      spoke = true;
      deps.onClause(clause);
    }
  };

  for (let round = 0; round <= limits.call.toolRoundsMax && !endCall; round++) {
    // In the last round the model must talk: without tools it cannot ask for another.
    const offered = round < limits.call.toolRoundsMax ? deps.toolbox.definitions : [];
    const { text, calls } = await readRound(
      { messages: transcript, tools: offered },
      deps,
      signal,
      (delta) => say(chunker.push(delta)),
    );
    if (calls.length === 0) break;
    say(chunker.flush());
    const asked = createRound(calls.slice(0, CALLS_MAX));
    endCall = await runRound(asked, deps, signal);
    transcript.push(...asked.messages(text));
  }
  say(chunker.flush());
  return { spoke, endCall };
}

/** Runs what the model asked for: reads beside one another, writes one after the other. Whether the call is to end. */
async function runRound(round: Round, deps: ReplyDeps, signal: AbortSignal): Promise<boolean> {
  const { toolbox, clock } = deps;
  let written: Promise<unknown> = Promise.resolve();
  let endCall = false;

  const run = async (call: ToolCall) => {
    deps.onToolCalled(call);
    const startedMs = clock.monotonicMs();
    const outcome = await toolbox.run(call, signal, (late) => round.settle(call.id, late));
    deps.onToolFinished(call, clock.monotonicMs() - startedMs);
    if (outcome.endCall) endCall = true;
    else round.settle(call.id, outcome.result);
  };

  if (!round.calls.every((call) => toolbox.isHarmless(call.name)))
    await unlessAborted(deps.confirmed, signal);
  deps.onRound(round);
  await Promise.all(
    round.calls.map((call) => {
      if (toolbox.isHarmless(call.name)) return run(call);
      const running = written.then(() => run(call));
      written = running.catch(() => undefined);
      return running;
    }),
  );
  return endCall;
}

/** The promise, or the signal's reason. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function readRound(
  request: { messages: readonly LlmMessage[]; tools: readonly LlmTool[] },
  deps: ReplyDeps,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<{ text: string; calls: ToolCall[] }> {
  const stalled = new AbortController();
  const watch = (ms: number) =>
    deps.clock.setTimer(ms, () =>
      stalled.abort(new ProviderError(deps.llm.name, 'timeout', `nothing for ${ms} ms`)),
    );
  let cancelWatch = watch(FIRST_DELTA_TIMEOUT_MS);
  let text = '';
  const calls: ToolCall[] = [];
  try {
    const deltas = deps.llm.stream(
      {
        messages: request.messages,
        maxTokens: MAX_TOKENS,
        ...(request.tools.length ? { tools: request.tools } : {}),
      },
      AbortSignal.any([signal, stalled.signal]),
    );
    for await (const delta of deltas) {
      cancelWatch();
      if (delta.type === 'done') break;
      cancelWatch = watch(NEXT_DELTA_TIMEOUT_MS);
      if (delta.type === 'tool_call') calls.push(delta.call);
      else {
        deps.onFirstToken();
        text += delta.text;
        onText(delta.text);
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (stalled.signal.aborted) throw stalled.signal.reason;
    throw error;
  } finally {
    cancelWatch();
  }
  signal.throwIfAborted();
  return { text, calls };
}
