import type { Wallet } from '@alo/sdk';
import { CliError } from '../lib/errors.ts';
import { payTopUp, subscribe, type PaymentDeps } from '../lib/payments.ts';

/** More than a test call holds for its worst case, at home or abroad. */
const enoughMinor = 2_000_000;
/** $ 50.000 */
export const topUpMinor = 5_000_000;

/** The Pro plan: paid for, unless it has been already. */
export async function ensurePlan(deps: PaymentDeps): Promise<{ plan: string; paid: boolean }> {
  const { plan } = await deps.sdk.billing.get({ signal: deps.signal });
  if (plan === 'pro') return { plan, paid: false };
  const checkout = await deps.sdk.billing.checkout({}, { signal: deps.signal });
  const billing = await subscribe(deps, checkout.url);
  return { plan: billing.plan, paid: true };
}

export function hasEnough(wallet: Wallet): boolean {
  return wallet.available >= enoughMinor;
}

/** A top-up of the wallet, paid and arrived. */
export async function topUp(deps: PaymentDeps, amount: number): Promise<Wallet> {
  const { sdk, signal } = deps;
  const started = await sdk.billing.topUps.create({ amount, currency: 'COP' }, { signal });
  const paid = await payTopUp(deps, started);
  if (paid.status !== 'approved') {
    throw new CliError('payment_declined', {
      es: `La recarga quedó en estado ${paid.status}.`,
      en: `The top-up ended as ${paid.status}.`,
    });
  }
  return sdk.wallet.get({ signal });
}
