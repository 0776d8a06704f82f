import type { Alo, Billing, TopUp } from '@alo/sdk';
import { CliError } from './errors.ts';
import { isLoopback, pressPay } from './sandbox.ts';
import { waitFor } from './wait.ts';

export interface PaymentDeps {
  readonly sdk: Alo;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Whether somebody is there to pay at a real page. */
  readonly interactive: boolean;
  /** A page that only a person can pay at. */
  readonly onPage: (url: string) => void;
}

/** The sandbox confirms at once; a person needs time to find their card. */
const sandboxTimeoutMs = 30_000;
const personTimeoutMs = 15 * 60_000;
/** Without a person, only somebody else's stand-in can confirm: soon, or never. */
const unattendedTimeoutMs = 30_000;

/** Subscribes to the Pro plan: pays at the hosted page and waits until the plan has changed. */
export async function subscribe(deps: PaymentDeps, checkoutUrl: string): Promise<Billing> {
  const timeoutMs = await payAt(deps, 'stripe', checkoutUrl);
  const { sdk, signal, now } = deps;
  return waitFor(
    async () => {
      const billing = await sdk.billing.get({ signal });
      return billing.plan === 'pro' ? billing : undefined;
    },
    {
      timeoutMs,
      signal,
      now,
      what: {
        es: `El pago de la suscripción no se confirmó a tiempo. Página: ${checkoutUrl}`,
        en: `The subscription's payment was not confirmed in time. Page: ${checkoutUrl}`,
      },
    },
  );
}

/** Pays a top-up at its hosted page and waits until the wallet has it. */
export async function payTopUp(
  deps: PaymentDeps,
  topUp: { readonly id: string; readonly url: string; readonly provider: string },
): Promise<TopUp> {
  const timeoutMs = await payAt(deps, topUp.provider, topUp.url);
  const { sdk, signal, now } = deps;
  return waitFor(
    async () => {
      const found = await sdk.billing.topUps.get(topUp.id, { signal });
      return found.status === 'pending' ? undefined : found;
    },
    {
      timeoutMs,
      signal,
      now,
      what: {
        es: `El pago de la recarga no se confirmó a tiempo. Página: ${topUp.url}`,
        en: `The top-up's payment was not confirmed in time. Page: ${topUp.url}`,
      },
    },
  );
}

/**
 * Pays at a sandbox's page; shows any other. How long the confirmation may take.
 *
 * A page on this machine that is not our sandbox's is somebody else's stand-in: it may have our
 * button, another one, or be paid already.
 */
async function payAt(deps: PaymentDeps, vendor: string, url: string): Promise<number> {
  const { sandbox } = await deps.sdk.health({ signal: deps.signal });
  if (sandbox.includes(vendor)) {
    await pressPay(deps.fetch, url, deps.signal);
    return sandboxTimeoutMs;
  }
  const paid = isLoopback(url) && (await tryToPay(deps, url));
  if (!paid) deps.onPage(url);
  return deps.interactive ? personTimeoutMs : unattendedTimeoutMs;
}

async function tryToPay({ fetch, signal }: PaymentDeps, url: string): Promise<boolean> {
  try {
    await pressPay(fetch, url, signal);
    return true;
  } catch (error) {
    if (error instanceof CliError || error instanceof TypeError) return false;
    throw error;
  }
}
