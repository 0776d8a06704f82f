import { z } from 'zod';
import type { ChatMessage, JsonSchema, MindRequest } from '../types.ts';

const textPart = z.object({ type: z.string(), text: z.string().optional() });
const content = z.union([z.string(), z.array(textPart), z.null()]).optional();

const message = z.object({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content,
  tool_calls: z
    .array(
      z.object({
        id: z.string(),
        type: z.literal('function').optional(),
        function: z.object({ name: z.string(), arguments: z.string() }),
      }),
    )
    .nullish(),
  tool_call_id: z.string().optional(),
});

const jsonSchema = z.record(z.string(), z.unknown()) as unknown as z.ZodType<JsonSchema>;

const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().regex(/^[\w-]{1,64}$/),
    description: z.string().optional(),
    parameters: jsonSchema.optional(),
    strict: z.boolean().nullish(),
  }),
});

const responseFormat = z.union([
  z.object({ type: z.enum(['text', 'json_object']) }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({
      name: z.string().regex(/^[\w-]{1,64}$/),
      strict: z.boolean().nullish(),
      schema: jsonSchema,
      description: z.string().optional(),
    }),
  }),
]);

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
]);

/** `POST …/chat/completions`; unknown members are refused, as the vendors do. */
export const chatBodySchema = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  tools: z.array(tool).max(128).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  response_format: responseFormat.nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.number().int().min(1).nullish(),
  seed: z.number().int().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  user: z.string().nullish(),
  store: z.boolean().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  service_tier: z.string().nullish(),
  reasoning_effort: z.string().nullish(),
  reasoning_format: z.string().nullish(),
  include_reasoning: z.boolean().nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
});
export type ChatBody = z.infer<typeof chatBodySchema>;
type BodyMessage = ChatBody['messages'][number];

const textOf = (value: z.infer<typeof content>): string =>
  typeof value === 'string' ? value : (value ?? []).map((part) => part.text ?? '').join('\n');

function toMessage(body: BodyMessage): ChatMessage {
  const role = body.role === 'developer' ? 'system' : body.role;
  return {
    role,
    content: textOf(body.content),
    ...(role === 'assistant' && body.tool_calls
      ? {
          toolCalls: body.tool_calls.map((call) => ({
            id: call.id,
            name: call.function.name,
            arguments: call.function.arguments,
          })),
        }
      : {}),
    ...(body.tool_call_id === undefined ? {} : { toolCallId: body.tool_call_id }),
  };
}

/** The tools the model may call this time: `tool_choice` narrows them. */
function allowedTools(body: ChatBody): NonNullable<ChatBody['tools']> {
  const choice = body.tool_choice;
  if (choice === 'none') return [];
  if (choice === null || choice === undefined || typeof choice === 'string') {
    return body.tools ?? [];
  }
  return (body.tools ?? []).filter((each) => each.function.name === choice.function.name);
}

export function toMindRequest(body: ChatBody): MindRequest {
  const tools = allowedTools(body).map(({ function: each }) => ({
    name: each.name,
    description: each.description ?? '',
    parameters: each.parameters ?? {},
  }));
  const format = body.response_format;
  return {
    messages: body.messages.map(toMessage),
    ...(tools.length === 0 ? {} : { tools }),
    ...(format?.type === 'json_schema' ? { schema: format.json_schema.schema } : {}),
  };
}

/**
 * The vendors' rule for tools: every tool message answers a call of the assistant message before
 * it, and every call is answered before anyone else speaks. Returns what is wrong, or null.
 */
export function brokenToolOrder(messages: readonly BodyMessage[]): string | null {
  let open = new Set<string>();
  for (const [index, each] of messages.entries()) {
    if (each.role === 'tool') {
      if (each.tool_call_id === undefined || !open.delete(each.tool_call_id)) {
        return `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls' (messages.[${index}]).`;
      }
      continue;
    }
    if (open.size > 0) break;
    open = new Set((each.tool_calls ?? []).map((call) => call.id));
  }
  if (open.size === 0) return null;
  return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${[...open].join(', ')}`;
}
