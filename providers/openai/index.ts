export { createOpenAiEmbeddings, type OpenAiEmbeddingsOptions } from './embeddings.ts';
export { createOpenAiLlm, defaultOpenAiModel, type OpenAiLlmOptions } from './llm.ts';
