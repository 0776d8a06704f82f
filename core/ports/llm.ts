import type { z } from 'zod';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, as the model wrote it: parse and validate before use. */
  readonly arguments: string;
}

export type LlmMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string }
  | {
      readonly role: 'assistant';
      readonly content: string;
      readonly toolCalls?: readonly ToolCall[];
    }
  | { readonly role: 'tool'; readonly toolCallId: string; readonly content: string };

export interface LlmTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface LlmRequest {
  readonly messages: readonly LlmMessage[];
  readonly tools?: readonly LlmTool[];
  readonly maxTokens?: number;
  readonly temperature?: number;
}

export type LlmDelta =
  /** Text to be spoken or shown. Reasoning never arrives here. */
  | { readonly type: 'text'; readonly text: string }
  /** A complete tool call, however the vendor fragmented it. */
  | { readonly type: 'tool_call'; readonly call: ToolCall }
  | {
      readonly type: 'done';
      readonly finishReason: 'stop' | 'tool_calls' | 'length' | 'other';
      readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
    };

export interface LlmProvider {
  readonly name: string;
  /** A question is coming: opens a connection where none is open. Never fails. */
  warm?(): void;
  /** Streams one completion. Throws ProviderError, also in mid-stream. */
  stream(request: LlmRequest, signal: AbortSignal): AsyncIterable<LlmDelta>;
}

export interface ObjectRequest<S extends z.ZodType> {
  /** A short name of the shape, `[a-zA-Z0-9_-]`. */
  readonly name: string;
  /** Every property required (use `nullable` for "not said"), so vendors can decode it strictly. */
  readonly schema: S;
  readonly messages: readonly LlmMessage[];
}

/** An LLM that answers with an object of a given shape. */
export interface ObjectLlmProvider extends LlmProvider {
  /** Throws ProviderError `protocol` if the model refuses, is cut short, or breaks the schema. */
  object<S extends z.ZodType>(request: ObjectRequest<S>, signal: AbortSignal): Promise<z.infer<S>>;
}

export interface EmbeddingProvider {
  readonly name: string;
  readonly model: string;
  readonly dimensions: number;
  /** One vector per text, in order. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]>;
}
