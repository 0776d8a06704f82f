import { z } from 'zod';
import {
  idOutSchema,
  languages,
  limits,
  moneySchema,
  parsePhone,
  timeSchema,
  type Language,
} from '../kernel/index.ts';

// Control characters but tab and line break: Postgres refuses some, nobody means any.
// oxlint-disable-next-line eslint/no-control-regex
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Text that Postgres and JSON can hold. Trimmed; never empty. */
export function textSchema(charsMax: number) {
  return z
    .string()
    .overwrite((text) => text.replaceAll('\r\n', '\n'))
    .trim()
    .min(1)
    .max(charsMax)
    .refine(
      (text) => text.isWellFormed() && text.search(controls) === -1,
      'must not contain control characters',
    );
}

/** What a model wrote, made acceptable to `textSchema(charsMax)`; null where nothing is left. */
export function cleanText(text: string | null | undefined, charsMax: number): string | null {
  const clean = (text ?? '').replaceAll('\r\n', '\n').toWellFormed().replace(controls, ' ').trim();
  return clean === '' ? null : clean.slice(0, charsMax).toWellFormed().trim();
}

export const agentTextLimits = {
  name: limits.agent.namesCharsMax,
  text: limits.agent.textCharsMax,
  /** One sentence or two: the greeting, the tone. */
  line: 500,
  /** One fact, one prohibition, one note on a price. */
  item: 1_000,
  intervalsPerDay: 6,
  languages: 10,
} as const;

const nameText = textSchema(agentTextLimits.name);
const freeText = textSchema(agentTextLimits.text);
const lineText = textSchema(agentTextLimits.line);
const itemText = textSchema(agentTextLimits.item);

export const goals = ['sales', 'bookings', 'support', 'orders', 'information', 'other'] as const;
export type Goal = (typeof goals)[number];

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;
export type Weekday = (typeof weekdays)[number];

const intervalSchema = z
  .strictObject({
    opens: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM from 00:00 to 23:59')
      .meta({ examples: ['08:00'] }),
    closes: z
      .string()
      .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be HH:MM from 00:00 to 24:00')
      .meta({ description: 'Earlier than `opens`: on the next day', examples: ['18:00'] }),
  })
  .refine(({ opens, closes }) => opens !== closes, 'must not be empty; all day is 00:00 to 24:00')
  .meta({ id: 'OpeningInterval' });
export type OpeningInterval = z.infer<typeof intervalSchema>;

const daySchema = z
  .array(intervalSchema)
  .max(agentTextLimits.intervalsPerDay)
  .nullable()
  .meta({ description: '`[]`: closed. `null`: not known.' });

const openingHoursFields = {
  monday: daySchema,
  tuesday: daySchema,
  wednesday: daySchema,
  thursday: daySchema,
  friday: daySchema,
  saturday: daySchema,
  sunday: daySchema,
  notes: freeText.nullable().meta({
    description: 'The hours in the owner’s words: holidays, exceptions, all that was said',
  }),
};

/**
 * `phoneSchema` for a shape that is answered as well as asked: a check that rewrites, since a
 * transform cannot be written back.
 */
const dialableSchema = z
  .string()
  .max(32)
  .refine((text) => parsePhone(text) !== null, 'must be a dialable phone number')
  .overwrite((text) => parsePhone(text)?.e164 ?? text)
  .meta({ description: 'A phone number, E.164', examples: ['+573001112233'] });

const handoffFields = {
  when: freeText.nullable().meta({
    description: 'When a person must take over, in the owner’s words',
  }),
  phone: dialableSchema.nullable(),
};

const serviceSchema = z
  .strictObject({
    name: nameText,
    price: moneySchema
      .refine(({ amount }) => amount >= 0, 'must not be negative')
      .nullable()
      .default(null)
      .meta({ description: '`null`: the owner named no figure. 0: free of charge.' }),
    price_note: itemText.nullable().default(null).meta({
      description: 'What the figure alone does not say: “desde”, “la unidad”, “2x1”',
    }),
    description: itemText.nullable().default(null),
  })
  .meta({ id: 'Service', description: 'Something the business sells' });
export type Service = z.infer<typeof serviceSchema>;

const fields = {
  business_name: nameText.meta({ examples: ['Panadería La Espiga'] }),
  business_description: freeText
    .nullable()
    .meta({ description: 'What the business is and what it sells' }),
  goal: z.enum(goals).meta({ description: 'What the agent is there for' }),
  goal_detail: freeText.nullable().meta({ description: 'The goal in the owner’s words' }),
  tone: lineText.meta({ description: 'How the agent sounds, in the owner’s words' }),
  greeting: lineText
    .nullable()
    .meta({ description: 'The first words of a call, verbatim. `null`: made from the name.' }),
  services: z.array(serviceSchema).max(limits.agent.servicesMax),
  never_say: z
    .array(itemText)
    .max(limits.agent.listItemsMax)
    .meta({ description: 'What the agent must never say or do, in the owner’s words' }),
  languages: z
    .array(z.string().regex(/^[a-z]{2}$/, 'must be an ISO 639-1 code'))
    .min(1)
    .max(agentTextLimits.languages)
    .meta({ description: 'ISO 639-1 codes. The agent starts in the first.' }),
  facts: z.array(itemText).max(limits.agent.listItemsMax).meta({
    description: 'Anything else worth knowing: address, delivery, payment methods, parking',
  }),
};

/** A schema's fields, each with the value it has when nothing was said. */
const nullDefaults = <S extends Record<string, z.ZodNullable>>(shape: S) =>
  Object.fromEntries(Object.entries(shape).map(([key, schema]) => [key, schema.default(null)])) as {
    [K in keyof S]: z.ZodDefault<S[K]>;
  };

const openingHoursSchema = z
  .strictObject(nullDefaults(openingHoursFields))
  .meta({ id: 'OpeningHours', description: 'When the business is open, in its own time zone' });
export type OpeningHours = z.infer<typeof openingHoursSchema>;

const handoffSchema = z
  .strictObject(nullDefaults(handoffFields))
  .meta({ id: 'Handoff', description: 'When, and to which number, callers go to a person' });
export type Handoff = z.infer<typeof handoffSchema>;

export const noOpeningHours: OpeningHours = openingHoursSchema.parse({});
export const noHandoff: Handoff = { when: null, phone: null };
export const defaultTone: Record<Language, string> = {
  es: 'amable, claro y breve',
  en: 'friendly, clear and brief',
};

/** What makes an agent that business's agent. Everything but the name has a sensible default. */
export const agentConfigSchema = z
  .strictObject({
    business_name: fields.business_name,
    business_description: fields.business_description.default(null),
    goal: fields.goal.default('information'),
    goal_detail: fields.goal_detail.default(null),
    tone: fields.tone.default(defaultTone.es),
    greeting: fields.greeting.default(null),
    opening_hours: openingHoursSchema.default(noOpeningHours),
    services: fields.services.default([]),
    never_say: fields.never_say.default([]),
    handoff: handoffSchema.default(noHandoff),
    languages: fields.languages.default(['es']),
    facts: fields.facts.default([]),
  })
  .meta({ id: 'AgentConfig', description: 'The structured configuration of an agent' });
export type AgentConfig = z.infer<typeof agentConfigSchema>;
export type AgentConfigInput = z.input<typeof agentConfigSchema>;

/** A change: only what is given changes. Objects are replaced key by key, lists as a whole. */
export const agentConfigPatchSchema = z
  .strictObject({
    ...fields,
    opening_hours: z.strictObject(openingHoursFields).partial(),
    handoff: z.strictObject(handoffFields).partial(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, 'must change something')
  .meta({
    id: 'AgentConfigPatch',
    description:
      'What changes in a configuration. `opening_hours` and `handoff` are replaced key by key, lists as a whole.',
  });
export type AgentConfigPatch = z.infer<typeof agentConfigPatchSchema>;

/** The configuration as far as it is known. */
export const partialAgentConfigSchema = z
  // Not `agentConfigSchema.partial()`: its defaults would pose as something the owner said.
  .strictObject({ ...fields, opening_hours: openingHoursSchema, handoff: handoffSchema })
  .partial()
  .meta({ id: 'PartialAgentConfig', description: 'A configuration in the making: what is known' });
export type PartialAgentConfig = z.infer<typeof partialAgentConfigSchema>;

export const createAgentSchema = z
  .strictObject({ config: agentConfigSchema })
  .meta({ id: 'CreateAgent' });

export const updateAgentSchema = z
  .strictObject({ config: agentConfigPatchSchema })
  .meta({ id: 'UpdateAgent' });

export const agentSummarySchema = z
  .object({
    id: idOutSchema('agt'),
    name: z.string(),
    version: z.int().meta({ description: 'The current version, from 1' }),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'AgentSummary' });
export type AgentSummaryWire = z.infer<typeof agentSummarySchema>;

export const agentSchema = agentSummarySchema
  .extend({
    language: z.enum(languages).meta({ description: 'The language it starts a call in' }),
    greeting: z
      .string()
      .meta({ description: 'What it says first: the configured or the made one' }),
    config: agentConfigSchema,
    system_prompt: z.string().meta({ description: 'What the model is told, made from `config`' }),
  })
  .meta({ id: 'Agent', description: 'A phone agent in its current version' });
export type AgentWire = z.infer<typeof agentSchema>;

export const agentVersionSummarySchema = z
  .object({
    id: idOutSchema('agv'),
    agent_id: idOutSchema('agt'),
    version: z.int(),
    created_by: idOutSchema('usr').nullable(),
    created_at: timeSchema,
  })
  .meta({ id: 'AgentVersionSummary' });
export type AgentVersionSummaryWire = z.infer<typeof agentVersionSummarySchema>;

export const agentVersionSchema = agentVersionSummarySchema
  .extend({ config: agentConfigSchema, system_prompt: z.string() })
  .meta({ id: 'AgentVersion', description: 'One version of an agent; versions never change' });
export type AgentVersionWire = z.infer<typeof agentVersionSchema>;
