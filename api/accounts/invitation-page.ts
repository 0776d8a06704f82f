import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import type { InvitationPreviewWire, InvitationsService } from '@alo/core/accounts';
import { AppError, limits, type Language } from '@alo/core/kernel';
import { escapeHtml } from '@alo/core/mail';

const querySchema = z.object({ token: z.string().max(128).catch('') });

/**
 * `GET /invitations?token=…`: where the mail's link leads. It shows and never accepts: mail servers
 * open links to look at them.
 */
export function invitationPage({
  invitations,
}: {
  invitations: InvitationsService;
}): FastifyPluginAsync {
  return async (app) => {
    app.get(
      '/invitations',
      {
        config: { access: 'public', rateLimit: { max: limits.auth.perMinute.credential } },
        schema: { hide: true },
      },
      async (request, reply) => {
        const { token } = querySchema.parse(request.query);
        const preview = await invitations.previewInvitation(token).catch((error: unknown) => {
          if (error instanceof AppError && error.code === 'invalid_invitation') return null;
          throw error;
        });
        return reply
          .code(preview ? 200 : 404)
          .type('text/html; charset=utf-8')
          .headers({
            'cache-control': 'no-store',
            'referrer-policy': 'no-referrer',
            'content-security-policy':
              "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
          })
          .send(page(preview, token, request.language));
      },
    );
  };
}

const words = {
  es: {
    over: ['La invitación ya no sirve', 'Venció, se usó o fue retirada. Pida que la reenvíen.'],
    invited: (name: string) => `Le invitan a ${name}`,
    how: (email: string) => `Cree su cuenta con ${email}, o entre con ella, y acepte:`,
  },
  en: {
    over: ['The invitation works no more', 'It has expired, was used or was taken back.'],
    invited: (name: string) => `You are invited to ${name}`,
    how: (email: string) => `Create your account with ${email}, or sign in with it, and accept:`,
  },
} as const;

function page(preview: InvitationPreviewWire | null, token: string, language: Language): string {
  const { over, invited, how } = words[language];
  const title = preview ? invited(preview.organization.name) : over[0];
  const body = preview
    ? `<p>${escapeHtml(how(preview.email))}</p>
<pre>alo signup --email ${escapeHtml(preview.email)}
alo invitations accept ${escapeHtml(token)}</pre>`
    : `<p>${over[1]}</p>`;
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Aló</title>
<style>
  :root { color-scheme: light dark }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; font: 18px/1.5 system-ui, sans-serif }
  main { max-width: 44ch }
  h1 { margin: 0 0 8px; font-size: 32px; letter-spacing: -.02em }
  pre { overflow-x: auto; padding: 16px; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 8px; font-size: 15px }
</style>
<main><h1>${escapeHtml(title)}</h1>${body}</main>
</html>`;
}
