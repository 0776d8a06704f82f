import { eventTypes, type EventPattern } from '@alo/sdk';
import { z } from 'zod';
import { option } from './define-command.ts';

const objects = [...new Set(eventTypes.map((type) => type.split('.')[0] ?? ''))];
const patterns = ['*', ...objects.map((object) => `${object}.*`), ...eventTypes];

/** `call.*,payment.approved` and `call.* payment.approved` alike. */
const patternsSchema = z
  .array(z.string())
  .transform((words) => words.flatMap((word) => word.split(',')))
  .pipe(z.array(z.enum(patterns as [EventPattern, ...EventPattern[]])).min(1));

/** Which events: of a list, a listener, an endpoint. */
export const eventsField = option(
  patternsSchema.optional(),
  {
    es: 'Solo estos: tipos, o todos los de un objeto (call.*)',
    en: 'Only these: types, or all of an object (call.*)',
  },
  { many: true, value: 'TYPE' },
);

const secretPattern = /^whsec_[A-Za-z0-9+/]+={0,2}$/;

/** What events are signed with on their way to a server of one's own. */
export const secretField = option(
  z.string().regex(secretPattern).optional(),
  {
    es: 'Con qué secreto firmar; si no, uno nuevo que se muestra',
    en: 'The secret to sign with; else a new one, which is shown',
  },
  { value: 'whsec_…', env: 'ALO_WEBHOOK_SECRET' },
);

/** Where one's own server is: `3000`, `:3000/hooks`, `localhost:3000/hooks`, or a whole address. */
export const forwardUrlSchema = z.string().transform((text, context) => {
  const rest = text.replace(/^:?(?=\d+(\/|$))/, 'localhost:');
  const url = /^https?:\/\//.test(rest) ? rest : `http://${rest}`;
  if (URL.canParse(url)) return new URL(url).href;
  context.addIssue({ code: 'custom', message: `${text}: localhost:3000/hooks` });
  return z.NEVER;
});
