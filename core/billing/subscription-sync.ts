import { z } from 'zod';
import type { Db, OrgScope, SystemTx } from '../db/index.ts';
import { recordEvent } from '../events/index.ts';
import { isId, ProviderError, type Clock, type Id, type Log, type NewId } from '../kernel/index.ts';
import type {
  SubscriptionInvoice,
  SubscriptionProvider,
  SubscriptionState,
} from '../ports/index.ts';
import type { ProviderEvent } from '../provider-events/index.ts';
import { readBilling } from './billing.read.ts';
import { presentInvoice } from './billing.present.ts';
import { hastenCheck, scheduleCheck, type Check } from './checks.repo.ts';
import { nextCheckoutCheck } from './payment.rules.ts';
import {
  chooseSubscription,
  nextSubscriptionCheck,
  pastDueSince,
  planOf,
  type Surplus,
} from './subscription.rules.ts';
import {
  findProfile,
  findSubscription,
  findSubscriptionByProviderIds,
  lockPlan,
  savePlan,
  saveSubscription,
  type SubscriptionRow,
} from './subscriptions.repo.ts';

/** How often the provider is asked again because the record changed while it was being asked. */
const ROUNDS_MAX = 5;
/** After something that should not happen, everything is looked at again. */
const LOOK_AGAIN_MS = 60_000;

const payloadSchema = z.union([
  z.object({
    type: z.enum(['checkout.completed', 'subscription.changed', 'invoice.payment_failed']),
    subscriptionId: z.string(),
    organizationId: z.string().optional(),
    invoiceId: z.string().optional(),
  }),
  z.object({ type: z.literal('other') }),
]);

export interface SubscriptionSync {
  /** Acts on an event of the provider, whatever order events come in and however often. */
  handleEvent(event: ProviderEvent): Promise<void>;
  /** Reads all that the provider has on an organization's customer, and puts the record right. */
  reconcile(orgId: Id<'org'>): Promise<void>;
  /** Keeps what the provider answers to `ask`, which may be called again. */
  apply(scope: OrgScope, ask: () => Promise<SubscriptionState>): Promise<void>;
  /** Looks at a checkout whose event may have been lost; closes one that must not be paid any more. */
  checkCheckout(check: Pick<Check, 'subject' | 'orgId' | 'since'>): Promise<void>;
}

/** What one round of asking the provider brought. */
interface Reading {
  readonly candidates: readonly SubscriptionState[];
  /** The one that an event was about. */
  readonly about?: SubscriptionState;
  readonly failedInvoice?: SubscriptionInvoice | undefined;
}

type Outcome = 'done' | { readonly changed: SubscriptionRow | undefined };

/**
 * Keeps an organization's subscription as the provider has it. Events are never believed, they only
 * say what to read again: so it does not matter which of two is older, both lead to the same
 * reading. A reading that is slow is thrown away if the record changed meanwhile: its version is
 * noted before the provider is asked and compared in the transaction that writes.
 */
export function createSubscriptionSync(deps: {
  db: Db;
  subscriptions: SubscriptionProvider;
  newId: NewId;
  clock: Clock;
  log: Log;
}): SubscriptionSync {
  const { db, subscriptions, newId, clock, log } = deps;

  /** Undefined for what the provider does not know: it cannot stand in the way of what it does. */
  const ifKnown = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (error instanceof ProviderError && error.kind === 'not_found') return undefined;
      throw error;
    });

  /** Asks and writes, until nothing came in between. */
  async function settle(
    first: SubscriptionRow | undefined,
    resolve: (tx: SystemTx, reading: Reading) => Promise<Id<'org'> | undefined>,
    read: (record: SubscriptionRow | undefined) => Promise<Reading>,
    onBehalfOf?: OrgScope,
  ): Promise<void> {
    let record = first;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const reading = await read(record);
      let surplus: readonly Surplus[] = [];
      let owner: Id<'org'> | undefined;
      const outcome = await db.withSystem(async (tx): Promise<Outcome> => {
        owner = await resolve(tx, reading);
        if (!owner) return 'done';
        const plan = await lockPlan(tx, owner);
        if (plan === undefined) return 'done';
        const now = await findSubscription(tx, owner);
        if (now?.version !== record?.version) return { changed: now };
        surplus = await keep(tx, { orgId: owner, plan, before: now, reading });
        return 'done';
      }, onBehalfOf);
      if (outcome === 'done') {
        if (owner) await endAll(owner, surplus);
        return;
      }
      record = outcome.changed;
    }
    throw new Error('a subscription kept changing while it was being read');
  }

  /** Writes what was read, with all that follows from it. Returns the ones that have to end. */
  async function keep(
    tx: SystemTx,
    found: {
      orgId: Id<'org'>;
      plan: 'free' | 'pro';
      before: SubscriptionRow | undefined;
      reading: Reading;
    },
  ): Promise<readonly Surplus[]> {
    const { orgId, before, reading } = found;
    const at = clock.now();
    const own = reading.candidates.filter((one) => (one.organizationId ?? orgId) === orgId);
    const { subscription: state, surplus } = chooseSubscription(own, before?.subscriptionId);
    if (!state) return [];
    const since = pastDueSince(before, state, at);
    const plan = planOf({ status: state.status, pastDueSince: since }, at);
    const failed = newFailure(before, state, reading);
    const differs = !isSame(before, state, since);
    const row =
      differs || failed || !before
        ? await saveSubscription(tx, {
            id: newId('sub'),
            orgId,
            provider: subscriptions.name,
            state,
            pastDueSince: since,
            failedInvoice: failed?.key ?? before?.failedInvoice ?? null,
            at,
          })
        : before;
    if (plan !== found.plan) await savePlan(tx, orgId, plan, at);
    if (failed) {
      const data = presentInvoice(failed.invoice);
      await recordEvent(tx, { orgId, type: 'invoice.payment_failed', data, at });
    }
    if (differs || plan !== found.plan) {
      const data = await readBilling(tx, orgId);
      if (data) await recordEvent(tx, { orgId, type: 'subscription.updated', data, at });
    }
    const odd = surplus.length > 0 || (reading.about && reading.about !== state);
    const due = nextSubscriptionCheck(row, at);
    const lookAgain = new Date(at.getTime() + LOOK_AGAIN_MS);
    await scheduleCheck(tx, { subject: orgId, orgId, kind: 'subscription' }, odd ? lookAgain : due);
    // Pages still open would charge for a second one.
    if (plan === 'pro') await hastenCheck(tx, { orgId, kind: 'checkout' }, at);
    return surplus;
  }

  /** Ends what charges beside the one that counts: money first, so that a crash in between loses none. */
  async function endAll(orgId: Id<'org'>, surplus: readonly Surplus[]): Promise<void> {
    for (const { subscription, refund } of surplus) {
      const context = { org_id: orgId, subscription_id: subscription.subscriptionId, refund };
      if (subscription.organizationId !== orgId) {
        log.error(
          { ...context, alarm: 'two_subscriptions' },
          'a second subscription that is not marked as ours: a person has to look at it',
        );
        continue;
      }
      await subscriptions.endSubscription(subscription.subscriptionId, { refund });
      log.warn(context, 'a second subscription was ended');
    }
  }

  async function readAll(record: SubscriptionRow | undefined): Promise<Reading> {
    if (!record?.customerId) return { candidates: [] };
    const listed = await subscriptions.listSubscriptions(record.customerId);
    const id = record.subscriptionId;
    if (!id || listed.some(({ subscriptionId }) => subscriptionId === id)) {
      return { candidates: listed };
    }
    const recorded = await ifKnown(subscriptions.getSubscription(id));
    if (!recorded && listed.length === 0) {
      log.error(
        { org_id: record.orgId, subscription_id: id, alarm: 'subscription_unknown' },
        'the provider does not know a subscription on record: a person has to look at it',
      );
    }
    return { candidates: recorded ? [...listed, recorded] : listed };
  }

  /** The subscription with this id and, beside it, the one on record. */
  const readOne =
    (subscriptionId: string, organizationId: string | undefined, invoiceId?: string) =>
    async (record: SubscriptionRow | undefined): Promise<Reading> => {
      const read = await subscriptions.getSubscription(subscriptionId);
      const about = { ...read, organizationId: read.organizationId ?? organizationId };
      const other = record?.subscriptionId;
      const current =
        other && other !== subscriptionId
          ? await ifKnown(subscriptions.getSubscription(other))
          : undefined;
      const failedInvoice =
        invoiceId === undefined ? undefined : await ifKnown(subscriptions.getInvoice(invoiceId));
      return { about, candidates: current ? [about, current] : [about], failedInvoice };
    };

  const findRecord = (orgId: Id<'org'>) => db.withSystem((tx) => findSubscription(tx, orgId));

  return {
    async handleEvent(event) {
      const payload = payloadSchema.parse(event.payload);
      if (payload.type === 'other') return;
      const { subscriptionId, organizationId } = payload;
      const record = await db.withSystem(
        async (tx) =>
          (isId('org', organizationId) ? await findSubscription(tx, organizationId) : undefined) ??
          findSubscriptionByProviderIds(tx, { subscriptionId, customerId: undefined }),
      );
      await settle(
        record,
        async (tx, { about }) => {
          const owner = about && (await ownerOf(tx, about));
          if (!owner) {
            const context = { event_id: event.eventId, subscription_id: subscriptionId };
            log.warn(context, 'subscription of nobody we know');
          }
          return owner;
        },
        readOne(subscriptionId, organizationId, payload.invoiceId),
      );
    },

    async reconcile(orgId) {
      await settle(await findRecord(orgId), async () => orgId, readAll);
    },

    async apply(scope, ask) {
      const { orgId } = scope;
      const read = async () => ({ candidates: [await ask()] });
      await settle(await findRecord(orgId), async () => orgId, read, scope);
    },

    async checkCheckout({ subject, orgId, since }) {
      const checkout = await ifKnown(subscriptions.getCheckout(subject));
      if (checkout?.status === 'complete' && checkout.subscriptionId) {
        const read = readOne(checkout.subscriptionId, orgId);
        await settle(await findRecord(orgId), async () => orgId, read);
      }
      const open = checkout?.status === 'open';
      const plan = open ? (await db.withSystem((tx) => findProfile(tx, orgId)))?.plan : undefined;
      if (plan === 'pro') await subscriptions.expireCheckout(subject);
      const due = open && plan === 'free' ? nextCheckoutCheck(since, clock.now()) : undefined;
      await db.withSystem((tx) => scheduleCheck(tx, { subject, orgId, kind: 'checkout' }, due));
    },
  };
}

/** The organization: named by the subscription's own metadata, the checkout, or our record. */
async function ownerOf(tx: SystemTx, about: SubscriptionState): Promise<Id<'org'> | undefined> {
  const claimed = about.organizationId;
  if (isId('org', claimed) && (await lockPlan(tx, claimed)) !== undefined) return claimed;
  return (await findSubscriptionByProviderIds(tx, about))?.orgId;
}

function isSame(
  before: SubscriptionRow | undefined,
  state: SubscriptionState,
  since: Date | null,
): boolean {
  return (
    before?.subscriptionId === state.subscriptionId &&
    before.customerId === state.customerId &&
    before.status === state.status &&
    before.cancelAtPeriodEnd === state.cancelAtPeriodEnd &&
    before.currentPeriodEnd?.getTime() === state.currentPeriodEnd?.getTime() &&
    before.pastDueSince?.getTime() === since?.getTime()
  );
}

/** The failed charge of a reading, if it is still unpaid and has not been told of. */
function newFailure(
  before: SubscriptionRow | undefined,
  state: SubscriptionState,
  { about, failedInvoice: invoice }: Reading,
): { key: string; invoice: SubscriptionInvoice } | undefined {
  if (!invoice || invoice.status !== 'open' || about !== state) return undefined;
  const key = `${invoice.invoiceId}:${invoice.attempts}`;
  return key === before?.failedInvoice ? undefined : { key, invoice };
}
