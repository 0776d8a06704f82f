import { z } from 'zod';
import type { TelephonyProvider } from '@alo/core/ports';
import type { ProviderEventsService } from '@alo/core/provider-events';
import type { Routes } from '../http/routes.ts';

export interface TelnyxRoutesDeps {
  readonly telephony: Pick<TelephonyProvider, 'name' | 'parseWebhook'>;
  readonly providerEvents: Pick<ProviderEventsService, 'receive'>;
}

const receivedSchema = z.object({ received: z.literal(true) });

/**
 * Where Telnyx reports on calls. An event is verified over its raw body, kept once and answered;
 * what follows from it is a job's doing. The kept payload is the `TelephonyEvent` as JSON.
 */
export function telnyxRoutes({ telephony, providerEvents }: TelnyxRoutesDeps): Routes {
  return async (app) => {
    app.post('/webhooks/telnyx', {
      config: { access: 'public', idempotency: 'none' },
      schema: {
        operationId: 'receiveTelnyxWebhook',
        tags: ['webhooks'],
        summary: 'Events of calls, signed by Telnyx',
        response: { 200: receivedSchema },
      },
      handler: async (request) => {
        const { rawBody, headers } = request;
        const event = await telephony.parseWebhook({ rawBody, headers });
        await providerEvents.receive({
          provider: telephony.name,
          eventId: event.eventId,
          name: event.type === 'other' ? event.name : event.type,
          payload: event,
        });
        return { received: true as const };
      },
    });
  };
}
