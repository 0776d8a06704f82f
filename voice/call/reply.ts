import { limits, ProviderError, type Clock } from '@alo/core/kernel';
import type { LlmMessage, LlmProvider, ToolCall } from '@alo/core/ports';
import { createChunker } from './chunker.ts';
import { runTool, tools, type ToolDeps } from './tools.ts';

/** Silence of the model that a caller can still take for thinking. */
const FIRST_DELTA_TIMEOUT_MS = 4_000;
const NEXT_DELTA_TIMEOUT_MS = 3_000;
const MAX_TOKENS = 400;

export interface ReplyDeps {
  readonly llm: LlmProvider;
  readonly toolDeps: ToolDeps;
  readonly clock: Clock;
  /** A clause to be spoken, as soon as it is complete. */
  onClause(clause: string): void;
  onFirstToken(): void;
  onToolCalled(call: ToolCall): void;
  onToolFinished(call: ToolCall, elapsedMs: number): void;
}

export interface Reply {
  /** Whether anything was given to be spoken. */
  readonly spoke: boolean;
  readonly endCall: boolean;
  readonly toolCalls: readonly ToolCall[];
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
  const called: ToolCall[] = [];
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
    const offered = round < limits.call.toolRoundsMax ? tools : [];
    const { text, calls } = await readRound(
      { messages: transcript, tools: offered },
      deps,
      signal,
      (delta) => say(chunker.push(delta)),
    );
    if (calls.length === 0) break;
    transcript.push({ role: 'assistant', content: text, toolCalls: calls });
    say(chunker.flush());
    for (const call of calls) {
      called.push(call);
      deps.onToolCalled(call);
      const startedMs = deps.clock.monotonicMs();
      const outcome = await runTool(call, deps.toolDeps, signal);
      deps.onToolFinished(call, deps.clock.monotonicMs() - startedMs);
      if (outcome.endCall) endCall = true;
      else transcript.push({ role: 'tool', toolCallId: call.id, content: outcome.result });
    }
  }
  say(chunker.flush());
  return { spoke, endCall, toolCalls: called };
}

async function readRound(
  request: { messages: readonly LlmMessage[]; tools: typeof tools },
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
      deps.onFirstToken();
      if (delta.type === 'tool_call') calls.push(delta.call);
      else {
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
  return { text, calls };
}
