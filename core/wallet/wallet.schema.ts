import { z } from 'zod';
import { currencySchema, idOutSchema, pageSchema, timeSchema } from '../kernel/index.ts';

const amount = (description: string) =>
  z.int().meta({ description: `${description} Integer minor units (cents).` });

export const walletSchema = z
  .object({
    currency: currencySchema,
    balance: amount('What is in the wallet.'),
    held: amount('The part promised to calls in progress.'),
    available: amount('What can be spent now: balance − held.'),
  })
  .meta({ id: 'Wallet', description: 'The prepaid wallet that calls are paid from' });
export type WalletWire = z.infer<typeof walletSchema>;

export const walletEntrySchema = z
  .object({
    id: idOutSchema('wtx'),
    kind: z.enum(['top_up', 'call', 'refund', 'adjustment']),
    amount: amount('Negative takes.'),
    currency: currencySchema,
    balance_after: amount('The balance with this entry.'),
    source_id: z.string().meta({ description: 'The payment or call it was booked for' }),
    created_at: timeSchema,
  })
  .meta({ id: 'WalletEntry', description: 'One movement of the wallet. Never changes.' });
export type WalletEntryWire = z.infer<typeof walletEntrySchema>;

export const walletEntryPageSchema = pageSchema(walletEntrySchema).meta({ id: 'WalletEntryPage' });
