import type { PaymentStatus, ProviderPayment } from '../ports/index.ts';

/** Our record of a top-up, as far as deciding goes. */
export interface PaymentRecord {
  readonly status: PaymentStatus;
  /** The provider's transaction that the status is about. One reference may see several. */
  readonly providerPaymentId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
}

export type PaymentDecision =
  | { readonly do: 'nothing' }
  /** Keep the new status; no money moves. */
  | { readonly do: 'record' }
  | { readonly do: 'credit' }
  /** The provider took back what it had approved. */
  | { readonly do: 'reverse' }
  /** Nothing may be booked, and a person has to look. */
  | { readonly do: 'alarm'; readonly why: 'wrong_amount' | 'paid_twice' };

/**
 * What a transaction, as the provider has it now, means for our payment. The order in which
 * transactions are looked at does not matter: approved is left only by a void of that very
 * transaction, and a voided payment never comes back.
 */
export function decidePayment(ours: PaymentRecord, theirs: ProviderPayment): PaymentDecision {
  if (theirs.amountMinor !== ours.amountMinor || theirs.currency !== ours.currency) {
    return { do: 'alarm', why: 'wrong_amount' };
  }
  const same = ours.providerPaymentId === theirs.providerPaymentId;
  const settled = ours.status === 'approved' || ours.status === 'voided';
  if (settled) {
    if (!same) {
      return theirs.status === 'approved' ? { do: 'alarm', why: 'paid_twice' } : { do: 'nothing' };
    }
    const takenBack = ours.status === 'approved' && theirs.status === 'voided';
    return takenBack ? { do: 'reverse' } : { do: 'nothing' };
  }
  if (theirs.status === 'approved') return { do: 'credit' };
  return same && ours.status === theirs.status ? { do: 'nothing' } : { do: 'record' };
}
