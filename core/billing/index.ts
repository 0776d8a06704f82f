export {
  billingSchema,
  checkoutSchema,
  startCheckoutSchema,
  startedTopUpSchema,
  startTopUpSchema,
  topUpPageSchema,
  topUpSchema,
  type BillingWire,
  type CheckoutWire,
  type StartedTopUpWire,
  type TopUpWire,
} from './billing.schema.ts';
export {
  createBillingService,
  type BillingService,
  type StartCheckout,
  type StartTopUp,
} from './billing.service.ts';
export {
  callCostMicros,
  callRateMicrosPerMinute,
  worstCaseMicros,
  type Plan,
} from './rates.rules.ts';
