export { rateQuerySchema, ratesSchema, roundingSchema } from './rates.schema.ts';
export { createRatesService, type RatesService } from './rates.service.ts';
export {
  billedSeconds,
  callCostMicros,
  homeRateMicros,
  paidForMs,
  type CallPrice,
  type Plan,
} from './rates.rules.ts';
