import { z } from 'zod';
import type { Clock } from '@alo/core/kernel';
import type { LlmTool, ToolCall } from '@alo/core/ports';

const READ_TIMEOUT_MS = 5_000;
const WRITE_TIMEOUT_MS = 10_000;

/** Something the agent can do during a call besides talk. */
export interface CallTool {
  readonly definition: LlmTool;
  /**
   * `read`: may run before the caller has finished, more than once, and is given up with its reply.
   * `write`: changes the world. It runs after the caller has finished, once for the same arguments in
   * a call, and to its end whatever the caller says meanwhile.
   */
  readonly effect: 'read' | 'write';
  readonly timeoutMs?: number;
  /**
   * `input`: what the model gave, not validated. `key`: the same for every attempt at the same thing.
   * The result is told to the model as JSON; an error becomes "it failed".
   */
  run(
    input: unknown,
    context: { readonly signal: AbortSignal; readonly key: string },
  ): Promise<unknown>;
}

export interface KnowledgeResult {
  readonly text: string;
  readonly source: string;
}

export interface ToolDeps {
  searchKnowledge(query: string, signal: AbortSignal): Promise<readonly KnowledgeResult[]>;
  /** Tools of this call beyond those that every call has. */
  readonly more?: readonly CallTool[];
}

export type ToolOutcome =
  | { readonly endCall: true }
  | { readonly endCall: false; readonly result: string };

/** The tools of one call. */
export interface Toolbox {
  readonly definitions: readonly LlmTool[];
  /** Whether a call may run before it is sure that the caller has finished. */
  isHarmless(name: string): boolean;
  /**
   * Runs one tool call. What goes wrong becomes a result the model can speak about; an abort throws.
   * `onLate` gets the result of a write that went on after the abort or the time limit.
   */
  run(call: ToolCall, signal: AbortSignal, onLate: (result: string) => void): Promise<ToolOutcome>;
}

export const SEARCH_TOOL = 'search_knowledge';

const searchDefinition: LlmTool = {
  name: SEARCH_TOOL,
  description:
    "Searches the business's own documents (menus, price lists, policies). Use it before stating any price, product, " +
    'service, condition or availability that is not in these instructions.',
  parameters: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'What to look for, in the words of the documents' },
    },
    required: ['query'],
    additionalProperties: false,
  },
};

const endCallDefinition: LlmTool = {
  name: 'end_call',
  description:
    'Ends the phone call. Use it once the caller needs nothing more and you have said goodbye.',
  parameters: {
    type: 'object',
    properties: { reason: { type: 'string', description: 'Why the call ends, in a few words' } },
    required: ['reason'],
    additionalProperties: false,
  },
};

const searchArguments = z.object({ query: z.string().min(1).max(500) });

function searchTool(deps: ToolDeps): CallTool {
  return {
    definition: searchDefinition,
    effect: 'read',
    async run(input, { signal }) {
      const query = searchArguments.safeParse(input);
      if (!query.success) return { error: 'the arguments must be {"query": "…"}' };
      return { results: await deps.searchKnowledge(query.data.query, signal) };
    },
  };
}

/** @param callSignal ends with the call. */
export function createToolbox(deps: ToolDeps, clock: Clock, callSignal: AbortSignal): Toolbox {
  const tools = new Map(
    [searchTool(deps), ...(deps.more ?? [])].map((tool) => [tool.definition.name, tool]),
  );
  /** Writes begun in this call, by what they do. */
  const begun = new Map<string, Promise<string>>();

  function write(tool: CallTool, key: string, input: unknown): Promise<string> {
    const running = begun.get(key);
    if (running) return running;
    const started = tool.run(input, { signal: callSignal, key }).then(resultOf);
    begun.set(key, started);
    // What has failed for certain may be tried again.
    started.catch(() => begun.delete(key));
    return started;
  }

  async function runTool(
    tool: CallTool,
    call: ToolCall,
    signal: AbortSignal,
    onLate: (result: string) => void,
  ): Promise<string> {
    const input = parseArguments(call.arguments);
    if (input === undefined) return failure('the arguments must be a JSON object');
    const key = `${call.name}:${canonical(input)}`;
    if (tool.effect === 'read') {
      const bounded = new AbortController();
      const run = tool.run(input, { signal: AbortSignal.any([signal, bounded.signal]), key });
      return within(run.then(resultOf), tool.timeoutMs ?? READ_TIMEOUT_MS, clock, signal).finally(
        () => bounded.abort(),
      );
    }
    const running = write(tool, key, input);
    let settled = false;
    const done = running.then((result) => {
      settled = true;
      return result;
    });
    try {
      return await within(done, tool.timeoutMs ?? WRITE_TIMEOUT_MS, clock, signal);
    } finally {
      if (!settled) running.then(onLate, () => onLate(failure('it failed')));
    }
  }

  return {
    definitions: [...[...tools.values()].map((tool) => tool.definition), endCallDefinition],
    isHarmless: (name) => tools.get(name)?.effect === 'read',
    async run(call, signal, onLate) {
      if (call.name === endCallDefinition.name) return { endCall: true };
      const tool = tools.get(call.name);
      if (!tool) return { endCall: false, result: failure(`there is no tool called ${call.name}`) };
      try {
        return { endCall: false, result: await runTool(tool, call, signal, onLate) };
      } catch (error) {
        signal.throwIfAborted();
        const why =
          error instanceof ToolTimeout ? 'it takes too long' : 'it is not available right now';
        const unknown = tool.effect === 'write' && error instanceof ToolTimeout;
        return {
          endCall: false,
          result: failure(unknown ? `${why}; whether it was done is unknown` : why),
        };
      }
    },
  };
}

class ToolTimeout extends Error {
  override readonly name = 'ToolTimeout';
}

/** The promise, or a ToolTimeout after `ms`, or the signal's reason. */
async function within<T>(
  promise: Promise<T>,
  ms: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<T> {
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const cancelTimer = clock.setTimer(ms, () => reject(new ToolTimeout()));
  try {
    return await Promise.race([promise, cut]);
  } finally {
    cancelTimer();
    signal.removeEventListener('abort', onAbort);
  }
}

function parseArguments(text: string): object | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** The same text for the same value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, nested: unknown) =>
    typeof nested === 'object' && nested !== null && !Array.isArray(nested)
      ? Object.fromEntries(Object.entries(nested).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : nested,
  );
}

const resultOf = (value: unknown) => JSON.stringify(value ?? null);

const failure = (error: string) => JSON.stringify({ error });
