export {
  createIdempotencyService,
  type Claim,
  type IdempotencyService,
} from './idempotency.service.ts';
