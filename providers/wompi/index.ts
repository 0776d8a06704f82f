import { AppError, type Log, type Secret } from '@alo/core/kernel';
import type { TopUpProvider } from '@alo/core/ports';
import { createJsonApi } from '../kit/json-api.ts';
import { integritySignature, isAuthentic } from './signatures.ts';
import {
  protectedProperties,
  signedEventSchema,
  toPayment,
  transactionEventSchema,
  transactionListSchema,
  transactionSchema,
} from './wire.ts';

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
  const api = createJsonApi({
    name: 'wompi',
    url: apiUrlOf(options),
    authorization: () => `Bearer ${options.privateKey.reveal()}`,
  });
  const checkoutBase = options.checkoutBaseUrl ?? CHECKOUT_URL;

  return {
    name: 'wompi',

    async createCheckout({ reference, amountMinor, currency, email, redirectUrl }) {
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
      return { url: url.href, checkoutId: undefined };
    },

    async getPayment(providerPaymentId) {
      const path = `/transactions/${encodeURIComponent(providerPaymentId)}`;
      return toPayment((await api.get(path, transactionSchema)).data);
    },

    async findPayments({ reference }) {
      const path = `/transactions?reference=${encodeURIComponent(reference)}`;
      const found = await api.find(path, transactionListSchema);
      // Not every host filters: only the reference itself counts.
      return (found?.data ?? []).map(toPayment).filter((one) => one.reference === reference);
    },

    async parseWebhook({ rawBody }) {
      // The signature is inside: what cannot be read has none.
      const event = signedEventSchema.safeParse(parseJson(rawBody));
      if (!event.success) throw new AppError('invalid_signature', { cause: event.error });
      if (!isAuthentic(event.data, options.eventsSecret.reveal())) {
        throw new AppError('invalid_signature');
      }
      const { event: name, data, signature } = event.data;
      if (!('transaction' in data)) {
        return { type: 'other', eventId: signature.checksum.toLowerCase(), name };
      }
      const { properties } = signature;
      if (!protectedProperties.every((property) => properties.includes(property))) {
        throw new AppError('invalid_signature');
      }
      const about = transactionEventSchema.safeParse(data);
      if (!about.success) throw new AppError('invalid_request', { cause: about.error });
      const { id, status } = about.data.transaction;
      log.debug({ provider_payment_id: id, status }, 'wompi event verified');
      const eventId = `${id}:${status}`;
      return { type: 'payment.changed', eventId, name, providerPaymentId: id, status };
    },
  };
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
    throw new AppError('invalid_signature', { cause: error });
  }
}
