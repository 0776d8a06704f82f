import { ProviderError, providerErrorKindOf, type ProviderErrorKind } from '@alo/core/kernel';

export const PROVIDER = 'deepgram';

export function protocolError(message: string, cause?: unknown): ProviderError {
  return new ProviderError(PROVIDER, 'protocol', message, { cause });
}

/** The SDK reports a refused upgrade only in words: `Unexpected server response: 401`. */
const refusedUpgrade = /^Unexpected server response: (\d{3})$/u;

/** What an error of the SDK's socket stands for. */
export function socketError(cause: unknown): ProviderError {
  if (cause instanceof ProviderError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const status = refusedUpgrade.exec(message)?.[1];
  if (status !== undefined) {
    const kind = providerErrorKindOf(Number(status));
    const text = `the connection was refused with ${status}`;
    return new ProviderError(PROVIDER, kind, text, { status: Number(status), cause });
  }
  const kind = message === 'TIMEOUT' ? 'timeout' : 'connection';
  return new ProviderError(PROVIDER, kind, `the connection failed: ${message}`, { cause });
}

/**
 * What a close by the other side stands for. Codes from the vendor's pages: 1008 and 1009 blame what we sent,
 * 1011 NET-0001 the lack of audio, any other 1011 the server; without a code, the line dropped.
 */
export function closeError(
  code: number,
  reason: string,
  requestId: string | undefined,
): ProviderError {
  const kinds: Record<number, ProviderErrorKind> = {
    1003: 'invalid_request',
    1008: 'invalid_request',
    1009: 'invalid_request',
    1011: reason.includes('NET-0001') ? 'timeout' : 'unavailable',
  };
  const text = `the connection was closed with ${code}${reason === '' ? '' : ` (${reason})`}`;
  return new ProviderError(PROVIDER, kinds[code] ?? 'connection', text, { requestId });
}

/** What the code of a Flux `Error` message stands for. */
export function fluxError(
  code: string,
  description: string,
  requestId: string | undefined,
): ProviderError {
  const kind: ProviderErrorKind = code.startsWith('NET-0001')
    ? 'timeout'
    : /UNPARSABLE|INVALID|DATA/u.test(code)
      ? 'invalid_request'
      : 'unavailable';
  return new ProviderError(PROVIDER, kind, `${code}: ${description}`, { requestId });
}
