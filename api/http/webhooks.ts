import { z } from 'zod';
import { limits } from '@alo/core/kernel';
import type { WebhookRequest } from '@alo/core/ports';
import type { ProviderEventsService, ReceivedEvent } from '@alo/core/provider-events';
import type { Routes } from './routes.ts';

const receivedSchema = z.object({ received: z.literal(true) });

/** One vendor's webhook: where it comes in, and what makes an event of it. */
export interface WebhookSource {
  /** The last part of `/v1/webhooks/…`, and the name events are kept under. */
  readonly provider: string;
  readonly operationId: string;
  readonly summary: string;
  /**
   * Verifies the signature over the exact bytes, and only then reads them. Throws
   * `invalid_signature` for what the vendor did not sign.
   */
  read(request: WebhookRequest): Promise<Omit<ReceivedEvent, 'provider'>>;
}

/**
 * Where a vendor tells of things. The body stays text until its signature has been found right: no
 * parser of ours ever sees bytes of a stranger's. An event is kept once and answered; what it leads
 * to is a job's doing. What is refused is logged, without its contents.
 */
export function webhookRoute(
  source: WebhookSource,
  providerEvents: Pick<ProviderEventsService, 'receive'>,
): Routes {
  const { provider } = source;
  return async (app) => {
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: limits.http.webhookBodyBytesMax },
      (request, text, done) => {
        request.rawBody = String(text);
        done(null, undefined);
      },
    );
    app.addHook('onError', async ({ log, id, ip }, _reply, { code }) => {
      log.warn({ provider, code, request_id: id, pii: { ip } }, 'webhook refused');
    });
    app.post(
      `/webhooks/${provider}`,
      {
        config: { access: 'public', idempotency: 'none' },
        schema: {
          operationId: source.operationId,
          tags: ['webhooks'],
          summary: source.summary,
          response: { 200: receivedSchema },
        },
      },
      async ({ rawBody, headers }) => {
        const event = await source.read({ rawBody, headers });
        await providerEvents.receive({ provider, ...event });
        return { received: true as const };
      },
    );
  };
}
