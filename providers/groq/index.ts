export { createGroqLlm, defaultGroqModel, type GroqOptions } from './groq.ts';
