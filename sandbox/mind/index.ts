export { embedText } from './embedding.ts';
export { think } from './think.ts';
export type {
  ChatMessage,
  ChatTool,
  ChatToolCall,
  JsonSchema,
  MindReply,
  MindRequest,
} from './types.ts';
