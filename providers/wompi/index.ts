import {
  AppError,
  ProviderError,
  providerErrorKindOf,
  type Log,
  type Secret,
} from '@alo/core/kernel';
import type { TopUpProvider } from '@alo/core/ports';
import { integritySignature, isAuthentic } from './signatures.ts';
import {
  protectedProperties,
  signedEventSchema,
  transactionEventSchema,
  transactionSchema,
} from './wire.ts';

const TIMEOUT_MS = 15_000;
/** One address for both environments: the public key decides. */
const CHECKOUT_URL = 'https://checkout.wompi.co/p/';

export interface WompiOptions {
  /** `pub_test_…` or `pub_prod_…`. */
  readonly publicKey: string;
  readonly privateKey: Secret;
  readonly integritySecret: Secret;
  readonly eventsSecret: Secret;
  /** Absent: Wompi's sandbox or production, by the public key. `/v1` is added to one without a path. */
  readonly baseUrl?: string | undefined;
  readonly checkoutBaseUrl?: string | undefined;
  readonly log: Log;
}

/** Wallet top-ups on Wompi's web checkout (Colombia). Source: docs.wompi.co/docs/colombia. */
export function createWompiTopUps(options: WompiOptions): TopUpProvider {
  const { log } = options;
  const apiUrl = apiUrlOf(options);
  const checkoutBase = options.checkoutBaseUrl ?? CHECKOUT_URL;

  return {
    name: 'wompi',

    checkoutUrl({ reference, amountMinor, currency, email, redirectUrl }) {
      const url = new URL(checkoutBase);
      const signature = integritySignature(
        { reference, amountMinor, currency },
        options.integritySecret.reveal(),
      );
      // Written out rather than through `searchParams`: Wompi's names have colons in them.
      const query = [
        ['public-key', options.publicKey],
        ['currency', currency],
        ['amount-in-cents', String(amountMinor)],
        ['reference', reference],
        ['signature:integrity', signature],
        ['redirect-url', redirectUrl],
        ['customer-data:email', email],
      ].map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
      url.search = query.join('&');
      return url.href;
    },

    async getPayment(providerPaymentId) {
      const path = `/transactions/${encodeURIComponent(providerPaymentId)}`;
      const parsed = transactionSchema.safeParse(await getJson(path));
      if (!parsed.success) {
        throw new ProviderError('wompi', 'protocol', 'unreadable transaction', {
          cause: parsed.error,
        });
      }
      const { id, reference, amount_in_cents, currency, status } = parsed.data.data;
      return { providerPaymentId: id, reference, amountMinor: amount_in_cents, currency, status };
    },

    async parseWebhook({ rawBody }) {
      const event = signedEventSchema.safeParse(parseJson(rawBody));
      if (!event.success) throw new AppError('invalid_request', { cause: event.error });
      if (!isAuthentic(event.data, options.eventsSecret.reveal())) {
        throw new AppError('invalid_signature');
      }
      const { properties } = event.data.signature;
      if (!protectedProperties.every((property) => properties.includes(property))) {
        throw new AppError('invalid_signature');
      }
      const about = transactionEventSchema.safeParse(event.data.data);
      if (!about.success) throw new AppError('invalid_request', { cause: about.error });
      const { id, status } = about.data.transaction;
      log.debug({ provider_payment_id: id, status }, 'wompi event verified');
      return {
        eventId: `${id}:${status}`,
        name: event.data.event,
        providerPaymentId: id,
        status,
      };
    },
  };

  async function getJson(path: string): Promise<unknown> {
    const response = await fetch(`${apiUrl}${path}`, {
      headers: {
        authorization: `Bearer ${options.privateKey.reveal()}`,
        accept: 'application/json',
      },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
      throw new ProviderError('wompi', timedOut ? 'timeout' : 'connection', `GET ${path} failed`, {
        cause: error,
      });
    });
    const { status } = response;
    if (!response.ok) {
      await response.body?.cancel();
      throw new ProviderError('wompi', providerErrorKindOf(status), `GET ${path}: ${status}`, {
        status,
      });
    }
    return response.json().catch((error: unknown) => {
      throw new ProviderError('wompi', 'protocol', `GET ${path}: no JSON`, { cause: error });
    });
  }
}

function apiUrlOf({ baseUrl, publicKey }: WompiOptions): string {
  if (baseUrl === undefined) {
    const environment = publicKey.startsWith('pub_prod_') ? 'production' : 'sandbox';
    return `https://${environment}.wompi.co/v1`;
  }
  const trimmed = baseUrl.replace(/\/+$/, '');
  return new URL(trimmed).pathname === '/' ? `${trimmed}/v1` : trimmed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_json', { cause: error });
  }
}
