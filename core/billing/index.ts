export {
  billingSchema,
  checkoutSchema,
  invoicePageSchema,
  invoiceSchema,
  openPortalSchema,
  planListSchema,
  portalSchema,
  startCheckoutSchema,
  startedTopUpSchema,
  startTopUpSchema,
  topUpOptionsSchema,
  topUpPageSchema,
  topUpSchema,
} from './billing.schema.ts';
export { createBillingService, type BillingService } from './billing.service.ts';
