import type { TelephonyProvider } from '@alo/core/ports';
import type { ProviderEventsService } from '@alo/core/provider-events';
import type { Routes } from '../http/routes.ts';
import { webhookRoute } from '../http/webhooks.ts';

export interface TelnyxRoutesDeps {
  readonly telephony: Pick<TelephonyProvider, 'name' | 'parseWebhook'>;
  readonly providerEvents: Pick<ProviderEventsService, 'receive'>;
}

/** Where Telnyx reports on calls. The kept payload is the `TelephonyEvent` as JSON. */
export function telnyxRoutes({ telephony, providerEvents }: TelnyxRoutesDeps): Routes {
  return webhookRoute(
    {
      provider: 'telnyx',
      operationId: 'receiveTelnyxWebhook',
      summary: 'Events of calls, signed by Telnyx',
      async read(request) {
        const event = await telephony.parseWebhook(request);
        const name = event.type === 'other' ? event.name : event.type;
        return { eventId: event.eventId, name, payload: event };
      },
    },
    providerEvents,
  );
}
