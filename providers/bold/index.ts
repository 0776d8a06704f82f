import { AppError, ProviderError, type Clock, type Log, type Secret } from '@alo/core/kernel';
import type { TopUpProvider } from '@alo/core/ports';
import { createJsonApi } from '../kit/json-api.ts';
import { isSignedBy } from './signatures.ts';
import {
  linkCreatedSchema,
  linkSchema,
  notificationSchema,
  notificationsSchema,
  paymentOfLink,
  statusOf,
  toPayments,
  webhookSchema,
} from './wire.ts';

const API_URL = 'https://integrations.api.bold.co';
/** How long a link can be paid. */
const LINK_TTL_MS = 24 * 3_600_000;
const NS_PER_SECOND = 1_000_000_000;

export interface BoldOptions {
  /** The "llave de identidad". */
  readonly apiKey: Secret;
  /** The "llave secreta" that webhooks are signed with. */
  readonly secretKey: Secret;
  /** Bold's test environment signs with an empty key. Anyone can: never in production. */
  readonly testMode?: boolean | undefined;
  /** Absent: Bold itself. */
  readonly baseUrl?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Wallet top-ups on Bold's payment links (Colombia). Source: developers.bold.co, API link de pagos. */
export function createBoldTopUps(options: BoldOptions): TopUpProvider {
  const { clock, log } = options;
  const api = createJsonApi({
    name: 'bold',
    url: (options.baseUrl ?? API_URL).replace(/\/+$/, ''),
    authorization: () => `x-api-key ${options.apiKey.reveal()}`,
  });
  const secretKeys = () => [options.secretKey.reveal(), ...(options.testMode ? [''] : [])];

  const notified = async (path: string) =>
    toPayments((await api.find(path, notificationsSchema))?.notifications ?? []);
  const notificationsOf = (id: string) =>
    `/payments/webhook/notifications/${encodeURIComponent(id)}`;

  return {
    name: 'bold',

    async createCheckout({ reference, amountMinor, currency, email, redirectUrl }) {
      if (amountMinor % 100 !== 0) throw notWholePesos();
      const expiresS = Math.floor((clock.now().getTime() + LINK_TTL_MS) / 1_000);
      const { payload } = await api.post(
        '/online/link/v1',
        {
          amount_type: 'CLOSE',
          amount: { currency, total_amount: amountMinor / 100, tip_amount: 0, taxes: [] },
          reference,
          description: 'Recarga de saldo de Aló',
          // Nanoseconds do not fit a JSON number; those of a whole second do.
          expiration_date: expiresS * NS_PER_SECOND,
          callback_url: redirectUrl,
          payer_email: email,
        },
        linkCreatedSchema,
      );
      return { url: payload.url, checkoutId: payload.payment_link };
    },

    async getPayment(providerPaymentId) {
      const found = await notified(notificationsOf(providerPaymentId));
      const payment = found.find((one) => one.providerPaymentId === providerPaymentId);
      if (payment) return payment;
      throw new ProviderError('bold', 'unavailable', 'no notification of this payment yet');
    },

    async findPayments({ reference, checkoutId }) {
      const path = `${notificationsOf(reference)}?is_external_reference=true`;
      const known = (await notified(path))
        .filter((one) => ['', reference, checkoutId].includes(one.reference))
        .map((one) => ({ ...one, reference }));
      if (known.length > 0 || checkoutId === undefined) return known;
      const link = await api.find(`/online/link/v1/${encodeURIComponent(checkoutId)}`, linkSchema);
      const payment = link && paymentOfLink(link, { reference });
      return payment ? [payment] : [];
    },

    async parseWebhook({ rawBody, headers }) {
      if (!isSignedBy(rawBody, headers['x-bold-signature'], secretKeys())) {
        throw new AppError('invalid_signature');
      }
      const event = webhookSchema.safeParse(parseJson(rawBody));
      if (!event.success) throw new AppError('invalid_request', { cause: event.error });
      const { id: eventId, type: name } = event.data;
      const status = statusOf(name);
      if (status === undefined) return { type: 'other', eventId, name };
      const about = notificationSchema.safeParse(event.data);
      if (!about.success) throw new AppError('invalid_request', { cause: about.error });
      const { payment_id: providerPaymentId } = about.data.data;
      log.debug({ provider_payment_id: providerPaymentId, name }, 'bold event verified');
      return { type: 'payment.changed', eventId, name, providerPaymentId, status };
    },
  };
}

function notWholePesos(): AppError {
  return new AppError('validation_failed', {
    param: 'amount',
    detail: { es: 'El valor debe ser en pesos enteros.', en: 'The amount must be whole pesos.' },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_json', { cause: error });
  }
}
