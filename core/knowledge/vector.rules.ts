import { assert } from '../kernel/index.ts';

/** pgvector's text form of a vector: `[0.1,0.2,…]`. */
export function toVectorText(vector: readonly number[], dimensions: number): string {
  assert(vector.length === dimensions, `a vector of ${vector.length} where ${dimensions} belong`);
  assert(vector.every(Number.isFinite), 'a vector of finite numbers');
  return `[${vector.join(',')}]`;
}
