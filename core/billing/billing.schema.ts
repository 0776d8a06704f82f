import { z } from 'zod';
import {
  currencySchema,
  formatMinor,
  idOutSchema,
  limits,
  moneySchema,
  pageSchema,
  timeSchema,
} from '../kernel/index.ts';

const planSchema = z.enum(['free', 'pro']);
const minor = (description: string) =>
  z.int().meta({ description: `${description} Integer minor units (cents).` });

export const billingSchema = z
  .object({
    plan: planSchema,
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
        grace_ends_at: timeSchema.nullable().meta({
          description: 'While `past_due`: when the plan falls back to `free` unless it is paid',
        }),
      })
      .nullable()
      .meta({ description: 'Null until a checkout has been paid' }),
    owed: minor('What refunded top-ups could not take from the wallet; the next top-ups pay it.'),
    currency: currencySchema,
  })
  .meta({ id: 'Billing', description: 'The plan and the subscription behind it' });
export type BillingWire = z.infer<typeof billingSchema>;

export const planListSchema = z
  .object({
    data: z.array(
      z
        .object({
          id: planSchema,
          price: z
            .object({
              amount: minor('What is charged each interval.'),
              currency: z.string().meta({ description: 'ISO 4217' }),
              interval: z.enum(['day', 'week', 'month', 'year']),
            })
            .nullable()
            .meta({ description: 'Null: nothing to pay, or not known right now' }),
          call_rate_per_minute: moneySchema.meta({
            description:
              'What a minute to a number of one’s own country costs; elsewhere see /v1/rates',
          }),
        })
        .meta({ id: 'Plan' }),
    ),
  })
  .meta({ id: 'PlanList' });
export type PlanListWire = z.infer<typeof planListSchema>;

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

export const openPortalSchema = z
  .object({ return_url: returnUrlSchema.meta({ description: 'Where the page leads back to' }) })
  .meta({ id: 'OpenPortal' });

export const portalSchema = z
  .object({
    url: z.url().meta({ description: 'A page of the provider’s, good for a short while' }),
  })
  .meta({ id: 'Portal' });
export type PortalWire = z.infer<typeof portalSchema>;

export const invoiceSchema = z
  .object({
    id: z.string().meta({ description: 'At the provider' }),
    number: z.string().nullable(),
    status: z.enum(['draft', 'open', 'paid', 'uncollectible', 'void']),
    amount: minor('The total.'),
    amount_paid: minor('What has been paid of it.'),
    currency: z.string().meta({ description: 'ISO 4217' }),
    tax_id: z.string().nullable().meta({ description: 'The payer’s, as printed on it: a NIT' }),
    url: z.url().nullable().meta({ description: 'The page of the invoice, where it can be paid' }),
    pdf_url: z.url().nullable(),
    created_at: timeSchema,
  })
  .meta({ id: 'Invoice', description: 'An invoice of the subscription' });
export type InvoiceWire = z.infer<typeof invoiceSchema>;

export const invoicePageSchema = pageSchema(invoiceSchema).meta({ id: 'InvoicePage' });

/** Who collects top-ups. Which of them can be used depends on the server’s settings. */
export const topUpProviderSchema = z.enum(['wompi', 'bold']);
export type TopUpProviderName = z.infer<typeof topUpProviderSchema>;

const { topUpMinorMin, topUpMinorMax } = limits.wallet;

export const startTopUpSchema = z
  .object({
    amount: z
      .int()
      .multipleOf(100, 'must be whole pesos')
      .meta({
        // Checked by the service, which says them as money.
        minimum: topUpMinorMin,
        maximum: topUpMinorMax,
        description: `Integer minor units, whole pesos: from ${formatMinor(topUpMinorMin, 'COP', 'en')} to ${formatMinor(topUpMinorMax, 'COP', 'en')} COP`,
        examples: [5_000_000],
      }),
    currency: z.literal('COP'),
    provider: topUpProviderSchema
      .optional()
      .meta({ description: 'Who collects it; by default as the server is set up' }),
    email: emailSchema,
    redirect_url: returnUrlSchema,
  })
  .meta({ id: 'StartTopUp' });

export const topUpSchema = z
  .object({
    id: idOutSchema('pay'),
    status: z.enum(['pending', 'approved', 'declined', 'voided', 'error', 'expired']).meta({
      description:
        'The wallet is credited when it becomes `approved`. `expired`: nobody paid; a late payment still counts',
    }),
    provider: z.string().meta({ description: 'Who collects it' }),
    amount: z.int().meta({ description: 'Integer minor units (cents)' }),
    refunded: minor('What was given back of it.'),
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

export const topUpOptionsSchema = z
  .object({
    packages: z
      .array(moneySchema)
      .meta({ description: 'Amounts to offer. Any other between the bounds is as good' }),
    amount_min: minor('The least.'),
    amount_max: minor('The most.'),
    currency: currencySchema,
    providers: z
      .array(topUpProviderSchema)
      .meta({ description: 'Who can collect; the first one does unless another is asked for' }),
  })
  .meta({ id: 'TopUpOptions' });
export type TopUpOptionsWire = z.infer<typeof topUpOptionsSchema>;
