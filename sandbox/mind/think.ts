import { interviewObject, interviewText } from './interview/index.ts';
import { answerPhone } from './phone/index.ts';
import type { ChatMessage, MindReply, MindRequest } from './types.ts';

/**
 * A call goes on without tools in its last round, when the agent has to talk. Its prompt names the
 * tools; an interviewer's prompt speaks of phone agents as well, but never of those.
 */
const isPhoneCall = (messages: readonly ChatMessage[]): boolean =>
  messages.some((message) => (message.toolCalls ?? []).length > 0) ||
  messages.some(
    (message) =>
      message.role === 'system' && /\b(?:search_knowledge|end_call)\b/u.test(message.content),
  );

/**
 * Answers a conversation by rules: no model, no network, no chance. An object where a schema was
 * given, the agent on the phone where there are tools, the interviewer otherwise.
 */
export function think(request: MindRequest): MindReply {
  const messages = [...request.messages];
  if (request.schema !== undefined) return { object: interviewObject(request.schema, messages) };
  if ((request.tools ?? []).length > 0 || isPhoneCall(request.messages)) {
    return answerPhone(request.messages, request.tools ?? []);
  }
  return { text: interviewText(messages) };
}
