import { z } from 'zod';
import { eventPatterns } from '../events/index.ts';
import {
  idOutSchema,
  idSchema,
  limits,
  pageQuerySchema,
  pageSchema,
  timeSchema,
} from '../kernel/index.ts';

const { overlapHoursDefault, overlapHoursMax } = limits.webhooks;

const urlSchema = z
  .url({ protocol: /^https?$/ })
  .overwrite((text) => (URL.canParse(text) ? new URL(text).href : text))
  .max(limits.webhooks.urlCharsMax)
  .meta({
    description: 'Where events are posted: https, on the public internet',
    examples: ['https://panaderia.co/hooks/alo'],
  });

const eventTypesSchema = z
  .array(z.enum(eventPatterns))
  .min(1)
  .max(eventPatterns.length)
  .overwrite((patterns) => [...new Set(patterns)])
  .meta({
    description: 'The events it is told of: types, all of an object (`call.*`), or all (`*`)',
    examples: [['call.ended', 'payment.*']],
  });

const descriptionSchema = z.string().trim().min(1).max(limits.webhooks.descriptionCharsMax);

const secretSchema = z.string().meta({
  description: 'Signs the deliveries (Standard Webhooks). Shown this once',
});

export const webhookEndpointSchema = z
  .object({
    id: idOutSchema('whe'),
    url: z.string(),
    description: z.string().nullable(),
    event_types: z.array(z.string()),
    status: z.enum(['enabled', 'disabled']),
    disabled_reason: z.enum(['manual', 'gone', 'failing']).nullable().meta({
      description: '`gone`: it answered 410. `failing`: nothing got through for days',
    }),
    disabled_at: timeSchema.nullable(),
    failing_since: timeSchema.nullable().meta({
      description: 'The first failure since the last success',
    }),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'WebhookEndpoint', description: 'An address that events are posted to' });
export type WebhookEndpointWire = z.infer<typeof webhookEndpointSchema>;

export const createdWebhookEndpointSchema = webhookEndpointSchema
  .extend({ secret: secretSchema })
  .meta({ id: 'WebhookEndpointCreated', description: 'A fresh endpoint with its secret' });
export type CreatedWebhookEndpointWire = z.infer<typeof createdWebhookEndpointSchema>;

export const webhookEndpointPageSchema = pageSchema(webhookEndpointSchema).meta({
  id: 'WebhookEndpointPage',
});

export const createWebhookEndpointSchema = z
  .object({
    url: urlSchema,
    event_types: eventTypesSchema.default(['*']),
    description: descriptionSchema.optional(),
  })
  .meta({ id: 'WebhookEndpointCreate' });
export type CreateWebhookEndpoint = z.infer<typeof createWebhookEndpointSchema>;

export const updateWebhookEndpointSchema = z
  .object({
    url: urlSchema,
    event_types: eventTypesSchema,
    description: descriptionSchema.nullable(),
    status: z.enum(['enabled', 'disabled']).meta({
      description: 'While disabled it is told of nothing; what it missed can be replayed',
    }),
  })
  .partial()
  .meta({ id: 'WebhookEndpointUpdate', description: 'What is left out stays as it is' });
export type UpdateWebhookEndpoint = z.infer<typeof updateWebhookEndpointSchema>;

export const rotateWebhookSecretSchema = z
  .object({
    overlap_hours: z.int().min(0).max(overlapHoursMax).default(overlapHoursDefault).meta({
      description: 'How long the secret before signs too; 0 ends it at once',
    }),
  })
  .meta({ id: 'WebhookSecretRotate' });

export const rotatedWebhookSecretSchema = z
  .object({
    secret: secretSchema,
    previous_expires_at: timeSchema.meta({ description: 'Until then the secret before signs too' }),
  })
  .meta({ id: 'WebhookSecretRotated' });
export type RotatedWebhookSecretWire = z.infer<typeof rotatedWebhookSecretSchema>;

const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;

export const webhookDeliverySchema = z
  .object({
    id: idOutSchema('dlv'),
    event_id: idOutSchema('evt'),
    event_type: z.string(),
    endpoint_id: idOutSchema('whe'),
    status: z.enum(deliveryStatuses).meta({
      description: '`failed`: every attempt failed, or the endpoint is disabled. Can be replayed',
    }),
    attempts: z.int(),
    next_attempt_at: timeSchema.nullable().meta({ description: 'Null unless `pending`' }),
    created_at: timeSchema,
    completed_at: timeSchema.nullable(),
  })
  .meta({ id: 'WebhookDelivery', description: 'One event for one endpoint' });
export type WebhookDeliveryWire = z.infer<typeof webhookDeliverySchema>;

const webhookAttemptSchema = z
  .object({
    number: z.int(),
    at: timeSchema,
    duration_ms: z.int(),
    status_code: z.int().nullable().meta({ description: 'What the endpoint answered' }),
    error: z.string().nullable().meta({
      description: 'Why there was no answer: `timeout`, `dns_failed`, `blocked_address`…',
    }),
    response: z.string().nullable().meta({ description: 'The beginning of the answer’s body' }),
  })
  .meta({ id: 'WebhookAttempt' });

export const webhookDeliveryDetailSchema = webhookDeliverySchema
  .extend({ attempt_log: z.array(webhookAttemptSchema).meta({ description: 'Newest first' }) })
  .meta({ id: 'WebhookDeliveryDetail', description: 'A delivery with what came of each attempt' });
export type WebhookDeliveryDetailWire = z.infer<typeof webhookDeliveryDetailSchema>;

export const webhookDeliveryPageSchema = pageSchema(webhookDeliverySchema).meta({
  id: 'WebhookDeliveryPage',
});
export const webhookDeliveryListSchema = z
  .object({ data: z.array(webhookDeliverySchema) })
  .meta({ id: 'WebhookDeliveryList' });

export const webhookDeliveryQuerySchema = pageQuerySchema.extend({
  status: z.enum(deliveryStatuses).optional(),
});
export type WebhookDeliveryQuery = z.infer<typeof webhookDeliveryQuerySchema>;

export const replayEventSchema = z
  .object({
    endpoint_id: idSchema('whe').optional().meta({
      description: 'Only to this one. Without it: to every enabled endpoint that wants such events',
    }),
  })
  .meta({ id: 'EventReplay' });

export const webhookEndpointParamsSchema = z.object({ endpoint_id: idSchema('whe') });
export const webhookDeliveryParamsSchema = z.object({ delivery_id: idSchema('dlv') });
