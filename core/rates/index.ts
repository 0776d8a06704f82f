export {
  rateListSchema,
  rateQuerySchema,
  rateQuoteSchema,
  roundingSchema,
  type RateListWire,
  type RateQuoteWire,
} from './rates.schema.ts';
export { createRatesService, type PricedCall, type RatesService } from './rates.service.ts';
export {
  billedSeconds,
  callCostMicros,
  homeRateMicros,
  paidForMs,
  type CallPrice,
  type Plan,
} from './rates.rules.ts';
