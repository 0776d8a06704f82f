import type { WebhookRequest } from './webhook.ts';

export interface DialRequest {
  readonly to: string;
  readonly from: string;
  /** UUID: the carrier ignores a second command with the same one. */
  readonly commandId: string;
  /** Ours, echoed in every event of the call. */
  readonly callId: string;
  /** The WebSocket the carrier connects to with the call's audio. */
  readonly streamUrl: string;
  /** Presented by the carrier when it connects; checked once. */
  readonly streamToken: string;
  readonly webhookUrl: string;
  readonly ringTimeoutMs: number;
  readonly durationMsMax: number;
}

export interface DialedCall {
  /** Names the call in commands. */
  readonly carrierCallId: string;
  readonly carrierLegId: string;
}

export type HangupCause =
  | 'normal'
  | 'busy'
  | 'no_answer'
  | 'rejected'
  | 'time_limit'
  | 'not_found'
  | 'unknown';

/** What the carrier tells us about a call, in our words. At-least-once and unordered. */
export type TelephonyEvent = {
  /** The carrier's event id: the same event has the same id however often it comes. */
  readonly eventId: string;
  readonly occurredAt: Date;
  readonly carrierCallId: string;
  /** Our call id, if the carrier echoed one. */
  readonly callId: string | undefined;
} & (
  | { readonly type: 'call.initiated' }
  | { readonly type: 'call.answered' }
  | { readonly type: 'call.hangup'; readonly cause: HangupCause }
  | { readonly type: 'streaming.failed'; readonly reason: string }
  | { readonly type: 'other'; readonly name: string }
);

export interface TelephonyProvider {
  readonly name: string;
  /** Dials once, never retried inside: a timeout may have rung a phone. Throws ProviderError. */
  dial(request: DialRequest): Promise<DialedCall>;
  /** Ends a call. Ending one that is over already is a success. */
  hangup(carrierCallId: string, commandId: string): Promise<void>;
  /** Verifies the signature over the raw body, then parses. Throws AppError `invalid_signature` or `invalid_request`. */
  parseWebhook(request: WebhookRequest): Promise<TelephonyEvent>;
}
