import { listOf, type PageQuery } from '../core/pages.ts';
import { path } from '../core/path.ts';
import type { RequestOptions, Transport } from '../core/transport.ts';
import type {
  Billing,
  Checkout,
  Invoice,
  OpenPortal,
  PlanList,
  Portal,
  StartCheckout,
  StartTopUp,
  StartedTopUp,
  TopUp,
  TopUpOptions,
  Rates,
  UpdateWallet,
  Wallet,
  WalletEntry,
  WalletStatement,
  WalletVerification,
} from '../types.ts';

/** The plan, and paying for it. */
export function billingResource(http: Transport) {
  return {
    get: (options?: RequestOptions) => http.request<Billing>('GET', '/v1/billing', options),
    /** What there is to subscribe to, with its prices. */
    plans: (options?: RequestOptions) =>
      http.request<PlanList>('GET', '/v1/billing/plans', options),
    /** A hosted page to subscribe at. The plan changes when the payment is confirmed. */
    checkout: (body: StartCheckout = {}, options?: RequestOptions) =>
      http.request<Checkout>('POST', '/v1/billing/checkout', { ...options, body }),
    /** A page to change card and tax id, see invoices, cancel. Good for a short while. */
    portal: (body: OpenPortal = {}, options?: RequestOptions) =>
      http.request<Portal>('POST', '/v1/billing/portal', { ...options, body }),
    /** Invoices of the subscription, newest first. */
    invoices: (query?: PageQuery, options?: RequestOptions) =>
      listOf<Invoice>(http, '/v1/billing/invoices', { ...query }, options),
    subscription: {
      /** At the end of the paid period; the plan is kept until then. */
      cancel: (options?: RequestOptions) =>
        http.request<Billing>('POST', '/v1/billing/subscription/cancel', options),
      /** Takes a cancellation back, before the period has ended. */
      resume: (options?: RequestOptions) =>
        http.request<Billing>('POST', '/v1/billing/subscription/resume', options),
      /** Has the provider asked again, when a payment does not show. */
      sync: (options?: RequestOptions) =>
        http.request<Billing>('POST', '/v1/billing/subscription/sync', options),
    },
    topUps: {
      /** Amounts to offer, their bounds, and who can collect. */
      options: (options?: RequestOptions) =>
        http.request<TopUpOptions>('GET', '/v1/billing/top_up_options', options),
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
    /** Sets where the balance counts as low. */
    update: (body: UpdateWallet, options?: RequestOptions) =>
      http.request<Wallet>('PATCH', '/v1/wallet', { ...options, body }),
    /** Adds the whole ledger up again. */
    verify: (options?: RequestOptions) =>
      http.request<WalletVerification>('GET', '/v1/wallet/verification', options),
    /** What a minute costs, everywhere; with `to` to one number, and what a call of `seconds` costs. */
    rates: (query: { to?: string; seconds?: number } = {}, options?: RequestOptions) =>
      http.request<Rates>('GET', '/v1/rates', { ...options, query }),
    /** A month (`2026-11`) with every movement. */
    statement: (month: string, options?: RequestOptions) =>
      http.request<WalletStatement>('GET', path`/v1/wallet/statements/${month}`, options),
    /** The same as a file; read it with `.bytes()` or stream its `.body`. */
    statementFile: (
      month: string,
      format: 'csv' | 'pdf',
      options?: RequestOptions,
    ): Promise<Response> =>
      http.open('GET', path`/v1/wallet/statements/${month}`, { ...options, query: { format } }),
  };
}
