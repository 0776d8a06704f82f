import Telnyx, { APIConnectionTimeoutError, APIError } from 'telnyx';
import {
  ProviderError,
  providerErrorKindOf,
  type Clock,
  type Log,
  type Secret,
} from '@alo/core/kernel';
import type { DialRequest, TelephonyProvider } from '@alo/core/ports';
import {
  encodeClientState,
  errorCodes,
  readEvent,
  readPublicKey,
  verifySignature,
} from './wire.ts';

export interface TelnyxTelephonyOptions {
  readonly apiKey: Secret;
  /** Base64 of 32 bytes, from the portal. */
  readonly publicKey: string;
  /** The Call Control application that dials. */
  readonly connectionId: string;
  /** Without a path, `/v2` is added. Default: the vendor's. */
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

const NAME = 'telnyx';
const REQUEST_TIMEOUT_MS = 10_000;
/** What the vendor takes: ring time 5 to 600 s, length of a call up to 4 h. */
const RING_SECS = { min: 5, max: 600 };
const DURATION_SECS_MAX = 14_400;
/** "Call has already ended". */
const ALREADY_ENDED = '90018';

/**
 * Telnyx Call Control v2 as our telephony. Throws RangeError for a public key that is none.
 * Sources: the telnyx package 7.24 (`CallDialParams`, `ActionHangupParams`);
 * developers.telnyx.com/api-reference/call-commands
 */
export function createTelnyxTelephony(options: TelnyxTelephonyOptions): TelephonyProvider {
  const { clock, log, connectionId } = options;
  const publicKey = readPublicKey(options.publicKey);
  const client = new Telnyx({
    apiKey: options.apiKey.reveal(),
    baseURL: apiBase(options.baseUrl),
    timeout: REQUEST_TIMEOUT_MS,
    // What the SDK would otherwise take from the environment, or print, is ours to decide.
    publicKey: null,
    clientID: null,
    clientSecret: null,
    logLevel: 'off',
  });

  return {
    name: NAME,

    async dial(request) {
      try {
        // A dial that failed or timed out may still have rung a phone: never tried again in here.
        const { data } = await client.calls.dial(dialBody(request, connectionId), {
          maxRetries: 0,
        });
        if (!data?.call_control_id) {
          throw new ProviderError(NAME, 'protocol', 'dial was answered without a call', {
            retryable: false,
          });
        }
        return { carrierCallId: data.call_control_id, carrierLegId: data.call_leg_id };
      } catch (error) {
        throw toProviderError('dial', error);
      }
    },

    async hangup(carrierCallId, commandId) {
      try {
        await client.calls.actions.hangup(carrierCallId, { command_id: commandId });
      } catch (error) {
        if (!isOver(error)) throw toProviderError('hangup', error);
        log.debug({ carrierCallId }, 'hang-up of a call that was over');
      }
    },

    async parseWebhook(request) {
      verifySignature(request, publicKey, clock.now());
      return readEvent(request.rawBody);
    },
  };
}

function dialBody(request: DialRequest, connectionId: string): Telnyx.CallDialParams {
  const secs = (ms: number) => Math.ceil(ms / 1_000);
  return {
    connection_id: connectionId,
    to: request.to,
    from: request.from,
    command_id: request.commandId,
    client_state: encodeClientState(request.callId),
    webhook_url: request.webhookUrl,
    webhook_url_method: 'POST',
    timeout_secs: Math.min(RING_SECS.max, Math.max(RING_SECS.min, secs(request.ringTimeoutMs))),
    time_limit_secs: Math.min(DURATION_SECS_MAX, secs(request.durationMsMax)),
    stream_url: request.streamUrl,
    stream_auth_token: request.streamToken,
    // What we hear comes in the codec of the call (`start.media_format` says which): no transcoding.
    stream_track: 'inbound_track',
    // The vendor's default is mp3, one message a second: no conversation.
    stream_bidirectional_mode: 'rtp',
    stream_bidirectional_codec: 'PCMU',
    stream_bidirectional_sampling_rate: 8_000,
    // With one leg, `opposite` is silence.
    stream_bidirectional_target_legs: 'self',
  };
}

/** The vendor's base includes its version; an address without a path is taken to mean that. */
function apiBase(baseUrl: string | undefined): string {
  if (baseUrl === undefined) return 'https://api.telnyx.com/v2';
  const url = new URL(baseUrl);
  if (url.pathname === '/') url.pathname = '/v2';
  return url.toString().replace(/\/$/, '');
}

function isOver(error: unknown): boolean {
  if (!(error instanceof APIError)) return false;
  return error.status === 404 || errorCodes(error.error).includes(ALREADY_ENDED);
}

/**
 * Our kinds from the SDK's errors. The message has the vendor's codes and never its text, which may
 * quote numbers; the SDK's error is not kept as the cause, for it holds the answer's headers and body.
 */
function toProviderError(command: string, error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (error instanceof APIConnectionTimeoutError) {
    return new ProviderError(NAME, 'timeout', `${command} timed out`);
  }
  if (!(error instanceof APIError)) {
    return new ProviderError(NAME, 'protocol', `${command} failed`, { cause: error });
  }
  if (error.status === undefined) {
    return new ProviderError(NAME, 'connection', `${command}: no connection`);
  }
  const codes = errorCodes(error.error);
  const said = codes.length === 0 ? '' : ` (${codes.join(', ')})`;
  const requestId = error.headers?.get('x-request-id') ?? undefined;
  return new ProviderError(
    NAME,
    providerErrorKindOf(error.status),
    `${command} answered ${error.status}${said}`,
    { status: error.status, ...(requestId === undefined ? {} : { requestId }) },
  );
}
