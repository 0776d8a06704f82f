/**
 * Everything integrations are told of. `data` of an event is the object as the API shows it at that
 * moment. Names are `<object>.<what happened>`; one is never renamed once published. What each
 * holds is in `event-data.ts` for our writers, and in the module `event-feed` for the world.
 */
export const eventTypes = [
  'agent.created',
  'agent.updated',
  'call.started',
  'call.ended',
  'document.ready',
  'document.failed',
  'interview.completed',
  'member.joined',
  'member.removed',
  'payment.approved',
  'payment.declined',
  'payment.voided',
  'payment.refunded',
  'subscription.updated',
  'invoice.payment_failed',
  'wallet.low_balance',
  'webhook_endpoint.disabled',
  'webhook_endpoint.enabled',
] as const;

export type EventType = (typeof eventTypes)[number];
