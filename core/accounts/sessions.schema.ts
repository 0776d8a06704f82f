import { z } from 'zod';
import { limits, phoneSchema, timeSchema } from '../kernel/index.ts';
import { oauthProviders, signOutScopes } from '../ports/index.ts';
import { emailSchema, nameSchema, personSchema } from './accounts.schema.ts';

/** bcrypt reads no more than these bytes: what is beyond them would protect nothing. */
const passwordText = z
  .string()
  .max(limits.auth.passwordBytesMax)
  .refine((text) => Buffer.byteLength(text) <= limits.auth.passwordBytesMax, {
    error: `must be at most ${limits.auth.passwordBytesMax} bytes`,
  });
const newPasswordSchema = passwordText.min(limits.auth.passwordCharsMin);
/** No lower bound: an old, short password must fail as wrong, not as malformed. */
const passwordSchema = passwordText.min(1);
const codeSchema = z
  .string()
  .trim()
  .regex(/^\d{6,10}$/, 'must be the digits of the mailed code')
  .meta({ examples: ['123456'] });

export const signUpSchema = z
  .object({
    email: emailSchema,
    password: newPasswordSchema,
    name: nameSchema.optional(),
    phone: phoneSchema.optional(),
  })
  .meta({ id: 'SignUp', description: 'What starts an account' });
export type SignUp = z.infer<typeof signUpSchema>;

export const emailOnlySchema = z
  .object({ email: emailSchema })
  .meta({ id: 'EmailAddress', description: 'Whom to mail a code' });

export const verifySchema = z
  .object({ email: emailSchema, code: codeSchema })
  .meta({ id: 'VerifyEmail', description: 'A mailed one-time code' });
export type Verify = z.infer<typeof verifySchema>;

export const signInSchema = z
  .object({ email: emailSchema, password: passwordSchema })
  .meta({ id: 'SignIn', description: 'E-mail and password' });
export type SignIn = z.infer<typeof signInSchema>;

export const refreshSchema = z
  .object({ refresh_token: z.string().min(1).max(limits.auth.tokenCharsMax) })
  .meta({
    id: 'RefreshSession',
    description: 'The refresh token of a session; each one buys the next',
  });

export const oauthStartSchema = z
  .object({
    provider: z.enum(oauthProviders).default('google'),
    redirect_to: z
      .url({ protocol: /^https?$/ })
      .max(limits.auth.redirectCharsMax)
      .meta({
        description:
          'Where the browser brings the code: `http://127.0.0.1:<port>/callback` or the portal. Its own query is kept',
        examples: ['http://127.0.0.1:52110/callback?state=8f1c'],
      }),
    code_challenge: z
      .string()
      .regex(/^[\w-]{43}$/, 'must be the base64url SHA-256 of the code verifier')
      .meta({ description: 'PKCE, S256 (RFC 7636); the verifier stays with you' }),
  })
  .meta({ id: 'OAuthStart', description: 'How a browser is to sign in with an outside account' });
export type OAuthStart = z.infer<typeof oauthStartSchema>;

export const oauthStartedSchema = z
  .object({ url: z.string().meta({ description: 'Open it in a browser within five minutes' }) })
  .meta({ id: 'OAuthStarted', description: 'Where the browser begins' });

export const oauthExchangeSchema = z
  .object({
    code: z.string().min(1).max(limits.auth.tokenCharsMax),
    code_verifier: z
      .string()
      .regex(/^[\w.~-]{43,128}$/, 'must be 43 to 128 of the characters A-Z a-z 0-9 - . _ ~'),
  })
  .meta({ id: 'OAuthExchange', description: 'What the browser brought, and what you kept' });
export type OAuthExchange = z.infer<typeof oauthExchangeSchema>;

export const passwordResetSchema = z
  .object({ email: emailSchema, code: codeSchema, password: newPasswordSchema })
  .meta({ id: 'PasswordReset', description: 'A new password, by a mailed code' });
export type PasswordReset = z.infer<typeof passwordResetSchema>;

export const passwordChangeSchema = z
  .object({ current_password: passwordSchema, password: newPasswordSchema })
  .meta({ id: 'PasswordChange', description: 'A new password in place of the current one' });
export type PasswordChange = z.infer<typeof passwordChangeSchema>;

export const signOutSchema = z
  .object({
    scope: z
      .enum(signOutScopes)
      .default('local')
      .meta({ description: '`local`: this session; `others`: all but this one; `global`: all' }),
  })
  // Without a body Fastify hands over null.
  .nullish()
  .meta({ id: 'SignOut', description: 'Which sessions to end' });

export const otpSentSchema = z.object({ status: z.literal('otp_sent') }).meta({
  id: 'OtpSent',
  description: 'The same answer whether or not the address has an account',
});

export const sessionSchema = z
  .object({
    access_token: z.string().meta({ description: 'The Bearer token of requests' }),
    refresh_token: z
      .string()
      .meta({ description: 'Buys the next session; replaced by the one that comes with it' }),
    expires_at: timeSchema.meta({ description: 'When the access token stops working' }),
    user: personSchema,
  })
  .meta({ id: 'Session', description: 'A signed-in person' });
export type SessionWire = z.infer<typeof sessionSchema>;
