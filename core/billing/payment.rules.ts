import { assert } from '../kernel/index.ts';
import type { PaymentStatus, ProviderPayment } from '../ports/index.ts';

/** What becomes of a top-up. `expired`: nobody paid while we asked; a late payment still counts. */
export type TopUpStatus = PaymentStatus | 'expired';

/** Our record of a top-up, as far as deciding goes. */
export interface PaymentRecord {
  readonly status: TopUpStatus;
  /** The provider's transaction that the status is about. One reference may see several. */
  readonly providerPaymentId: string | null;
  readonly amountMinor: number;
  readonly refundedMinor: number;
  readonly currency: string;
}

export type PaymentDecision =
  | { readonly do: 'nothing' }
  /** Keep the new status; no money moves. */
  | { readonly do: 'record' }
  | { readonly do: 'credit' }
  /** The provider gave back some, or all, of what it had approved. */
  | { readonly do: 'refund'; readonly amountMinor: number }
  /** Nothing may be booked, and a person has to look. */
  | { readonly do: 'alarm'; readonly why: 'wrong_amount' | 'paid_twice' };

const nothing: PaymentDecision = { do: 'nothing' };

/**
 * What a transaction, as the provider has it now, means for our payment. The order in which
 * transactions are looked at does not matter: approved is left only by what was given back of that
 * very transaction, and a voided payment never comes back.
 */
export function decidePayment(ours: PaymentRecord, theirs: ProviderPayment): PaymentDecision {
  if (theirs.amountMinor !== ours.amountMinor || theirs.currency !== ours.currency) {
    return { do: 'alarm', why: 'wrong_amount' };
  }
  const same = ours.providerPaymentId === theirs.providerPaymentId;
  if (ours.status === 'approved' || ours.status === 'voided') {
    if (!same) return theirs.status === 'approved' ? { do: 'alarm', why: 'paid_twice' } : nothing;
    if (ours.status === 'voided') return nothing;
    const amountMinor = givenBack(theirs) - ours.refundedMinor;
    return amountMinor > 0 ? { do: 'refund', amountMinor } : nothing;
  }
  if (theirs.status === 'approved') return { do: 'credit' };
  // An attempt that failed says nothing about another that is still under way.
  const underWay = ours.status === 'pending' && ours.providerPaymentId !== null;
  if (underWay && !same && theirs.status !== 'pending') return nothing;
  return same && ours.status === theirs.status ? nothing : { do: 'record' };
}

/** Our payment after a decision that changes it. Another decision may be due then: decide again. */
export function payAfter(
  ours: PaymentRecord,
  theirs: ProviderPayment,
  decision: PaymentDecision,
): PaymentRecord {
  const { providerPaymentId } = theirs;
  if (decision.do === 'record') return { ...ours, providerPaymentId, status: theirs.status };
  if (decision.do === 'credit') return { ...ours, providerPaymentId, status: 'approved' };
  if (decision.do !== 'refund') return ours;
  const refundedMinor = ours.refundedMinor + decision.amountMinor;
  assert(refundedMinor <= ours.amountMinor, 'no more is given back than was paid');
  return {
    ...ours,
    refundedMinor,
    status: refundedMinor === ours.amountMinor ? 'voided' : 'approved',
  };
}

/**
 * Which of the attempts that a provider knows of count: all that money moved in; without any, the
 * one that still may move it, else the one on record, else the last named.
 */
export function attemptsThatCount(
  attempts: readonly ProviderPayment[],
  onRecord: string | null,
): readonly ProviderPayment[] {
  const moved = attempts.filter(({ status }) => status === 'approved' || status === 'voided');
  if (moved.length > 0) return moved;
  const pending = attempts.filter(({ status }) => status === 'pending');
  const rest = pending.length > 0 ? pending : attempts;
  const one = rest.find(({ providerPaymentId }) => providerPaymentId === onRecord) ?? rest.at(-1);
  return one ? [one] : [];
}

function givenBack({ status, amountMinor, refundedMinor }: ProviderPayment): number {
  if (status === 'voided') return amountMinor;
  return status === 'approved' ? Math.min(refundedMinor, amountMinor) : 0;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** How long the provider is asked about a payment of each status, from its beginning. */
const askedForMs: Record<TopUpStatus, number> = {
  // A page that nobody paid at.
  pending: 3 * DAY_MS,
  // A card is voided the same day; refunds by bank come later.
  approved: 30 * DAY_MS,
  // The payer may try again at the same page.
  declined: DAY_MS,
  error: DAY_MS,
  expired: 0,
  voided: 0,
};
/** A transaction that the provider itself still calls pending: banks take days over a PSE. */
const IN_PROCESS_MS = 14 * DAY_MS;

/**
 * When the provider is asked again about a payment without an event: after as long again as it has
 * existed, at least a minute, at most a day. Undefined: no more.
 */
export function nextPaymentCheck(
  payment: { status: TopUpStatus; providerPaymentId: string | null; createdAt: Date },
  now: Date,
): Date | undefined {
  const ageMs = now.getTime() - payment.createdAt.getTime();
  const inProcess = payment.status === 'pending' && payment.providerPaymentId !== null;
  if (ageMs >= (inProcess ? IN_PROCESS_MS : askedForMs[payment.status])) return undefined;
  return new Date(now.getTime() + Math.min(Math.max(ageMs, MINUTE_MS), DAY_MS));
}

/** The same for an open checkout of a subscription, which its provider closes after a day. */
export function nextCheckoutCheck(since: Date, now: Date): Date | undefined {
  const ageMs = now.getTime() - since.getTime();
  if (ageMs >= 3 * DAY_MS) return undefined;
  return new Date(now.getTime() + Math.min(Math.max(ageMs, MINUTE_MS), 6 * HOUR_MS));
}
