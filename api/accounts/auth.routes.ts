import { z } from 'zod';
import type { FastifyRequest } from 'fastify';
import {
  emailOnlySchema,
  oauthExchangeSchema,
  oauthStartedSchema,
  oauthStartSchema,
  otpSentSchema,
  passwordChangeSchema,
  passwordResetSchema,
  refreshSchema,
  sessionSchema,
  signInSchema,
  signOutSchema,
  signUpSchema,
  verifySchema,
  type AccountsService,
} from '@alo/core/accounts';
import { assert, limits } from '@alo/core/kernel';
import type { Routes } from '../http/routes.ts';
import { visitorOf } from './visitor.ts';

const tags = ['auth'];
/** Who is not signed in yet is bounded by the service itself, per address and device. */
const open = { access: 'public', idempotency: 'none' } as const;
const own = { access: 'user', idempotency: 'none' } as const;
const sent = { status: 'otp_sent' } as const;
const done = (description: string) => z.null().meta({ description });

/**
 * Getting a session. Nothing here tells whether an address has an account: sign-up of a known
 * address mails its owner a sign-in code instead, with the same 202. (Only a Supabase project that
 * confirms addresses by itself says `email_taken`, to anybody who asks it directly too.)
 */
export function authRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    // What is answered here opens accounts: no cache on the way keeps it.
    app.addHook(
      'onSend',
      async (_request, reply) => void reply.header('cache-control', 'no-store'),
    );
    await app.register(signUpRoutes({ accounts }));
    await app.register(sessionRoutes({ accounts }));
    await app.register(oauthRoutes({ accounts }));
    await app.register(passwordRoutes({ accounts }));
  };
}

function signUpRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    app.post(
      '/auth/sign_up',
      {
        config: open,
        schema: {
          operationId: 'signUp',
          tags,
          summary: 'Start an account: a code is mailed',
          description:
            'The answer is the same for an address that has an account; its owner is mailed a code to sign in with. Throw-away mailboxes are refused (422, `param: email`).',
          body: signUpSchema,
          response: { 202: otpSentSchema },
        },
      },
      async (request, reply) => {
        await accounts.signUp(request.body, visitorOf(request));
        return reply.code(202).send(sent);
      },
    );

    app.post(
      '/auth/verify',
      {
        config: open,
        schema: {
          operationId: 'verifyEmail',
          tags,
          summary: 'Trade a mailed code for a session',
          body: verifySchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.verifyCode(request.body, visitorOf(request)),
    );

    app.post(
      '/auth/resend',
      {
        config: open,
        schema: {
          operationId: 'resendCode',
          tags,
          summary: 'Mail the sign-up code again',
          body: emailOnlySchema,
          response: { 202: otpSentSchema },
        },
      },
      async (request, reply) => {
        await accounts.resendCode(request.body.email, visitorOf(request));
        return reply.code(202).send(sent);
      },
    );

    app.post(
      '/auth/otp',
      {
        config: open,
        schema: {
          operationId: 'requestCode',
          tags,
          summary: 'Mail a sign-in code to an existing account',
          body: emailOnlySchema,
          response: { 202: otpSentSchema },
        },
      },
      async (request, reply) => {
        await accounts.requestCode(request.body.email, visitorOf(request));
        return reply.code(202).send(sent);
      },
    );
  };
}

function sessionRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    app.post(
      '/auth/sign_in',
      {
        config: open,
        schema: {
          operationId: 'signIn',
          tags,
          summary: 'Sign in with e-mail and password',
          body: signInSchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.signIn(request.body, visitorOf(request)),
    );

    app.post(
      '/auth/refresh',
      {
        config: {
          ...open,
          rateLimit: { max: limits.auth.perMinute.refresh },
        },
        schema: {
          operationId: 'refreshSession',
          tags,
          summary: 'Trade a refresh token for the next session',
          description:
            'Each refresh token works once. One that turns up again later is taken for stolen, and its session ends.',
          body: refreshSchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.refresh(request.body.refresh_token),
    );

    app.post(
      '/auth/sign_out',
      {
        config: own,
        schema: {
          operationId: 'signOut',
          tags,
          summary: 'End this session, all others, or all',
          body: signOutSchema,
          response: { 204: done('The sessions are over') },
        },
      },
      async (request, reply) => {
        await accounts.signOut(accessTokenOf(request), request.body?.scope);
        return reply.code(204).send(null);
      },
    );
  };
}

function oauthRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    app.post(
      '/auth/oauth/authorize',
      {
        config: open,
        schema: {
          operationId: 'startOAuth',
          tags,
          summary: 'Where a browser begins to sign in with Google',
          description:
            'OAuth 2 with PKCE: make a code verifier, keep it, send its challenge. The browser comes back to `redirect_to` with `code`, or with `error` and `error_description`.',
          body: oauthStartSchema,
          response: { 200: oauthStartedSchema },
        },
      },
      async (request) => accounts.startOAuth(request.body, visitorOf(request)),
    );

    app.post(
      '/auth/oauth/exchange',
      {
        config: open,
        schema: {
          operationId: 'exchangeOAuth',
          tags,
          summary: 'Trade the code of a browser sign-in for a session',
          body: oauthExchangeSchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.exchangeOAuth(request.body, visitorOf(request)),
    );
  };
}

function passwordRoutes({ accounts }: { accounts: AccountsService }): Routes {
  return async (app) => {
    app.post(
      '/auth/password/forgot',
      {
        config: open,
        schema: {
          operationId: 'forgotPassword',
          tags,
          summary: 'Mail a code to set a new password with',
          body: emailOnlySchema,
          response: { 202: otpSentSchema },
        },
      },
      async (request, reply) => {
        await accounts.forgotPassword(request.body.email, visitorOf(request));
        return reply.code(202).send(sent);
      },
    );

    app.post(
      '/auth/password/reset',
      {
        config: open,
        schema: {
          operationId: 'resetPassword',
          tags,
          summary: 'Set a new password by the mailed code',
          description: 'Signs in, and ends every other session of the account.',
          body: passwordResetSchema,
          response: { 200: sessionSchema },
        },
      },
      async (request) => accounts.resetPassword(request.body, visitorOf(request)),
    );

    app.post(
      '/auth/password',
      {
        config: own,
        schema: {
          operationId: 'changePassword',
          tags,
          summary: 'Set a new password in place of the current one',
          description: 'This session stays; every other one of the account ends.',
          body: passwordChangeSchema,
          response: { 204: done('The password is changed') },
        },
      },
      async (request, reply) => {
        const email = request.principal?.email;
        assert(email, 'a signed-in person has an e-mail');
        const person = { accessToken: accessTokenOf(request), email };
        await accounts.changePassword(person, request.body, visitorOf(request));
        return reply.code(204).send(null);
      },
    );
  };
}

function accessTokenOf(request: FastifyRequest): string {
  const token = request.headers.authorization?.split(/\s+/)[1];
  assert(token, 'a signed-in person has sent a token');
  return token;
}
