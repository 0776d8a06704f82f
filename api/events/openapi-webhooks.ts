import { eventCatalog, eventSchemaName } from '@alo/core/event-feed';
import { eventTypes } from '@alo/core/events';

const header = (name: string, description: string) => ({
  name,
  in: 'header' as const,
  required: true,
  description,
  schema: { type: 'string' as const },
});

/** The headers of Standard Webhooks. */
const parameters = [
  header('webhook-id', 'The event’s id, the same for every attempt: know duplicates by it'),
  header('webhook-timestamp', 'When this attempt was made, in seconds since 1970'),
  header(
    'webhook-signature',
    'One or more of `v1,<base64>`, with spaces between them: HMAC-SHA256 of ' +
      '`<webhook-id>.<webhook-timestamp>.<body>` with the base64 part of the `whsec_…` secret as the key',
  ),
];

const responses = {
  '2XX': { description: 'Taken. Anything else is tried again: ten attempts over three days' },
  '410': { description: 'Not wanted any more: the endpoint is disabled' },
};

/** The `webhooks` section of the contract: what an organization's endpoint gets, by event. */
export function describeWebhooks(): Record<string, object> {
  return Object.fromEntries(
    eventTypes.map((type) => {
      const name = eventSchemaName(type);
      const schema = { $ref: `#/components/schemas/${name}` };
      const post = {
        operationId: `on${name}`,
        tags: ['events'],
        summary: eventCatalog[type].description.en,
        security: [],
        parameters,
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses,
      };
      return [type, { post }];
    }),
  );
}
