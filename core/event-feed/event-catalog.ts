import type { z } from 'zod';
import { memberSchema } from '../accounts/index.ts';
import { agentSchema } from '../agents/index.ts';
import { billingSchema, invoiceSchema, topUpSchema } from '../billing/index.ts';
import { callSchema } from '../calls/index.ts';
import type { EventType } from '../events/index.ts';
import { interviewSchema } from '../interviews/index.ts';
import type { Localized } from '../kernel/index.ts';
import { knowledgeDocumentSchema } from '../knowledge/index.ts';
import { walletSchema } from '../wallet/index.ts';
import { webhookEndpointSchema } from '../webhooks/index.ts';

export interface EventDefinition {
  /** When it is sent. */
  readonly description: Localized;
  /** What `data` is: the API's own shape of the object. */
  readonly data: z.ZodObject;
}

/** Every event the world is told of, and what it holds. */
export const eventCatalog: { readonly [T in EventType]: EventDefinition } = {
  'agent.created': {
    description: { es: 'Hay un agente nuevo', en: 'An agent has been made' },
    data: agentSchema,
  },
  'agent.updated': {
    description: {
      es: 'Un agente tiene una versión nueva',
      en: 'An agent has a new version',
    },
    data: agentSchema,
  },
  'call.started': {
    description: {
      es: 'Contestaron: el agente está en la línea',
      en: 'The call was answered: the agent is on the line',
    },
    data: callSchema,
  },
  'call.ended': {
    description: {
      es: 'Una llamada terminó, haya sido contestada o no; ya está cobrada',
      en: 'A call is over, answered or not; it has been charged',
    },
    data: callSchema,
  },
  'document.ready': {
    description: {
      es: 'Un archivo está leído: los agentes ya responden con él',
      en: 'A file has been read: agents answer from it now',
    },
    data: knowledgeDocumentSchema,
  },
  'document.failed': {
    description: { es: 'No se pudo leer un archivo', en: 'A file could not be read' },
    data: knowledgeDocumentSchema,
  },
  'interview.completed': {
    description: {
      es: 'Una entrevista terminó y de ella salió un agente',
      en: 'An interview is over and an agent came of it',
    },
    data: interviewSchema,
  },
  'member.joined': {
    description: {
      es: 'Alguien entró a la organización',
      en: 'Somebody joined the organization',
    },
    data: memberSchema,
  },
  'member.removed': {
    description: {
      es: 'Alguien dejó la organización',
      en: 'Somebody is no longer in the organization',
    },
    data: memberSchema,
  },
  'payment.approved': {
    description: {
      es: 'Una recarga fue aprobada y está en el saldo',
      en: 'A top-up was approved and is in the wallet',
    },
    data: topUpSchema,
  },
  'payment.declined': {
    description: {
      es: 'Una recarga fue rechazada o falló',
      en: 'A top-up was declined or failed',
    },
    data: topUpSchema,
  },
  'payment.voided': {
    description: {
      es: 'Una recarga fue anulada y salió del saldo',
      en: 'A top-up was voided and taken from the wallet',
    },
    data: topUpSchema,
  },
  'payment.refunded': {
    description: {
      es: 'Una recarga fue devuelta, entera o en parte',
      en: 'A top-up was refunded, in full or in part',
    },
    data: topUpSchema,
  },
  'subscription.updated': {
    description: {
      es: 'Cambió el plan o su suscripción',
      en: 'The plan or its subscription has changed',
    },
    data: billingSchema,
  },
  'invoice.payment_failed': {
    description: {
      es: 'No se pudo cobrar una factura de la suscripción',
      en: 'An invoice of the subscription could not be collected',
    },
    data: invoiceSchema,
  },
  'wallet.low_balance': {
    description: {
      es: 'El saldo bajó de la línea que fijó la organización',
      en: 'The balance fell below the line the organization has set',
    },
    data: walletSchema,
  },
  'webhook_endpoint.disabled': {
    description: {
      es: 'A una dirección ya no se le avisa: la desactivaron, respondió 410 o lleva días fallando',
      en: 'An endpoint is told no more: somebody disabled it, it answered 410, or it failed for days',
    },
    data: webhookEndpointSchema,
  },
  'webhook_endpoint.enabled': {
    description: {
      es: 'Una dirección que estaba desactivada volvió a activarse',
      en: 'An endpoint that was disabled has been enabled again',
    },
    data: webhookEndpointSchema,
  },
};
