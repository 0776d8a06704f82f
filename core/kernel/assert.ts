/** A broken invariant of ours, never the user's fault: 500 outside, loud inside. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** States what must be true here. Stays on in production. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new InvariantError(why);
}

/** For the `default` of a switch over a union: fails to compile when a case is missing. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable: ${JSON.stringify(value)}`);
}
