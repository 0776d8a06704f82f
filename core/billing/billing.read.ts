import type { AnyTx } from '../db/index.ts';
import type { Id } from '../kernel/index.ts';
import { presentBilling } from './billing.present.ts';
import type { BillingWire } from './billing.schema.ts';
import { owedMicros } from './payments.repo.ts';
import { findProfile, findSubscription } from './subscriptions.repo.ts';

/** The plan and all that belongs to it, as the API shows it. Undefined: no such organization. */
export async function readBilling(tx: AnyTx, orgId: Id<'org'>): Promise<BillingWire | undefined> {
  const profile = await findProfile(tx, orgId);
  if (!profile) return undefined;
  const owed = { micros: await owedMicros(tx, orgId), currency: profile.currency };
  return presentBilling(profile.plan, await findSubscription(tx, orgId), owed);
}
