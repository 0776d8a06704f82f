export { createDeepgramStt, type DeepgramSttOptions } from './stt.ts';
export { createDeepgramTts, type DeepgramTtsOptions } from './tts.ts';
