import { z } from 'zod';
import {
  currencySchema,
  formatMinor,
  idOutSchema,
  limits,
  pageSchema,
  timeSchema,
} from '../kernel/index.ts';

const { topUpMinorMin, topUpMinorMax } = limits.wallet;

export const billingSchema = z
  .object({
    plan: z.enum(['free', 'pro']),
    subscription: z
      .object({
        id: idOutSchema('sub'),
        status: z.enum([
          'active',
          'trialing',
          'past_due',
          'unpaid',
          'canceled',
          'incomplete',
          'incomplete_expired',
          'paused',
        ]),
        current_period_end: timeSchema.nullable(),
        cancel_at_period_end: z.boolean(),
      })
      .nullable()
      .meta({ description: 'Null until a checkout has been paid' }),
  })
  .meta({ id: 'Billing', description: 'The plan and the subscription behind it' });
export type BillingWire = z.infer<typeof billingSchema>;

const emailSchema = z.email().max(254).optional().meta({
  description: 'Where the receipt goes. Needed with an API key; else that of the person',
});
const returnUrlSchema = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .optional();

export const startCheckoutSchema = z
  .object({
    email: emailSchema,
    success_url: returnUrlSchema.meta({
      description: 'Where the payer returns to; `{CHECKOUT_SESSION_ID}` is filled in',
    }),
    cancel_url: returnUrlSchema,
  })
  .meta({ id: 'StartCheckout' });

export const checkoutSchema = z
  .object({
    id: z.string().meta({ description: 'Of the checkout session, at the provider' }),
    url: z.url().meta({ description: 'The hosted page to pay at' }),
  })
  .meta({ id: 'Checkout' });
export type CheckoutWire = z.infer<typeof checkoutSchema>;

export const startTopUpSchema = z
  .object({
    amount: z
      .int()
      .min(topUpMinorMin)
      .max(topUpMinorMax)
      .meta({
        description: `Integer minor units: from ${formatMinor(topUpMinorMin, 'COP', 'en')} to ${formatMinor(topUpMinorMax, 'COP', 'en')} COP`,
        examples: [5_000_000],
      }),
    currency: z.literal('COP'),
    email: emailSchema,
    redirect_url: returnUrlSchema,
  })
  .meta({ id: 'StartTopUp' });

export const topUpSchema = z
  .object({
    id: idOutSchema('pay'),
    status: z.enum(['pending', 'approved', 'declined', 'voided', 'error']).meta({
      description: 'The wallet is credited when it becomes `approved`',
    }),
    amount: z.int().meta({ description: 'Integer minor units (cents)' }),
    currency: currencySchema,
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'TopUp' });
export type TopUpWire = z.infer<typeof topUpSchema>;

export const startedTopUpSchema = topUpSchema
  .extend({ url: z.url().meta({ description: 'The hosted page to pay at' }) })
  .meta({ id: 'StartedTopUp' });
export type StartedTopUpWire = z.infer<typeof startedTopUpSchema>;

export const topUpPageSchema = pageSchema(topUpSchema).meta({ id: 'TopUpPage' });
