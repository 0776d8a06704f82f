import { z } from 'zod';
import { limits, phoneSchema, timeSchema } from '../kernel/index.ts';
import { emailSchema, nameSchema, personSchema } from './accounts.schema.ts';

const newPasswordSchema = z
  .string()
  .min(limits.auth.passwordCharsMin)
  .max(limits.auth.passwordCharsMax);
/** No lower bound: an old, short password must fail as wrong, not as malformed. */
const passwordSchema = z.string().min(1).max(limits.auth.passwordCharsMax);
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
