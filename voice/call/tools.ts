import { z } from 'zod';
import type { LlmTool, ToolCall } from '@alo/core/ports';

/** What the agent can do during a call besides talk. */
export const tools: readonly LlmTool[] = [
  {
    name: 'search_knowledge',
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
  },
  {
    name: 'end_call',
    description:
      'Ends the phone call. Use it once the caller needs nothing more and you have said goodbye.',
    parameters: {
      type: 'object',
      properties: { reason: { type: 'string', description: 'Why the call ends, in a few words' } },
      required: ['reason'],
      additionalProperties: false,
    },
  },
];

export interface KnowledgeResult {
  readonly text: string;
  readonly source: string;
}

export interface ToolDeps {
  searchKnowledge(query: string, signal: AbortSignal): Promise<readonly KnowledgeResult[]>;
}

export type ToolOutcome =
  | { readonly endCall: true }
  | { readonly endCall: false; readonly result: string };

const searchArguments = z.object({ query: z.string().min(1).max(500) });

/** Runs one tool call. What goes wrong becomes a result the model can speak about; an abort throws. */
export async function runTool(
  call: ToolCall,
  deps: ToolDeps,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  switch (call.name) {
    case 'end_call':
      return { endCall: true };
    case 'search_knowledge': {
      const query = searchArguments.safeParse(parseArguments(call.arguments));
      if (!query.success) return failed('the arguments must be {"query": "…"}');
      try {
        const results = await deps.searchKnowledge(query.data.query, signal);
        return { endCall: false, result: JSON.stringify({ results }) };
      } catch {
        signal.throwIfAborted();
        return failed('the search is not available right now');
      }
    }
    default:
      return failed(`there is no tool called ${call.name}`);
  }
}

function parseArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(error: string): ToolOutcome {
  return { endCall: false, result: JSON.stringify({ error }) };
}
