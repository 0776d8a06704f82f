import type { Stripe } from 'stripe';
import { AppError, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type { SubscriptionEvent, WebhookRequest } from '@alo/core/ports';
import { toSubscriptionEvent } from './wire.ts';

/** Stripe refuses signatures older than this; so do we. */
const SIGNATURE_TOLERANCE_S = 300;

/**
 * Reads a webhook of Stripe's: its signature first, over the exact bytes, then what it says.
 * Source: docs.stripe.com/webhooks, `constructEvent` of the SDK.
 */
export function createEventReader(
  stripe: Stripe,
  { webhookSecret, clock, log }: { webhookSecret: Secret; clock: Clock; log: Log },
): (request: WebhookRequest) => Promise<SubscriptionEvent> {
  function verify({ rawBody, headers }: WebhookRequest): Stripe.Event {
    const signature = headers['stripe-signature'];
    if (typeof signature !== 'string') throw new AppError('invalid_signature');
    try {
      return stripe.webhooks.constructEvent(
        rawBody,
        signature,
        webhookSecret.reveal(),
        SIGNATURE_TOLERANCE_S,
        undefined,
        clock.now().getTime(),
      );
    } catch (error) {
      // The text is parsed only after its signature was found right.
      if (error instanceof SyntaxError) throw malformed(error);
      throw new AppError('invalid_signature', { cause: error });
    }
  }

  return async (request) => {
    const event = verify(request);
    if (typeof event?.id !== 'string' || typeof event.type !== 'string' || !event.data?.object) {
      throw malformed(undefined);
    }
    const parsed = readEvent(event);
    log.debug({ event: parsed.eventId, name: parsed.name }, 'stripe event verified');
    return parsed;
  };
}

function readEvent(event: Stripe.Event): SubscriptionEvent {
  try {
    return toSubscriptionEvent(event);
  } catch (error) {
    throw malformed(error);
  }
}

/** Signed, but no event that we can read. */
function malformed(cause: unknown): AppError {
  return new AppError('invalid_request', { cause });
}
