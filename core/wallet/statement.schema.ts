import { z } from 'zod';
import { currencySchema, timeSchema } from '../kernel/index.ts';
import { walletEntryKinds, walletEntrySchema } from './wallet.schema.ts';

const amount = (description: string) =>
  z.int().meta({ description: `${description} Integer minor units (cents).` });

/** `2026-11`. */
export const monthSchema = z
  .string()
  .regex(/^20[2-9]\d-(0[1-9]|1[0-2])$/, 'must be a month like 2026-11')
  .meta({ description: 'A calendar month', examples: ['2026-11'] });

export const statementFormatSchema = z
  .enum(['json', 'csv', 'pdf'])
  .default('json')
  .meta({ description: 'CSV (RFC 4180) and JSON have every movement, the PDF one page by day' });

export const walletStatementSchema = z
  .object({
    month: z.string(),
    organization: z.string(),
    currency: currencySchema,
    time_zone: z.string().meta({ description: 'Whose midnight begins the month' }),
    from: timeSchema,
    to: timeSchema.meta({ description: 'The month ends before this instant' }),
    complete: z.boolean().meta({ description: 'False while the month goes on' }),
    opening_balance: amount('What the month began with.'),
    closing_balance: amount('Opening balance + Σ entries.'),
    totals: z.array(
      z.object({
        kind: z.enum(walletEntryKinds),
        count: z.int(),
        amount: amount('Negative takes.'),
        seconds: z.int().meta({ description: 'Of calls: charged seconds' }),
      }),
    ),
    days: z
      .array(
        z.object({
          date: z.iso.date(),
          in: amount('What came in.'),
          out: amount('What went out: zero or negative.'),
          calls: z.int(),
          seconds: z.int(),
          closing_balance: amount('At the end of the day.'),
        }),
      )
      .meta({ description: 'Days with movements' }),
    entries: z.array(walletEntrySchema).meta({ description: 'In the order they were booked' }),
  })
  .meta({ id: 'WalletStatement', description: 'A month of the wallet' });
export type WalletStatementWire = z.infer<typeof walletStatementSchema>;
