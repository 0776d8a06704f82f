import { z } from 'zod';
import type { Db, SystemTx } from '../db/index.ts';
import { isId, ProviderError, type Clock, type Id, type Log, type NewId } from '../kernel/index.ts';
import type { SubscriptionProvider, SubscriptionState } from '../ports/index.ts';
import type { ProviderEvent } from '../provider-events/index.ts';
import {
  findSubscription,
  findSubscriptionByProviderIds,
  lockOrganization,
  saveSubscription,
  type SubscriptionRow,
} from './billing.repo.ts';
import { chooseSubscription, planOf } from './subscription.rules.ts';

/** How often the provider is asked again because the record changed while it was being asked. */
const ROUNDS_MAX = 5;

const payloadSchema = z.union([
  z.object({
    type: z.enum(['checkout.completed', 'subscription.changed']),
    subscriptionId: z.string(),
    organizationId: z.string().optional(),
  }),
  z.object({ type: z.literal('other') }),
]);

/**
 * Acts on an event of the subscription provider: asks what the subscription is like now and records
 * that, with the plan it entitles to. Events may come in any order and any number of times.
 *
 * The record's version is noted before the provider is asked and compared in the transaction that
 * writes, so the slower of two jobs cannot write an older answer over a newer one.
 */
export function createSubscriptionEventHandler(deps: {
  db: Db;
  subscriptions: SubscriptionProvider;
  newId: NewId;
  clock: Clock;
  log: Log;
}): (event: ProviderEvent) => Promise<void> {
  const { db, subscriptions, newId, clock, log } = deps;

  const findRecord = (subscriptionId: string, orgId: string | undefined) =>
    db.withSystem(
      async (tx) =>
        (isId('org', orgId) ? await findSubscription(tx, orgId) : undefined) ??
        findSubscriptionByProviderIds(tx, { subscriptionId, customerId: undefined }),
    );

  /** The recorded subscription as the provider has it, where it is another than the event's. */
  const askForCurrent = async (record: SubscriptionRow | undefined, changed: SubscriptionState) => {
    const id = record?.subscriptionId;
    if (!id || id === changed.subscriptionId) return undefined;
    return subscriptions.getSubscription(id).catch((error: unknown) => {
      // One that the provider no longer knows cannot stand in the way of a new one.
      if (error instanceof ProviderError && error.kind === 'not_found') return undefined;
      throw error;
    });
  };

  return async (event) => {
    const payload = payloadSchema.parse(event.payload);
    if (payload.type === 'other') return;
    const { subscriptionId } = payload;
    let record = await findRecord(subscriptionId, payload.organizationId);

    for (let round = 0; round < ROUNDS_MAX; round++) {
      const changed = await subscriptions.getSubscription(subscriptionId);
      const current = await askForCurrent(record, changed);
      const claimed = changed.organizationId ?? payload.organizationId;
      const outcome = await db.withSystem(async (tx): Promise<SubscriptionRow | 'done' | 'new'> => {
        const orgId = await resolveOrganization(tx, claimed, changed);
        if (!orgId) {
          log.warn(
            { event_id: event.eventId, subscription_id: subscriptionId },
            'subscription of nobody we know',
          );
          return 'done';
        }
        const now = await findSubscription(tx, orgId);
        if (now?.version !== record?.version) return now ?? 'new';
        const choice = chooseSubscription(current, changed);
        if (choice.alarm) {
          log.error(
            {
              alarm: 'two_subscriptions',
              org_id: orgId,
              kept: current?.subscriptionId,
              other: subscriptionId,
            },
            'an organization pays for two subscriptions',
          );
        }
        await saveSubscription(tx, {
          id: newId('sub'),
          orgId,
          provider: subscriptions.name,
          state: choice.subscription,
          plan: planOf(choice.subscription.status),
          at: clock.now(),
        });
        return 'done';
      });
      if (outcome === 'done') return;
      record = outcome === 'new' ? undefined : outcome;
    }
    throw new Error(`subscription ${subscriptionId} kept changing while it was being read`);
  };
}

/** The organization, locked: named by the subscription's own metadata, the checkout, or our record. */
async function resolveOrganization(
  tx: SystemTx,
  claimed: string | undefined,
  changed: SubscriptionState,
): Promise<Id<'org'> | undefined> {
  if (isId('org', claimed) && (await lockOrganization(tx, claimed))) return claimed;
  const known = await findSubscriptionByProviderIds(tx, changed);
  if (!known || !(await lockOrganization(tx, known.orgId))) return undefined;
  return known.orgId;
}
