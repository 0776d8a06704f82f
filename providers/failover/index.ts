export { createBreaker, type Breaker, type BreakerOptions } from './breaker.ts';
export type { Candidate } from './candidates.ts';
export { createFailoverLlm } from './llm.ts';
export { createFailoverStt, createFailoverTts } from './streams.ts';
