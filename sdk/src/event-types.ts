import type { EventType } from './types.ts';

/** Held to the contract by its type: one missing or one too many does not compile. */
const known: Record<EventType, true> = {
  'agent.created': true,
  'agent.updated': true,
  'call.started': true,
  'call.ended': true,
  'document.ready': true,
  'document.failed': true,
  'interview.completed': true,
  'member.joined': true,
  'member.removed': true,
  'payment.approved': true,
  'payment.declined': true,
  'payment.voided': true,
  'payment.refunded': true,
  'subscription.updated': true,
  'invoice.payment_failed': true,
  'wallet.low_balance': true,
  'webhook_endpoint.disabled': true,
  'webhook_endpoint.enabled': true,
};

/** Every type of event this version knows; a newer platform may send more. */
export const eventTypes = Object.keys(known) as readonly EventType[];
