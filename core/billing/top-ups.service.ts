import type { Db, OrgScope } from '../db/index.ts';
import {
  AppError,
  formatMinor,
  assert,
  cursorId,
  isId,
  limits,
  microsFromMinor,
  notFound,
  pageOf,
  type Clock,
  type Currency,
  type Id,
  type NewId,
  type Page,
  type PageQuery,
} from '../kernel/index.ts';
import type { TopUpProvider } from '../ports/index.ts';
import type { WalletService } from '../wallet/index.ts';
import { presentTopUp } from './billing.present.ts';
import {
  topUpProviderSchema,
  type StartedTopUpWire,
  type TopUpOptionsWire,
  type TopUpWire,
} from './billing.schema.ts';
import { hastenCheck, scheduleCheck } from './checks.repo.ts';
import { nextPaymentCheck } from './payment.rules.ts';
import * as repo from './payments.repo.ts';

/** What is offered, in whole pesos. */
const packagesPesos = [20_000, 50_000, 100_000, 200_000, 500_000];

export interface StartTopUp {
  /** The payment's; the same one again finds the payment of before. */
  readonly id?: Id<'pay'> | undefined;
  readonly amountMinor: number;
  readonly currency: Currency;
  readonly email: string;
  readonly redirectUrl?: string | undefined;
  /** The provider's name; the default one's if absent. */
  readonly provider?: string | undefined;
}

export interface TopUpsService {
  /** What one can top up by, and who collects. */
  topUpOptions(): TopUpOptionsWire;
  /** Makes a pending payment and a hosted page to pay it at. The wallet's own currency only. */
  startTopUp(scope: OrgScope, topUp: StartTopUp): Promise<StartedTopUpWire>;
  getTopUp(scope: OrgScope, id: Id<'pay'>): Promise<TopUpWire>;
  listTopUps(scope: OrgScope, page: PageQuery): Promise<Page<TopUpWire>>;
  /**
   * A payer's browser came back. What it says is nobody's word: it only has the provider asked soon.
   */
  noteReturn(returned: {
    topUpId?: unknown;
    transactionId?: unknown;
    checkoutId?: unknown;
  }): Promise<void>;
}

/** `topUps`: the first one is the default. */
export function createTopUpsService(deps: {
  db: Db;
  wallet: WalletService;
  topUps: readonly TopUpProvider[];
  newId: NewId;
  clock: Clock;
  returnUrl: string;
}): TopUpsService {
  const { db, wallet, topUps, newId, clock, returnUrl } = deps;

  function chooseProvider(asked: string | undefined): TopUpProvider {
    const provider = asked === undefined ? topUps[0] : topUps.find(({ name }) => name === asked);
    if (provider) return provider;
    assert(asked !== undefined, 'somebody collects top-ups');
    throw notSetUp(asked, topUps);
  }

  return {
    topUpOptions: () => ({
      packages: packagesPesos.map((pesos) => ({ amount: pesos * 100, currency: 'COP' })),
      amount_min: limits.wallet.topUpMinorMin,
      amount_max: limits.wallet.topUpMinorMax,
      currency: 'COP',
      providers: topUps.map(({ name }) => topUpProviderSchema.parse(name)),
    }),

    async startTopUp(scope, topUp) {
      requireAllowedAmount(topUp);
      const provider = chooseProvider(topUp.provider);
      const { currency } = await wallet.get(scope);
      if (currency !== topUp.currency) throw wrongCurrency(currency);
      const id = topUp.id ?? newId('pay');
      const at = clock.now();
      // Kept before the provider hears of it: no event can come for a payment that is not there.
      const row = await db.withSystem(async (tx) => {
        const found = await repo.findPayment(tx, id);
        if (found) {
          assert(found.org_id === scope.orgId, `${id} is another organization's payment`);
          return found;
        }
        const inserted = await repo.insertPayment(tx, {
          id,
          orgId: scope.orgId,
          provider: provider.name,
          reference: id,
          amountMicros: microsFromMinor(topUp.amountMinor),
          currency,
          createdBy: scope.userId,
          at,
        });
        const begun = { status: 'pending', providerPaymentId: null, createdAt: at } as const;
        const check = { subject: id, orgId: scope.orgId, kind: 'payment', since: at } as const;
        await scheduleCheck(tx, check, nextPaymentCheck(begun, at));
        return inserted;
      }, scope);
      const { url, checkoutId } = await provider.createCheckout({
        reference: id,
        amountMinor: topUp.amountMinor,
        currency,
        email: topUp.email,
        redirectUrl: topUp.redirectUrl ?? `${returnUrl}?top_up=${id}`,
      });
      if (checkoutId) await db.withSystem((tx) => repo.setCheckoutId(tx, id, checkoutId));
      return { ...presentTopUp(row), url };
    },

    getTopUp: (scope, id) =>
      db.withOrg(scope, async (tx) => {
        const row = await repo.findPayment(tx, id);
        if (row?.org_id !== scope.orgId) throw notFound();
        return presentTopUp(row);
      }),

    async listTopUps(scope, page) {
      const before = cursorId('pay', page.cursor);
      const rows = await db.withOrg(scope, (tx) =>
        repo.listPayments(tx, scope.orgId, { limit: page.limit, before }),
      );
      return pageOf(rows, page.limit, presentTopUp);
    },

    async noteReturn({ topUpId, transactionId, checkoutId }) {
      const hint = isPlainId(transactionId) ? transactionId : undefined;
      const at = clock.now();
      await db.withSystem(async (tx) => {
        if (!isId('pay', topUpId)) {
          if (isPlainId(checkoutId)) await hastenCheck(tx, { subject: checkoutId }, at);
          return;
        }
        const row = await repo.findPayment(tx, topUpId);
        if (!row || row.status === 'approved' || row.status === 'voided') return;
        // Even one that we have given up on: somebody has just been at its page.
        const { id: subject, org_id: orgId, created_at: since } = row;
        await scheduleCheck(tx, { subject, orgId, kind: 'payment', since, hint }, at);
      });
    },
  };
}

const isPlainId = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,200}$/.test(value);

function notSetUp(asked: string, topUps: readonly TopUpProvider[]): AppError {
  const names = topUps.map(({ name }) => name).join(', ');
  return new AppError('validation_failed', {
    param: 'provider',
    detail: {
      es: `Aquí no se recauda con ${asked}. Se puede con: ${names}.`,
      en: `${asked} does not collect here. These do: ${names}.`,
    },
  });
}

function wrongCurrency(currency: Currency): AppError {
  return new AppError('validation_failed', {
    param: 'currency',
    detail: {
      es: `El saldo de esta organización es en ${currency}.`,
      en: `The wallet of this organization is in ${currency}.`,
    },
  });
}

function requireAllowedAmount({ amountMinor, currency }: StartTopUp): void {
  const { topUpMinorMin, topUpMinorMax } = limits.wallet;
  if (amountMinor >= topUpMinorMin && amountMinor <= topUpMinorMax) return;
  const money = (minor: number, lang: 'es' | 'en') => formatMinor(minor, currency, lang);
  const detail = {
    es: `Una recarga es de ${money(topUpMinorMin, 'es')} a ${money(topUpMinorMax, 'es')}.`,
    en: `A top-up is from ${money(topUpMinorMin, 'en')} to ${money(topUpMinorMax, 'en')}.`,
  };
  throw new AppError('validation_failed', { param: 'amount', detail });
}
