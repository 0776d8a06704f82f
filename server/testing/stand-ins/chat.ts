import type { ServerResponse } from 'node:http';

/** What Groq's and OpenAI's chat completions have in common on the wire. */

export interface ChatMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_call_id?: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
  readonly tools?: readonly { function: { name: string } }[];
  readonly response_format?: { type: string; json_schema?: { schema: JsonSchema } };
  readonly reasoning_effort?: string;
}

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

/** Server-sent events in packets that end wherever, in the middle of a character too. */
export function sendEvents(response: ServerResponse, events: readonly unknown[]): void {
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
  const bytes = Buffer.from(`${text}data: [DONE]\n\n`);
  const sizes = [61, 113, 257, 31];
  let at = 0;
  let turn = 0;
  const next = () => {
    if (response.destroyed) return;
    if (at >= bytes.length) return void response.end();
    const size = sizes[turn++ % sizes.length] ?? 100;
    response.write(bytes.subarray(at, at + size));
    at += size;
    setImmediate(next);
  };
  next();
}

/** Text in the pieces a model would send it in. */
export const piecesOf = (text: string): string[] => text.match(/.{1,4}/gsu) ?? [];
