import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inboxPage } from './inbox-page.ts';
import type { Inbox, InboxMessage } from './inbox.ts';

const query = z.object({ to: z.string().max(254).optional().catch(undefined) });

/**
 * `GET /sandbox/inbox`: a page to read the mails on; as JSON with `Accept: application/json` or
 * `?to=<address>`: `{ data: [{ id, to, from, subject, text, code, received_at }] }`, newest first.
 */
export function inboxRoutes(inbox: Inbox): FastifyPluginAsync {
  return async (app) => {
    app.get('/sandbox/inbox', async (request, reply) => {
      const { to } = query.parse(request.query);
      const messages = inbox.messages(to);
      reply.header('cache-control', 'no-store');
      if (to !== undefined || wantsJson(request)) return { data: messages.map(presentMessage) };
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
        .send(inboxPage(messages));
    });
  };
}

function wantsJson(request: FastifyRequest): boolean {
  const accept = request.headers.accept ?? '';
  return accept.includes('application/json') && !accept.includes('text/html');
}

function presentMessage(message: InboxMessage) {
  const { receivedAt, ...rest } = message;
  return { ...rest, received_at: receivedAt };
}
