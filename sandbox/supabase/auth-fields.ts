import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LinkOptions } from './auth.ts';

export const emailField = z
  .string('An email address is required')
  .trim()
  .toLowerCase()
  .pipe(z.email('Unable to validate email address: invalid format'));

export const metadataField = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((data) => data ?? {});

export const challengeFields = {
  code_challenge: z.string().max(128).nullish(),
  code_challenge_method: z.string().nullish(),
};

/** A link may lead to the site itself or to this machine; anywhere else would leak sessions. */
export function linkOptions(
  request: FastifyRequest,
  siteUrl: string,
  body: { code_challenge?: string | null | undefined } = {},
): LinkOptions {
  const asked = (request.query as Record<string, unknown>)['redirect_to'];
  const challenge = body.code_challenge ?? null;
  if (typeof asked === 'string' && URL.canParse(asked)) {
    const url = new URL(asked);
    const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
    const web = url.protocol === 'http:' || url.protocol === 'https:';
    if (web && (local || url.origin === new URL(siteUrl).origin)) {
      return { challenge, redirectTo: url.href };
    }
  }
  return { challenge, redirectTo: siteUrl };
}
