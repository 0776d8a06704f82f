import type { RateLimitOptions } from '@fastify/rate-limit';
import { z } from 'zod';
import {
  emailOnlySchema,
  otpSentSchema,
  refreshSchema,
  sessionSchema,
  signInSchema,
  signUpSchema,
  verifySchema,
  type AccountsService,
} from '@alo/core/accounts';
import { assert, limits } from '@alo/core/kernel';
import type { Routes } from '../http/routes.ts';

const tags = ['auth'];
const { perMinute } = limits.auth;
const velocity = (max: number): RateLimitOptions => ({ max, timeWindow: 60_000 });
const open = (max: number) =>
  ({ access: 'public', idempotency: 'none', rateLimit: velocity(max) }) as const;
const sent = { status: 'otp_sent' } as const;

/**
 * Getting a session. Nothing here tells whether an address has an account: sign-up of a known
 * address mails its owner a sign-in code instead, with the same 202. (Only a Supabase project that
 * confirms addresses by itself says `email_taken`, to anybody who asks it directly too.)
 */
export function authRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    app.post(
      '/auth/sign_up',
      {
        config: open(perMinute.signUp),
        schema: {
          operationId: 'signUp',
          tags,
          summary: 'Start an account: a code is mailed',
          description:
            'The answer is the same for an address that has an account; its owner is mailed a code to sign in with.',
          body: signUpSchema,
          response: { 202: otpSentSchema },
        },
      },
      async (request, reply) => {
        await accounts.signUp(request.body);
        return reply.code(202).send(sent);
      },
    );

    app.post(
      '/auth/verify',
      {
        config: open(perMinute.credential),
        schema: {
          operationId: 'verifyEmail',
          tags,
          summary: 'Trade a mailed code for a session',
          body: verifySchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.verifyCode(request.body),
    );

    app.post(
      '/auth/resend',
      {
        config: open(perMinute.mail),
        schema: {
          operationId: 'resendCode',
          tags,
          summary: 'Mail the sign-up code again',
          body: emailOnlySchema,
          response: { 202: otpSentSchema },
        },
      },
      async (request, reply) => {
        await accounts.resendCode(request.body.email);
        return reply.code(202).send(sent);
      },
    );

    app.post(
      '/auth/otp',
      {
        config: open(perMinute.mail),
        schema: {
          operationId: 'requestCode',
          tags,
          summary: 'Mail a sign-in code to an existing account',
          body: emailOnlySchema,
          response: { 202: otpSentSchema },
        },
      },
      async (request, reply) => {
        await accounts.requestCode(request.body.email);
        return reply.code(202).send(sent);
      },
    );

    app.post(
      '/auth/sign_in',
      {
        config: open(perMinute.credential),
        schema: {
          operationId: 'signIn',
          tags,
          summary: 'Sign in with e-mail and password',
          body: signInSchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.signIn(request.body),
    );

    app.post(
      '/auth/refresh',
      {
        config: open(perMinute.refresh),
        schema: {
          operationId: 'refreshSession',
          tags,
          summary: 'Trade a refresh token for the next session',
          body: refreshSchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.refresh(request.body.refresh_token),
    );

    app.post(
      '/auth/sign_out',
      {
        config: { access: 'user', idempotency: 'none' },
        schema: {
          operationId: 'signOut',
          tags,
          summary: 'End this session',
          response: { 204: z.null().meta({ description: 'The session is over' }) },
        },
      },
      async (request, reply) => {
        const token = request.headers.authorization?.split(/\s+/)[1];
        assert(token, 'a signed-in person has sent a token');
        await accounts.signOut(token);
        return reply.code(204).send(null);
      },
    );
  };
}
