import { createHmac } from 'node:crypto';
import { constantTimeEqual } from '@alo/core/kernel';

/** `x-bold-signature`: HMAC-SHA256, in hex, over the body's base64. Source: developers.bold.co, webhook. */
export function webhookSignature(rawBody: string, secretKey: string): string {
  return createHmac('sha256', secretKey)
    .update(Buffer.from(rawBody).toString('base64'))
    .digest('hex');
}

/** Whether one of the keys signed this. The comparison takes constant time. */
export function isSignedBy(
  rawBody: string,
  signature: string | string[] | undefined,
  secretKeys: readonly string[],
): boolean {
  if (typeof signature !== 'string') return false;
  return secretKeys.some((key) =>
    constantTimeEqual(webhookSignature(rawBody, key), signature.toLowerCase()),
  );
}
