import type { Context } from './context.ts';
import {
  namesOf,
  removalsIn,
  startsCorrection,
  withoutOldPrice,
  withoutTakingBack,
} from './corrections.ts';
import { fieldOf, namesItsKind, soundsLikeGreeting, type Field } from './cues.ts';
import { weekIn, type Week } from './hours.ts';
import { businessNameIn, nameInPassing } from './names.ts';
import { goalIn, greetingIn, languagesIn, phoneIn, prohibitionsIn, refuses } from './phrases.ts';
import { segmentsOf } from './segments.ts';
import { pricesIn } from './money.ts';
import { knownName, pointsToAList, servicesIn, type FoundService } from './services.ts';
import { capitalize, keyOf, quotedIn, regex, sentencesOf, sourceOf, trimPiece } from './text.ts';

/** Everything an answer says, field by field; empty where it says nothing. */
export interface Findings {
  business_name: string | null;
  description: string[];
  goal: string[];
  tone: string[];
  greeting: string | null;
  hours: string[];
  services: FoundService[];
  never_say: string[];
  handoff: string[];
  phone: string | null;
  languages: string[];
  facts: string[];
  removals: string[];
  /** The owner has no answer to the question that stood. */
  skipped: boolean;
}

/** Reads an answer by rule: sentence by sentence, each stretch to the field it is about. */
export function analyse(said: Context): Findings {
  const found = nothingFound();
  if (refuses(said.answer)) return { ...found, skipped: true };
  const context = { ...said, currency: currencyOf(said) };
  const sentences =
    context.expected === 'greeting'
      ? takeGreeting(context.answer, found)
      : sentencesOf(context.answer);
  for (const sentence of sentences) {
    if (refuses(sentence)) {
      found.skipped = true;
      continue;
    }
    readSentence(sentence, context, found);
  }
  if (context.known['business_name'] === undefined) {
    found.business_name ??= nameInPassing(found.description[0], found.greeting);
  }
  if (context.expected === null || fills(found, context.expected)) found.skipped = false;
  return found;
}

/** Whoever says "MXN 2,450; la batería, $850" means the same money by `$`; so does what was said before. */
function currencyOf({ answer, known, currency }: Context): string {
  const said = new Set(pricesIn(sourceOf(answer)).flatMap((price) => price.currency ?? []));
  const paid = new Set([...said].filter((code) => code !== 'USD' && code !== 'EUR'));
  const [own] = paid.size === 1 ? paid : currenciesOf(known['services']);
  return own ?? currency;
}

/** The one currency of the services known; none where there are several. */
function currenciesOf(services: unknown): readonly string[] {
  const codes = JSON.stringify(services ?? []).match(/(?<="currency":")[A-Z]{3}/g) ?? [];
  const unique = [...new Set(codes)];
  return unique.length === 1 ? unique : [];
}

function nothingFound(): Findings {
  return {
    business_name: null,
    description: [],
    goal: [],
    tone: [],
    greeting: null,
    hours: [],
    services: [],
    never_say: [],
    handoff: [],
    phone: null,
    languages: [],
    facts: [],
    removals: [],
    skipped: false,
  };
}

function fills(found: Findings, field: Field): boolean {
  const filled: Record<Field, boolean> = {
    business_name: found.business_name !== null,
    business_description: found.description.length > 0,
    goal: found.goal.length > 0,
    services: found.services.length > 0,
    opening_hours: found.hours.length > 0,
    tone: found.tone.length > 0,
    greeting: found.greeting !== null,
    never_say: found.never_say.length > 0,
    handoff: found.handoff.length > 0,
    languages: found.languages.length > 0,
    facts: found.facts.length > 0,
  };
  return filled[field];
}

/** What a bare "no, …" may go back to; anything else after it is still the answer. */
const correctable: readonly Field[] = [
  'business_name',
  'opening_hours',
  'services',
  'languages',
  'greeting',
  'handoff',
];

const onlyTalk = regex()`
  ^(?:(?:no|si|perdon|disculpe|ah|ay|bueno|claro|listo|ok|gracias|hola|buen[oa]s|dias|tardes
  |noches|pues|oiga|mire|mucho gusto|con gusto|y)(?:\s|$))*$
`;

/** Words of talk that answer nothing by themselves. */
function saysNothing(text: string): boolean {
  const words = keyOf(text);
  return onlyTalk.test(words);
}

function readSentence(sentence: string, context: Context, found: Findings): void {
  const removed = removalsIn(sentence, context.known);
  if (removed.length > 0) {
    found.removals.push(...removed);
    return;
  }
  // What takes something back is about that, whatever the question was.
  const about = fieldOf(sentence, null);
  const corrects = startsCorrection(sentence) && about !== null && correctable.includes(about);
  const expected = corrects ? null : context.expected;
  const said = corrects ? withoutTakingBack(sentence) : sentence;
  const segments = segmentsOf(said, expected);
  for (const segment of segments) {
    const text = segments.length === 1 ? said : segment.text;
    if (!saysNothing(text)) take(segment.field, text, expected, context, found);
  }
}

function take(
  field: Field,
  text: string,
  expected: Field | null,
  context: Context,
  found: Findings,
): void {
  switch (field) {
    case 'business_name':
      return takeName(text, expected, context, found);
    case 'business_description':
      // Asked for services, "hacemos limpiezas y ortodoncia" lists them.
      if (expected === 'services') return takeServices(text, expected, context, found);
      if (expected !== field && context.known['business_description'] !== undefined) {
        found.facts.push(fact(text));
        return;
      }
      found.description.push(text);
      return;
    case 'services':
      if (expected === 'business_description') found.description.push(text);
      return takeServices(text, expected, context, found);
    case 'goal':
      found.goal.push(text);
      return;
    case 'opening_hours':
      found.hours.push(text);
      return;
    case 'tone':
      found.tone.push(text);
      return;
    case 'greeting':
      found.greeting = greetingIn(text) ?? found.greeting;
      return;
    case 'never_say':
      found.never_say.push(...prohibitionsIn(text));
      return;
    case 'handoff':
      found.handoff.push(text);
      found.phone ??= phoneIn(text);
      return;
    case 'languages':
      return takeLanguages(text, found);
    case 'facts':
      return takeFact(text, expected, context, found);
  }
}

/** What nothing gave away, told unasked, may still be what a field that is unknown was for. */
function takeFact(text: string, expected: Field | null, context: Context, found: Findings): void {
  const open = (field: Field) => expected === null && context.known[field] === undefined;
  const words = keyOf(text).split(' ').length;
  const codes = /^[a-z]{2}(?: [a-z]{2})*$/.test(keyOf(text)) ? languagesIn(text) : [];
  if (open('business_description') && namesItsKind(text)) found.description.push(text);
  else if (open('goal') && words <= 4 && goalIn(text) !== 'other') found.goal.push(text);
  else if (open('languages') && codes.length > 0) found.languages.push(...codes);
  else found.facts.push(fact(text));
}

const fact = (text: string) => capitalize(text.trim());

function takeName(text: string, expected: Field | null, context: Context, found: Findings): void {
  const bare = expected === 'business_name' && found.business_name === null;
  const name = businessNameIn(text, bare);
  if (name === null) {
    found.facts.push(fact(text));
    return;
  }
  found.business_name ??= name;
  // "Nos llamamos La Espiga y estamos en Laureles desde 1985": the rest is worth keeping.
  const around = keyOf(text).split(' ').length - keyOf(name).split(' ').length;
  const more =
    around > 7 && !startsCorrection(text) && context.known['business_name'] === undefined;
  if (!more) return;
  const tells =
    /\b(?:tengo|tenemos|es|somos) (?:un|una)\b/.test(keyOf(text)) ||
    text.split(/,\s*/).some((piece) => namesItsKind(piece));
  const untold = context.known['business_description'] === undefined;
  if (tells && untold) found.description.push(text);
  else found.facts.push(fact(text));
}

function takeServices(
  text: string,
  expected: Field | null,
  context: Context,
  found: Findings,
): void {
  const known = namesOf(context.known['services']);
  // "…; lo demás está en la lista": the pointer is a fact, what comes before it are services.
  const pieces = text.split(/(?<=[;,])\s+/).filter((piece) => pointsToAList(piece));
  const own = pieces.reduce((rest, piece) => rest.replace(piece, ''), text);
  const services = servicesIn(withoutOldPrice(own), {
    listed: expected === 'services',
    currency: context.currency,
  });
  for (const piece of pieces) found.facts.push(fact(trimPiece(piece)));
  if (services.length === 0) {
    if (pieces.length === 0) found.facts.push(fact(text));
    found.skipped ||= expected === 'services' && pieces.length > 0;
    return;
  }
  for (const service of services) {
    const name = knownName(service.name, known) ?? service.name;
    const before = found.services.findIndex((each) => keyOf(each.name) === keyOf(name));
    if (before >= 0) found.services.splice(before, 1);
    const currency = service.price === null ? null : (service.currency ?? context.currency);
    found.services.push({ ...service, name, currency });
  }
}

function takeLanguages(text: string, found: Findings): void {
  const codes = languagesIn(text);
  if (codes.length === 0) found.facts.push(fact(text));
  for (const code of codes) if (!found.languages.includes(code)) found.languages.push(code);
}

/** Takes the greeting out of an answer to the question for it; returns what else was said. */
function takeGreeting(answer: string, found: Findings): string[] {
  const quoted = quotedIn(answer);
  if (quoted) {
    found.greeting = quoted.inner;
    return sentencesOf(quoted.outside).filter((each) => clearlyElsewhere(each));
  }
  const sentences = sentencesOf(answer);
  const elsewhere = sentences.filter((each, index) => index > 0 && clearlyElsewhere(each));
  const own = sentences.filter((each) => !elsewhere.includes(each) && !refuses(each));
  const [first] = own;
  if (first !== undefined && startsCorrection(first) && !soundsLikeGreeting(first)) {
    const field = fieldOf(first, null);
    if (field !== null && field !== 'greeting') return sentences;
  }
  const greeting = greetingIn(own.join(' '));
  // What is asked for word for word is taken word for word, unless it only says of what kind.
  if (greeting !== null && (soundsLikeGreeting(greeting) || !describesGreeting(greeting))) {
    found.greeting = greeting;
  } else found.skipped = true;
  return elsewhere;
}

/** `algo cordial`, `que sea corto`, `el de siempre`: no words to say. */
const describesGreeting = (text: string): boolean =>
  /^(?:(?:el|la|lo|como) (?:que|usted|quiera|prefiera)\b|(?:(?:pues|bueno|no|con|que|sea|un|una|el|la|muy|mas|bien|de)\s)*(?:algo|uno|cualquier\w*|salud\w*|saluden?|normal|formal|informal|amable|amistos[oa]|cordial|cort[oa]|breve|sencill[oa]|simple|siempre|tono|voz|carino|alegria|nombre del negocio|something|any|short|friendly|polite|normal)\b)/.test(
    keyOf(text),
  );

function clearlyElsewhere(sentence: string): boolean {
  const field = fieldOf(sentence, null);
  return (
    field !== null &&
    ['opening_hours', 'services', 'handoff', 'never_say', 'goal', 'languages'].includes(field)
  );
}

/** The week said, on top of what is known of it. */
export function weekOf(found: Findings, known: unknown): Week {
  const before = typeof known === 'object' && known !== null ? (known as Week) : {};
  const days = Object.fromEntries(
    Object.entries(before).filter(([, intervals]) => Array.isArray(intervals)),
  ) as Week;
  return weekIn(found.hours.join('\n'), days);
}
