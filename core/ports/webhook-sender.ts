/** Why an address is never sent to. */
export type WebhookUrlRefusal =
  | 'malformed'
  | 'not_https'
  | 'credentials'
  | 'fragment'
  | 'port'
  | 'private_address';

export interface WebhookPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as it is: the signature is over these bytes. */
  readonly body: string;
}

/** What came of one attempt. A failure of the other side is a result, not an error. */
export type WebhookResult =
  | {
      readonly type: 'answered';
      readonly status: number;
      /** The beginning of the answer's body. */
      readonly excerpt: string;
      /** What `Retry-After` asked for. */
      readonly retryAfterMs: number | undefined;
    }
  | { readonly type: 'unanswered'; readonly error: WebhookFailure };

export type WebhookFailure =
  /** The name leads nowhere, or to an address that is not on the public internet. */
  | 'dns_failed'
  | 'blocked_address'
  | 'connection_failed'
  | 'tls_failed'
  | 'timeout'
  | 'protocol_error';

/** Sends webhooks to addresses that strangers chose: only ever to the public internet. */
export interface WebhookSender {
  /** What is wrong with an address, as far as it shows without looking its name up. */
  refusalOf(url: string): WebhookUrlRefusal | null;
  /** One attempt: no retries, no redirects. Throws only what is our own fault. */
  post(request: WebhookPost, signal: AbortSignal): Promise<WebhookResult>;
}
