import type { Language } from '@alo/core/kernel';
import { conceptOf } from '../text/concepts.ts';
import { foldWord } from '../text/words.ts';
import { answerHours } from './hours.ts';
import { readEntries } from './entries.ts';
import { createMatcher, type Match, type Matcher } from './match.ts';
import type { Profile } from './profile.ts';
import { splitTargets, type Question } from './question.ts';
import { capital, joinList, sayItem, sayName, sentence, speak } from './speech.ts';
import {
  ITEMS_AT_ONCE,
  sayChoices,
  sayDetails,
  sayLine,
  saySoldOut,
  sayTotal,
  sayUnpriced,
} from './tell.ts';

/** What is said to one question; `found` is false where neither prompt nor documents hold it. */
export interface Answer {
  readonly text: string;
  readonly found: boolean;
  /** The question in its smallest form: what to look for again if it was not found. */
  readonly question: Question;
}

export interface AnswerContext {
  readonly matcher: Matcher;
  readonly profile: Profile;
  readonly language: Language;
}

/** The share of what is asked that an entry must hold before we speak it as the answer. */
const ENOUGH = 0.6;

const isItem = (match: Match) => match.entry.kind === 'item';

/** One entry for each name, the best first. */
function distinct(matches: readonly Match[]): Match[] {
  const seen = new Set<string>();
  return matches.filter(({ entry }) => {
    const key = `${entry.kind}:${foldWord(entry.name)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The things that fit about as well as the best does, where the question does not choose. */
function rivalsOf(best: Match, matches: readonly Match[]): Match[] {
  if (best.precision > 0.99) return [best];
  const isPriced = best.entry.quotes.length > 0;
  return matches.filter(
    (each) =>
      isItem(each) &&
      (each.entry.quotes.length > 0 || !isPriced) &&
      each.coverage >= best.coverage - 0.02 &&
      (best.precision < 0.7 || each.precision >= best.precision - 0.01),
  );
}

/** `servicios`, `productos`: everything there is. */
const isGeneric = (question: Question): boolean =>
  question.words.every((word) =>
    /^(?:servici|product|preci|men|cart|catalog|opcion|list|cos|service|tratamient|plat|articul)/.test(
      word.stem,
    ),
  );

function saySuperlative(
  question: Question,
  matches: readonly Match[],
  context: AnswerContext,
): string | null {
  const { matcher, language } = context;
  const among = isGeneric(question)
    ? matcher.entries.filter((entry) => entry.kind === 'item')
    : matches.filter((each) => isItem(each) && each.coverage >= ENOUGH).map((each) => each.entry);
  const priced = among
    .flatMap((entry) =>
      entry.quotes.filter(({ price }) => price.amount > 0).map((quote) => ({ entry, quote })),
    )
    .toSorted((a, b) => a.quote.price.amount - b.quote.price.amount);
  const chosen = question.superlative === 'cheapest' ? priced[0] : priced.at(-1);
  if (chosen === undefined) return null;
  const what = capital(sayItem(chosen.entry, [chosen.quote], language));
  const es = language === 'es';
  const cheap = question.superlative === 'cheapest';
  const lead = es
    ? cheap
      ? 'Lo más económico: '
      : 'Lo de mayor valor: '
    : cheap
      ? 'The cheapest: '
      : 'The most expensive: ';
  return lead + what.charAt(0).toLowerCase() + what.slice(1);
}

function sayFound(
  best: Match,
  matches: readonly Match[],
  question: Question,
  context: AnswerContext,
): string {
  const { language, matcher } = context;
  const es = language === 'es';
  if (!isItem(best)) {
    // A sentence next to the best one on the same subject belongs to the answer when it is short.
    return sayLine(best.entry, language);
  }
  if (question.kind === 'includes' || question.kind === 'duration') {
    const details = sayDetails(best.entry, question, language);
    // "¿Y la doble?" after "¿de qué es?" may as well ask for the price.
    const leans = question.background.length > 0 && best.entry.quotes.length > 0;
    if (details !== null && leans) {
      return `${details} ${sayItem(best.entry, matcher.quotesFor(best.entry, question), language)}`;
    }
    if (details !== null) return details;
    const line = matches.find((each) => !isItem(each) && each.coverage >= ENOUGH);
    if (line !== undefined) return sayLine(line.entry, language);
    const lead = es ? 'Ese detalle no lo tengo a la mano.' : 'I do not have that detail at hand.';
    return `${lead} ${sayItem(best.entry, matcher.quotesFor(best.entry, question), language)}`;
  }
  const rivals = distinct(rivalsOf(best, matches));
  if (rivals.length > 1) return sayChoices(rivals, language);
  const quotes = matcher.quotesFor(best.entry, question);
  if (quotes.length === 0) return sayUnpriced(best.entry, language);
  const said =
    sayItem(best.entry, quotes, language) + sayTotal(best.entry, quotes, question, language);
  const soldOut = saySoldOut(best.entry, language);
  if (soldOut !== null) return `${soldOut} ${said}`;
  if (question.kind === 'has') return es ? `Sí, claro. ${said}` : `Yes, we do. ${said}`;
  return said;
}

function sayMissing(
  question: Question,
  matches: readonly Match[],
  { matcher, language }: AnswerContext,
): string {
  const es = language === 'es';
  const heads = question.words.filter((word) => word.weight >= 1 && matcher.knows(word));
  const near = distinct(
    matches.filter(
      (each) => isItem(each) && each.coverage >= 0.1 && matcher.names(each.entry, heads),
    ),
  ).slice(0, 3);
  const lead = es
    ? 'Disculpe, ese dato no lo tengo en este momento.'
    : 'Sorry, I do not have that information right now.';
  if (near.length > 0 && question.kind !== 'general') {
    const names = joinList(
      near.map(({ entry }) => sayName(entry.name)),
      language,
    );
    return es
      ? `Eso no lo veo en nuestra lista. Lo más parecido que tenemos es ${names}.`
      : `I do not see that on our list. The closest we have is ${names}.`;
  }
  return lead;
}

function answerList(
  question: Question,
  matches: readonly Match[],
  { matcher, language }: AnswerContext,
): string | null {
  const generic = isGeneric(question);
  const items = generic
    ? matcher.entries.filter((entry) => entry.kind === 'item')
    : distinct(matches.filter((each) => isItem(each) && each.coverage >= ENOUGH)).map(
        (each) => each.entry,
      );
  const seen = new Set<string>();
  const unique = items.filter(
    (entry) => !seen.has(foldWord(entry.name)) && seen.add(foldWord(entry.name)),
  );
  if (unique.length === 0) return null;
  const priced = unique.filter((entry) => entry.quotes.length > 0);
  const choices = generic ? priced.slice(0, ITEMS_AT_ONCE) : unique;
  if (generic ? question.kind === 'price' && priced.length > 0 : unique.length <= ITEMS_AT_ONCE) {
    return sayChoices(
      choices.map((entry) => ({ entry, coverage: 1, precision: 1, score: 1 })),
      language,
    );
  }
  const es = language === 'es';
  const names = unique.slice(0, 6).map((entry) => sayName(entry.name));
  const more = unique.length > names.length ? (es ? ', entre otros' : ', among others') : '';
  return sentence(
    speak(`${es ? 'Tenemos' : 'We have'} ${joinList(names, language)}${more}`, language),
  );
}

const placePattern =
  /\b(?:calle|carrera|cra|cl|cll|kr|avenida|av|transversal|diagonal|autopista|jiron|jr|colonia|col|barrio|local|piso|centro comercial|street|avenue|road|plaza|esquina|cuadra)\b|#\s?\d|^(?:donde|ubicacion|direccion|address|location)\b/u;

function answerPlace({ matcher, language }: AnswerContext): string | null {
  const lines = matcher.entries.filter(
    (entry) => entry.kind === 'line' && placePattern.test(foldWord(entry.name)),
  );
  const best =
    lines.find((entry) =>
      /direccion|ubicad|ubicacion|^donde|address|located|estamos|queda|encuentr/.test(
        foldWord(entry.name),
      ),
    ) ?? lines[0];
  if (best === undefined) return null;
  // A bare address is no sentence.
  const isBare = /^(?:\d|calle|carrera|cra|cl|av|avenida|transversal|diagonal)/iu.test(best.name);
  return sayLine(isBare ? { ...best, name: `Address: ${best.name}` } : best, language);
}

const saysTime = /\d{1,2}:\d{2}|\d\s*[ap]\.?\s?m(?!\p{L})/iu;

/** `¿A qué hora abre la piscina?`: the hours of one thing, not of the business. */
function hoursOfThing(
  question: Question,
  { matcher, profile, language }: AnswerContext,
): string | null {
  const things = question.words.filter((word) => word.weight > 0.15 && conceptOf(word) !== 'hours');
  if (things.length === 0) return null;
  const spoken = profile.hours.flatMap((line) => readEntries(line, 'prompt', language));
  const best = createMatcher([...matcher.entries, ...spoken], profile.topic)
    .rank({ ...question, words: things, kind: 'general' })
    .find(({ entry }) => saysTime.test(entry.kind === 'line' ? entry.name : entry.details));
  if (best === undefined || best.coverage < ENOUGH) return null;
  const { entry } = best;
  return sayLine(
    isItem(best) ? { ...entry, name: `${entry.name}: ${entry.details}` } : entry,
    language,
  );
}

/** Whether one entry says of what is asked about as much as another. */
const asGood = (each: Match, best: Match, margin: number) =>
  each.coverage >= Math.max(ENOUGH, best.coverage - margin);

/**
 * What may be told, the best first: what the talk was about before anything else of the name; for
 * a price what has one before what has none (the owner named it, the list has the price); for
 * what something comes with, what says so.
 */
function rankedFor(question: Question, matcher: Matcher): readonly Match[] {
  const matches = matcher.rank(question);
  const [best] = matches;
  if (best === undefined) return matches;
  // A sentence without a price gives way to any item that has what is asked for.
  const gives = question.kind === 'price' && !isItem(best) && best.entry.quotes.length === 0;
  // "¿Y para carro?": of what was talked about rather than of what is called so.
  const margin = question.background.length > 0 ? 0.2 : 0.05;
  const isLikely = (each: Match) => (gives ? each.coverage >= ENOUGH : asGood(each, best, margin));
  const prefer = (test: (match: Match) => boolean) => {
    const preferred = matches.filter((each) => isItem(each) && test(each) && isLikely(each));
    if (preferred.length === 0) return matcher.inContext(matches, question);
    return [
      ...matcher.inContext(preferred, question),
      ...matches.filter((each) => !preferred.includes(each)),
    ];
  };
  if (question.kind === 'includes') return prefer(({ entry }) => entry.details !== '');
  const isUnpriced = isItem(best) && best.entry.quotes.length === 0;
  if (question.kind === 'price' || isUnpriced)
    return prefer(({ entry }) => entry.quotes.length > 0);
  return matcher.inContext(matches, question);
}

function answerOne(question: Question, context: AnswerContext): Answer {
  const { matcher, profile, language } = context;
  const found = (text: string): Answer => ({ text, found: true, question });
  const matches = rankedFor(question, matcher);
  if (question.kind === 'hours') {
    const own = hoursOfThing(question, context);
    if (own !== null) return found(own);
    const hours = answerHours(question.text, profile, matcher.entries, language);
    if (hours !== null) return found(hours);
  }
  if (question.kind === 'place') {
    const place = answerPlace(context);
    if (place !== null) return found(place);
  }
  if (question.superlative !== null) {
    const said = saySuperlative(question, matches, context);
    if (said !== null) return found(said);
  }
  // "Quería saber los precios": nothing in particular.
  if (question.kind === 'list' || (question.kind === 'price' && question.words.length === 0)) {
    const list = answerList(question, matches, context);
    if (list !== null) return found(list);
  }
  const best = matches[0];
  if (best === undefined || best.coverage < ENOUGH || question.words.length === 0) {
    return { text: sayMissing(question, matches, context), found: false, question };
  }
  return found(sayFound(best, matches, question, context));
}

/**
 * Answers one question from the entries, never from anywhere else. A question that names several
 * things is answered for each, unless one entry is all of them (`corte y barba`).
 */
export function answerQuestion(question: Question, context: AnswerContext): Answer[] {
  const whole = context.matcher.rank(question)[0];
  const parts = splitTargets(question);
  const oneThing =
    whole !== undefined &&
    whole.coverage >= ENOUGH &&
    parts.every((part) => context.matcher.names(whole.entry, part.words));
  if (
    parts.length === 1 ||
    oneThing ||
    !['price', 'has', 'general', 'order'].includes(question.kind)
  ) {
    return [answerOne(question, context)];
  }
  const answers = parts.map((part) => answerOne(part, context));
  if (!answers.some((answer) => answer.found)) return [answerOne(question, context)];
  const seen = new Set<string>();
  return answers.filter((answer) => !seen.has(answer.text) && seen.add(answer.text));
}
