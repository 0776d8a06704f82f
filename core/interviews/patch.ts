import { isDeepStrictEqual } from 'node:util';
import {
  agentTextLimits,
  cleanText,
  noHandoff,
  noOpeningHours,
  partialAgentConfigSchema,
  weekdays,
  type OpeningHours,
  type OpeningInterval,
  type PartialAgentConfig,
  type Service,
} from '../agents/index.ts';
import {
  assert,
  currencies,
  foldText,
  limits,
  parsePhone,
  type Currency,
} from '../kernel/index.ts';
import type { Extraction } from './extraction.ts';

const { name, text, line, item } = agentTextLimits;

/**
 * Merges what an answer says into what is known, field by field. What is not acceptable (a time
 * that is none, a negative price) is left out, in words where the words may still help.
 * `patch` holds the fields that really changed, with their new values.
 */
export function applyExtraction(
  config: PartialAgentConfig,
  extraction: Extraction,
  currency: Currency,
): { readonly config: PartialAgentConfig; readonly patch: PartialAgentConfig } {
  const removed = new Set((extraction.removals ?? []).map(key));
  const kept = <T>(items: readonly T[] | undefined, nameOf: (item: T) => string) =>
    (items ?? []).filter((each) => !removed.has(key(nameOf(each))));
  const same = (each: string) => each;
  const next: PartialAgentConfig = {
    ...config,
    ...texts(extraction),
    ...(extraction.opening_hours
      ? { opening_hours: mergeHours(config.opening_hours, extraction.opening_hours) }
      : {}),
    ...(extraction.handoff
      ? { handoff: mergeHandoff(config.handoff, extraction.handoff, countries(config, currency)) }
      : {}),
    services: mergeServices(
      kept(config.services, (service) => service.name),
      extraction.services ?? [],
      currency,
    ),
    never_say: mergeTexts(kept(config.never_say, same), extraction.never_say ?? []),
    facts: mergeTexts(kept(config.facts, same), extraction.facts ?? []),
    languages: languageCodes(extraction.languages) ?? config.languages ?? [],
  };
  return settle(config, next);
}

/** Drops what is still empty, checks the rest, and tells what changed. */
function settle(config: PartialAgentConfig, next: PartialAgentConfig) {
  const known = Object.fromEntries(
    Object.entries(next).filter(
      ([field, value]) =>
        field in config || !(value === null || (Array.isArray(value) && value.length === 0)),
    ),
  );
  // `languages` may not be empty in a configuration; here that means it is not known yet.
  if (Array.isArray(known['languages']) && known['languages'].length === 0) {
    delete known['languages'];
  }
  const parsed = partialAgentConfigSchema.safeParse(known);
  assert(parsed.success, 'a merged configuration is valid');
  const merged: PartialAgentConfig = known;
  const patch = Object.fromEntries(
    Object.entries(merged).filter(
      ([field, value]) => !isDeepStrictEqual(value, config[field as keyof PartialAgentConfig]),
    ),
  ) as PartialAgentConfig;
  return { config: merged, patch };
}

/** What two spellings of the same thing share. */
const key = (value: string) => foldText(value).replace(/\s+/g, ' ').trim();

function texts(extraction: Extraction): PartialAgentConfig {
  const said = {
    business_name: cleanText(extraction.business_name, name),
    business_description: cleanText(extraction.business_description, text),
    goal: extraction.goal,
    goal_detail: cleanText(extraction.goal_detail, text),
    tone: cleanText(extraction.tone, line),
    greeting: cleanText(extraction.greeting, line),
  };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null));
}

function mergeTexts(known: readonly string[], said: readonly string[]): string[] {
  const merged = new Map(known.map((each) => [key(each), each]));
  for (const each of said) {
    const clean = cleanText(each, item);
    if (clean !== null && !merged.has(key(clean))) merged.set(key(clean), clean);
  }
  return [...merged.values()].slice(0, limits.agent.listItemsMax);
}

function mergeServices(
  known: readonly Service[],
  said: NonNullable<Extraction['services']>,
  currency: Currency,
): Service[] {
  const merged = new Map(known.map((service) => [key(service.name), service]));
  for (const each of said) {
    const clean = cleanText(each.name, name);
    if (clean === null) continue;
    const before = merged.get(key(clean));
    const { price, price_note } = priceOf(each, before, currency);
    merged.set(key(clean), {
      name: before?.name ?? clean,
      price,
      price_note,
      description: cleanText(each.description, item) ?? before?.description ?? null,
    });
  }
  return [...merged.values()].slice(0, limits.agent.servicesMax);
}

/** A figure replaces the one before with its note; a currency we do not hold stays in words. */
function priceOf(
  said: NonNullable<Extraction['services']>[number],
  before: Service | undefined,
  currency: Currency,
): Pick<Service, 'price' | 'price_note'> {
  const note = cleanText(said.price_note, item);
  if (said.price === null) {
    return { price: before?.price ?? null, price_note: note ?? before?.price_note ?? null };
  }
  const code = said.currency?.trim().toUpperCase() || (before?.price?.currency ?? currency);
  const amount = Math.round(said.price * 100);
  const held = currencies.find((each) => each === code);
  if (held === undefined || !Number.isSafeInteger(amount) || amount < 0) {
    const figure = `${said.price} ${code}`;
    return { price: null, price_note: note === null ? figure : `${figure}, ${note}` };
  }
  return { price: { amount, currency: held }, price_note: note };
}

/** Days said replace those days. The words pile up, unless all known days have been said anew. */
function mergeHours(
  known: OpeningHours | undefined,
  said: NonNullable<Extraction['opening_hours']>,
): OpeningHours {
  const before = known ?? noOpeningHours;
  const merged: OpeningHours = { ...before };
  const fresh = weekdays.filter((day) => said[day] !== null);
  for (const day of fresh) {
    const intervals = (said[day] ?? []).flatMap((each) => intervalOf(each) ?? []);
    // Intervals of which none is a time would turn an open day into a closed one.
    if (intervals.length > 0 || said[day]?.length === 0) {
      merged[day] = intervals.slice(0, agentTextLimits.intervalsPerDay);
    }
  }
  const saidAnew =
    weekdays.some((day) => before[day]) && weekdays.every((day) => !before[day] || said[day]);
  const notes = [saidAnew ? null : before.notes, cleanText(said.notes, text)]
    .filter((each) => each !== null)
    .filter((each, index, all) => all.findIndex((other) => key(other) === key(each)) === index)
    .join('\n');
  merged.notes = cleanText(notes, text) ?? before.notes;
  return merged;
}

function intervalOf(said: { opens: string; closes: string }): OpeningInterval | null {
  const opens = timeOf(said.opens);
  const closes = timeOf(said.closes);
  if (opens === null || closes === null) return null;
  if (opens === closes) return opens === '00:00' ? { opens, closes: '24:00' } : null;
  return {
    opens: opens === '24:00' ? '00:00' : opens,
    closes: closes === '00:00' ? '24:00' : closes,
  };
}

function timeOf(said: string): string | null {
  const match = /^(\d{1,2})(?::(\d{2}))?(?::\d{2})?$/.exec(said.trim());
  const hour = Number(match?.[1] ?? Number.NaN);
  const minute = Number(match?.[2] ?? 0);
  if (!(hour <= 24 && minute <= 59) || (hour === 24 && minute !== 0)) return null;
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

const countryOf = { COP: 'CO', USD: 'US', MXN: 'MX', PEN: 'PE' } as const;

/** Where a number without a country code may be from: where the money is. */
function countries(config: PartialAgentConfig, currency: Currency) {
  const paidIn = (config.services ?? []).flatMap(({ price }) => price?.currency ?? []);
  return [...new Set([currency, ...paidIn])].map((each) => countryOf[each]);
}

function mergeHandoff(
  known: PartialAgentConfig['handoff'],
  said: NonNullable<Extraction['handoff']>,
  national: ReturnType<typeof countries>,
): NonNullable<PartialAgentConfig['handoff']> {
  const before = known ?? noHandoff;
  const number = cleanText(said.phone, 64);
  const phone =
    number === null
      ? null
      : (national.map((country) => parsePhone(number, country)).find((each) => each !== null)
          ?.e164 ?? null);
  const when = cleanText(said.when, text);
  // A number we cannot dial is kept in words rather than lost.
  const words = number !== null && phone === null && !when?.includes(number) ? number : null;
  return {
    when:
      cleanText([when ?? before.when, words].filter((each) => each !== null).join(' · '), text) ??
      null,
    phone: phone ?? before.phone,
  };
}

function languageCodes(said: readonly string[] | null): string[] | null {
  const codes = (said ?? [])
    .map((each) => each.trim().toLowerCase().slice(0, 5))
    .map((each) => /^([a-z]{2})(?:[-_][a-z0-9]+)?$/.exec(each)?.[1])
    .filter((code) => code !== undefined);
  const unique = [...new Set(codes)].slice(0, agentTextLimits.languages);
  return unique.length > 0 ? unique : null;
}
