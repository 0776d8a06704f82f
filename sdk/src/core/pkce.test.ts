import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPkce } from './pkce.ts';

test('the challenge is the S256 of the verifier, and no pair is made twice', async () => {
  const [one, other] = [await createPkce(), await createPkce()];
  for (const { verifier, challenge } of [one, other]) {
    expect(verifier).toMatch(/^[\w-]{43}$/);
    expect(challenge).toBe(createHash('sha256').update(verifier).digest('base64url'));
  }
  expect(one.verifier).not.toBe(other.verifier);
});
