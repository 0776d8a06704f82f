/** The vendor's refusals, on REST answers and WebSocket upgrades alike. */

import { constantTimeEqual } from '@alo/core/kernel';

/** Thrown by validation; becomes an HTTP answer. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const invalidQuery = (message: string) =>
  new Refusal(400, 'INVALID_QUERY_PARAMETER', message);

const byStatus: Readonly<Record<number, readonly [code: string, message: string]>> = {
  401: ['INVALID_AUTH', 'Invalid credentials.'],
  402: ['ASR_PAYMENT_REQUIRED', 'Project does not have enough credits for an ASR request.'],
  403: ['INSUFFICIENT_PERMISSIONS', 'User does not have sufficient permissions.'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests. Please try again later.'],
};

/** The refusal that an injected failure of this status stands for. */
export function refusalOf(status: number): Refusal {
  const [code, message] = byStatus[status] ?? ['INTERNAL_SERVER_ERROR', 'Something went wrong.'];
  return new Refusal(status, code, message);
}

/** The body and headers with which the vendor says no. */
export function refusalAnswer(
  refusal: Refusal,
  requestId: string,
): { body: Record<string, string>; headers: Record<string, string> } {
  return {
    body: { err_code: refusal.code, err_msg: refusal.message, request_id: requestId },
    headers: { 'dg-error': refusal.message, 'dg-request-id': requestId },
  };
}

/**
 * Checks `Authorization: Token <key>` (or `Bearer <jwt>`). Without a key of its own the stand-in takes any,
 * but never none.
 */
export function authorize(header: string | undefined, apiKey: string | undefined): void {
  const credential = /^(?:token|bearer) +(\S+)$/iu.exec(header ?? '')?.[1];
  if (credential === undefined) throw refusalOf(401);
  if (apiKey !== undefined && !constantTimeEqual(credential, apiKey)) throw refusalOf(401);
}
