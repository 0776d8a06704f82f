import type { z } from 'zod';
import type { memberSchema } from '../accounts/index.ts';
import type { AgentWire } from '../agents/index.ts';
import type { billingSchema, invoiceSchema, topUpSchema } from '../billing/index.ts';
import type { CallWire } from '../calls/index.ts';
import type { InterviewWire } from '../interviews/index.ts';
import type { KnowledgeDocument } from '../knowledge/index.ts';
import type { WalletWire } from '../wallet/index.ts';
import type { WebhookEndpointWire } from '../webhooks/index.ts';
import type { EventType } from './catalog.ts';

type Member = z.infer<typeof memberSchema>;
type TopUp = z.infer<typeof topUpSchema>;

/** Types only: the modules that write events import this one. */
interface EventDataByType {
  'agent.created': AgentWire;
  'agent.updated': AgentWire;
  'call.started': CallWire;
  'call.ended': CallWire;
  'document.ready': KnowledgeDocument;
  'document.failed': KnowledgeDocument;
  'interview.completed': InterviewWire;
  'member.joined': Member;
  'member.removed': Member;
  'payment.approved': TopUp;
  'payment.declined': TopUp;
  'payment.voided': TopUp;
  'payment.refunded': TopUp;
  'subscription.updated': z.infer<typeof billingSchema>;
  'invoice.payment_failed': z.infer<typeof invoiceSchema>;
  'wallet.low_balance': WalletWire;
  'webhook_endpoint.disabled': WebhookEndpointWire;
  'webhook_endpoint.enabled': WebhookEndpointWire;
}

/** What `data` of an event is, by its type: the API's own shape of the object. */
export type EventData<T extends EventType> = EventDataByType[T];
