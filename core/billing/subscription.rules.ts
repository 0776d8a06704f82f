import { limits } from '../kernel/index.ts';
import type { SubscriptionState, SubscriptionStatus } from '../ports/index.ts';
import type { Plan } from '../rates/index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The end of the grace period of a subscription that owes since then. */
export function graceEndsAt(pastDueSince: Date): Date {
  return new Date(pastDueSince.getTime() + limits.billing.graceMs);
}

/**
 * What a subscription entitles to. While the provider tries to charge again (`past_due`), the plan
 * is kept for a grace period; a payment brings it back at any time.
 */
export function planOf(
  subscription: { status: SubscriptionStatus; pastDueSince: Date | null },
  now: Date,
): Plan {
  const { status, pastDueSince } = subscription;
  if (status === 'active' || status === 'trialing') return 'pro';
  if (status !== 'past_due') return 'free';
  return pastDueSince === null || now < graceEndsAt(pastDueSince) ? 'pro' : 'free';
}

/** Since when a subscription owes: since we first saw it so, and from anew after each payment. */
export function pastDueSince(
  before: { subscriptionId: string | null; pastDueSince: Date | null } | undefined,
  state: SubscriptionState,
  now: Date,
): Date | null {
  if (state.status !== 'past_due') return null;
  const same = before?.subscriptionId === state.subscriptionId;
  return (same ? before?.pastDueSince : null) ?? now;
}

/** How much of a claim a subscription has to be the organization's. Zero: it is over, or never began. */
function rankOf({ status }: SubscriptionState): number {
  if (status === 'active' || status === 'trialing') return 3;
  if (status === 'past_due') return 2;
  return status === 'unpaid' || status === 'paused' ? 1 : 0;
}

export interface Surplus {
  readonly subscription: SubscriptionState;
  /** It was paid for while another one was: that money goes back. */
  readonly refund: boolean;
}

export interface Choice {
  readonly subscription: SubscriptionState | undefined;
  /** Others that still charge, or could: they have to end. */
  readonly surplus: readonly Surplus[];
}

/**
 * Which of an organization's subscriptions is the one, and which have to end. The best-paid one is;
 * among equals the one on record, else the first of those that live and the last of those that do
 * not. The order of `candidates`, which is chance, decides nothing while they carry their dates.
 */
export function chooseSubscription(
  candidates: readonly SubscriptionState[],
  onRecord: string | null | undefined,
): Choice {
  const [best, ...others] = candidates.toSorted((a, b) => {
    const rank = rankOf(a);
    if (rank !== rankOf(b)) return rankOf(b) - rank;
    if (a.subscriptionId === onRecord) return -1;
    if (b.subscriptionId === onRecord) return 1;
    const older = (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0);
    return rank > 0 ? older : -older;
  });
  if (!best) return { subscription: undefined, surplus: [] };
  return {
    subscription: best,
    surplus: others
      .filter((other) => rankOf(other) > 0)
      .map((subscription) => ({ subscription, refund: rankOf(subscription) === 3 })),
  };
}

/**
 * When the provider is asked about a subscription without an event: soon after something should
 * have happened, daily otherwise. Undefined: it is over, and nothing will.
 */
export function nextSubscriptionCheck(
  subscription: {
    status: SubscriptionStatus;
    currentPeriodEnd: Date | null;
    pastDueSince: Date | null;
  },
  now: Date,
): Date | undefined {
  const { status, currentPeriodEnd } = subscription;
  if (status === 'canceled' || status === 'incomplete_expired') return undefined;
  const owes = subscription.pastDueSince && graceEndsAt(subscription.pastDueSince);
  // Providers charge about an hour after the period has ended.
  const renewal = currentPeriodEnd && new Date(currentPeriodEnd.getTime() + 2 * HOUR_MS);
  const daily = new Date(now.getTime() + 24 * HOUR_MS);
  const soonest = new Date(now.getTime() + 10 * MINUTE_MS);
  const due = [owes, renewal]
    .filter((date): date is Date => date instanceof Date && date > now)
    .reduce((first, date) => (date < first ? date : first), daily);
  return due < soonest ? soonest : due;
}
