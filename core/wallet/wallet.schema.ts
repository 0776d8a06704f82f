import { z } from 'zod';
import { currencySchema, idOutSchema, limits, pageSchema, timeSchema } from '../kernel/index.ts';

const amount = (description: string) =>
  z.int().meta({ description: `${description} Integer minor units (cents).` });

export const walletSchema = z
  .object({
    currency: currencySchema,
    balance: amount('What is in the wallet.'),
    held: amount('The part promised to calls in progress.'),
    available: amount('What can be spent now: balance − held.'),
    low_balance_at: amount('Below this balance the event `wallet.low_balance` is sent.'),
  })
  .meta({ id: 'Wallet', description: 'The prepaid wallet that calls are paid from' });
export type WalletWire = z.infer<typeof walletSchema>;

export const updateWalletSchema = z
  .object({
    low_balance_at: z.int().min(0).max(limits.wallet.topUpMinorMax).meta({
      description: 'Where the balance counts as low. Integer minor units (cents).',
    }),
  })
  .meta({ id: 'UpdateWallet' });

export const walletVerificationSchema = z
  .object({
    ok: z.boolean(),
    entries: z.int().meta({ description: 'How many entries were added up' }),
    faults: z.array(
      z.object({ fault: z.string(), detail: z.record(z.string(), z.unknown()) }).meta({
        id: 'WalletFault',
        description: 'What does not hold',
      }),
    ),
  })
  .meta({
    id: 'WalletVerification',
    description: 'The ledger, added up again from its first entry',
  });

export type WalletVerificationWire = z.infer<typeof walletVerificationSchema>;

export const walletEntryKinds = ['top_up', 'call', 'refund', 'adjustment', 'reversal'] as const;

export const walletEntrySchema = z
  .object({
    id: idOutSchema('wtx'),
    kind: z.enum(walletEntryKinds).meta({
      description: '`reversal` takes back the entry that is its source, which itself stays',
    }),
    amount: amount('Negative takes.'),
    currency: currencySchema,
    balance_after: amount('The balance with this entry.'),
    source_id: z.string().meta({ description: 'The payment or call it was booked for' }),
    seconds: z.int().nullable().meta({ description: 'Of a call: what it was charged for' }),
    created_at: timeSchema,
  })
  .meta({ id: 'WalletEntry', description: 'One movement of the wallet. Never changes.' });
export type WalletEntryWire = z.infer<typeof walletEntrySchema>;

export const walletEntryPageSchema = pageSchema(walletEntrySchema).meta({ id: 'WalletEntryPage' });
