import type { WebhookFailure } from '@alo/core/ports';
import { BlockedAddressError } from './guarded-agent.ts';

const byCode: Readonly<Record<string, WebhookFailure>> = {
  ENOTFOUND: 'dns_failed',
  EAI_AGAIN: 'dns_failed',
  EAI_FAIL: 'dns_failed',
  EAI_NODATA: 'dns_failed',
  EAI_NONAME: 'dns_failed',
  ENODATA: 'dns_failed',
  ECONNREFUSED: 'connection_failed',
  ECONNRESET: 'connection_failed',
  ECONNABORTED: 'connection_failed',
  EHOSTUNREACH: 'connection_failed',
  EHOSTDOWN: 'connection_failed',
  ENETUNREACH: 'connection_failed',
  ENETDOWN: 'connection_failed',
  EADDRNOTAVAIL: 'connection_failed',
  EACCES: 'connection_failed',
  EPIPE: 'connection_failed',
  UND_ERR_SOCKET: 'connection_failed',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_ABORTED: 'timeout',
  EPROTO: 'tls_failed',
};

/** OpenSSL's and Node's words for certificates and handshakes. */
const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH)/;
const protocolCode = /^(HPE_|UND_ERR_)/;

/** What an error of the connection means; undefined for an error of ours. */
export function failureOf(error: unknown): WebhookFailure | undefined {
  if (error instanceof BlockedAddressError) return 'blocked_address';
  // Several addresses were tried, one after another: they failed together.
  if (error instanceof AggregateError) return failureOf(error.errors[0]);
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'timeout';
  if (error.name === 'HTTPParserError') return 'protocol_error';
  const code = 'code' in error ? String(error.code) : '';
  const known = byCode[code];
  if (known) return known;
  if (tlsCode.test(code)) return 'tls_failed';
  if (protocolCode.test(code)) return 'protocol_error';
  return error.cause === undefined ? undefined : failureOf(error.cause);
}
