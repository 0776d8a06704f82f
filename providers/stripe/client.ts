import { Stripe } from 'stripe';
import { ProviderError, providerErrorKindOf } from '@alo/core/kernel';

/** The version our code was written against; webhook endpoints are created with the same. */
const STRIPE_API_VERSION = '2026-10-28.endive';

const TIMEOUT_MS = 20_000;

/**
 * The official SDK, on Stripe's own host or on any other that speaks its wire format.
 * @param baseUrl such as `http://127.0.0.1:1234`; the SDK adds `/v1/…` itself, so a path is dropped.
 */
export function createStripeClient(secretKey: string, baseUrl: string | undefined): Stripe {
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: 2,
    timeout: TIMEOUT_MS,
    telemetry: false,
    ...(baseUrl === undefined ? {} : addressOf(baseUrl)),
  });
}

/** The SDK takes host, port and protocol apart. */
function addressOf(baseUrl: string): { host: string; port: number; protocol: 'http' | 'https' } {
  const url = new URL(baseUrl);
  const protocol = url.protocol === 'http:' ? 'http' : 'https';
  const port = url.port === '' ? { http: 80, https: 443 }[protocol] : Number(url.port);
  // IPv6 addresses come in brackets, which are a URL's and not a host's.
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, protocol };
}

/** Runs an SDK call; whatever it throws becomes a `ProviderError`. */
export async function asProviderErrors<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw toProviderError(error);
  }
}

/** Whether Stripe refused a request because it does not know the customer named in it. */
export function isMissingCustomer(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.code === 'resource_missing' &&
    error.param === 'customer'
  );
}

/** Whether Stripe does not know what a request is about; to it, an ended subscription is not there. */
export function isMissing(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing'
  );
}

/** Whether a checkout cannot be closed because it is not open: the one refusal without a code. */
export function isNotOpen(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.statusCode === 400 &&
    error.code === undefined
  );
}

/** Whether a payment has been given back before. */
export function isAlreadyRefunded(error: unknown): boolean {
  return (
    error instanceof Stripe.errors.StripeInvalidRequestError &&
    error.code === 'charge_already_refunded'
  );
}

function toProviderError(error: unknown): ProviderError {
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new ProviderError('stripe', 'protocol', 'unexpected failure', { cause: error });
  }
  const kind =
    error instanceof Stripe.errors.StripeConnectionError
      ? 'connection'
      : providerErrorKindOf(error.statusCode ?? 500);
  const { statusCode: status, requestId } = error;
  return new ProviderError('stripe', kind, `${error.code ?? error.rawType ?? error.type}`, {
    cause: error,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}
