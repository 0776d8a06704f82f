import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  Billing,
  Checkout,
  StartCheckout,
  StartTopUp,
  StartedTopUp,
  TopUp,
  Wallet,
  WalletEntry,
} from '../types.ts';

/** The plan, and paying for it. */
export function billingResource(http: Transport) {
  return {
    get: (options?: RequestOptions) => http.request<Billing>('GET', '/v1/billing', options),
    /** A hosted page to subscribe at. The plan changes when the payment is confirmed. */
    checkout: (body: StartCheckout = {}, options?: RequestOptions) =>
      http.request<Checkout>('POST', '/v1/billing/checkout', { ...options, body }),
    topUps: {
      /** A hosted page to pay at. The wallet is credited when the payment is `approved`. */
      create: (body: StartTopUp, options?: RequestOptions) =>
        http.request<StartedTopUp>('POST', '/v1/billing/top_ups', { ...options, body }),
      get: (id: string, options?: RequestOptions) =>
        http.request<TopUp>('GET', path`/v1/billing/top_ups/${id}`, options),
      list: (query?: PageQuery, options?: RequestOptions) =>
        listOf<TopUp>(http, '/v1/billing/top_ups', { ...query }, options),
    },
  };
}

/** The prepaid balance that calls are paid from. */
export function walletResource(http: Transport) {
  return {
    get: (options?: RequestOptions) => http.request<Wallet>('GET', '/v1/wallet', options),
    /** Every movement, newest first. */
    entries: (query?: PageQuery, options?: RequestOptions) =>
      listOf<WalletEntry>(http, '/v1/wallet/entries', { ...query }, options),
  };
}
