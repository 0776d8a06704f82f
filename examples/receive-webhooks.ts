/**
 * A server that gets events and checks that they are Aló's. Without a public address:
 *
 *   ALO_WEBHOOK_SECRET=whsec_… node examples/receive-webhooks.ts
 *   ALO_WEBHOOK_SECRET=whsec_… alo listen --forward-to localhost:3000/hooks
 *   alo trigger call.ended
 */
import { createServer } from 'node:http';
import { env } from 'node:process';
import { text } from 'node:stream/consumers';
import { verifyWebhook, WebhookVerificationError } from '@alo/sdk';

const secret = env['ALO_WEBHOOK_SECRET'];
if (!secret) throw new Error('ALO_WEBHOOK_SECRET is needed: `alo webhooks create` shows it.');

/** Events that were seen to: one can come twice. Keep these where your other data is. */
const seen = new Set<string>();

createServer(async (request, response) => {
  try {
    // The body as it came: the signature is over these bytes.
    const event = await verifyWebhook(await text(request), request.headers, secret);
    if (!seen.has(event.id) && event.type === 'call.ended') {
      console.log(`${event.data.to}: ${event.data.status}, ${event.data.duration_ms} ms`);
    }
    seen.add(event.id);
    response.writeHead(204).end();
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    response.writeHead(400).end(error.reason);
  }
}).listen(3000);
