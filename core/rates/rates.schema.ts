import { z } from 'zod';
import { moneySchema, phoneSchema } from '../kernel/index.ts';

export const roundingSchema = z
  .object({
    first_seconds: z.int().meta({ description: 'Charged for every call that is answered' }),
    next_seconds: z.int().meta({ description: 'Each step after those, once it has begun' }),
  })
  .meta({ id: 'BillingRounding', description: '1 and 1: by the second; 60 and 60: by the minute' });

const rateSchema = z
  .object({
    prefix: z.string().meta({ description: 'E.164 digits; the longest match decides' }),
    destination: z.string(),
    countries: z.array(z.string()).meta({ description: 'ISO 3166' }),
    per_minute: moneySchema.nullable().meta({ description: 'Null: not on this plan' }),
  })
  .meta({ id: 'Rate', description: 'What a minute to numbers with this prefix costs' });

const rateQuoteSchema = z
  .object({
    to: z.string(),
    country: z.string().meta({ description: 'ISO 3166' }),
    per_minute: moneySchema,
    least_to_call: moneySchema.meta({ description: 'What has to be free in the wallet to dial' }),
    talk_seconds: z.int().meta({
      description: 'How long what is free in the wallet lasts, up to the longest call there is',
    }),
    seconds: z.int().meta({ description: 'The length that was asked about' }),
    billed_seconds: z.int().meta({ description: 'What is charged of it' }),
    cost: moneySchema,
  })
  .meta({ id: 'RateQuote', description: 'What a call to this number costs' });

export const ratesSchema = z
  .object({
    card: z.string().meta({ description: 'The rate card in force' }),
    plan: z.enum(['free', 'pro']),
    rounding: roundingSchema,
    data: z.array(rateSchema).meta({ description: 'Every destination, or the one of `to`' }),
    quote: rateQuoteSchema.nullable().meta({ description: 'With `to` only' }),
  })
  .meta({ id: 'Rates' });
export type RatesWire = z.infer<typeof ratesSchema>;

export const rateQuerySchema = z.object({
  to: phoneSchema.optional().meta({
    description: 'Quotes a call to this number instead of listing every destination',
    examples: ['+573001112233'],
  }),
  seconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400)
    .default(60)
    .meta({ description: 'The length to estimate' }),
});
