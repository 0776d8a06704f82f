import type { SubscriptionState, SubscriptionStatus } from '../ports/index.ts';
import type { Plan } from './rates.rules.ts';

/**
 * What a subscription entitles to. `past_due` keeps the plan: the provider is still trying to
 * charge, and ends in `unpaid` or `canceled` if it cannot.
 */
export function planOf(status: SubscriptionStatus): Plan {
  return status === 'active' || status === 'trialing' || status === 'past_due' ? 'pro' : 'free';
}

export interface Choice {
  readonly subscription: SubscriptionState;
  /** Two live subscriptions of one organization: somebody is charged twice. */
  readonly alarm: boolean;
}

/**
 * Which of two subscriptions is the organization's. `current` is the one on record, as the provider
 * has it now; `changed` the one an event was about. A late event of an old subscription must not
 * end a new one.
 */
export function chooseSubscription(
  current: SubscriptionState | undefined,
  changed: SubscriptionState,
): Choice {
  if (!current || current.subscriptionId === changed.subscriptionId) {
    return { subscription: changed, alarm: false };
  }
  const currentLives = planOf(current.status) === 'pro';
  const changedLives = planOf(changed.status) === 'pro';
  return {
    subscription: changedLives && !currentLives ? changed : current,
    alarm: currentLives && changedLives,
  };
}
