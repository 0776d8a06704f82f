import { conceptOf, type Concept } from '../text/concepts.ts';
import { foldWord, stopwords, wordsOf, type Word } from '../text/words.ts';
import { withAskingWords, withoutCourtesy } from './hearing.ts';

export type QuestionKind =
  | 'price'
  | 'hours'
  | 'place'
  | 'list'
  | 'includes'
  | 'duration'
  | 'order'
  | 'has'
  | 'general';

/** A word that is asked for. The head of the phrase weighs 1, what merely accompanies it less. */
export interface AskedWord extends Word {
  readonly weight: number;
}

export interface Question {
  readonly kind: QuestionKind;
  readonly text: string;
  /** What it is about, without the words of asking. */
  readonly words: readonly AskedWord[];
  /** What the talk was about before: it decides between things that fit equally well. */
  readonly background: readonly AskedWord[];
  readonly concepts: ReadonlySet<Concept>;
  readonly superlative: 'cheapest' | 'dearest' | null;
  /** `dos tortas`: how many; 1 where no number leads. */
  readonly quantity: number;
}

const kinds: readonly [QuestionKind, RegExp][] = [
  [
    'duration',
    /cuanto (?:tiempo )?(?:dura|demora|tarda|se demora|se tarda)|cuanto tiempo|how long/,
  ],
  [
    'price',
    /\b(?:cuant[oa]s? (?:cuesta|vale|sale|es|seria|serian|valen|cuestan|salen|cobra|cobran|me cobra|me sale|me cuesta|cuesta)|precios?|que valor|valor|vale|valen|cuesta|cuestan|cost[oa]s?|tarifas?|cobran?|a como|cuanto(?! (?:mide|miden|pesa|pesan|falta))|how much|price|prices|cost|costs)\b/,
  ],
  [
    'includes',
    /que (?:incluye|trae|lleva|contiene|viene|tiene la|tiene el|material|medidas?|tamaño)|ingredientes|de que (?:es|esta hech|material|tamaño)|cuanto (?:mide|pesa)|con que viene|what(?:'s| is) in(?:cluded)?|include/,
  ],
  [
    'hours',
    /\b(?:horarios?|what time|(?:a|desde|hasta) que horas?|que horas?|abren|abre|abiertos?|cierran|cierra|atienden|atiende|hasta que hora|opening hours|hours|open|close)\b/,
  ],
  [
    'place',
    /\b(?:donde (?:queda|estan|esta|se encuentran|los encuentro|es|son|estan ubicados|quedan)|direccion|ubicacion|ubicados|ubicado|como llego|where are you|where is|address|located|location)\b/,
  ],
  [
    'order',
    /\b(?:quiero|quisiera|me gustaria|necesito|deseo|deme|regaleme|me regala|para) (?:que me )?(?:pedir|ordenar|encargar|comprar|reservar|agendar|separar|apartar|hacer (?:un|una) (?:pedido|reserva|cita)|una cita|una reserva|un turno|un pedido|a domicilio)|\b(?:i want|i'd like|i would like) to (?:order|book|buy|reserve|make)\b|\b(?:puedo|podria|me puede|can i|could i) (?:pedir|agendar|reservar|separar|encargar|book|order|reserve)/,
  ],
  [
    'list',
    /\bque (?:otr[oa]s? )?(?:\w+ ){0,2}(?:tienen|tiene|ofrecen|ofrece|manejan|venden|hay|hacen|sabores)\b|\b(?:menu|carta|catalogo|lista de precios|opciones|servicios tienen|what (?:\w+ ){0,2}(?:do you|services|products))\b|\bcuales (?:son|hay|tienen)\b/,
  ],
  [
    'has',
    /\b(?:tienen?|hay|venden?|manejan?|ofrecen?|hacen?|reciben?|aceptan?|prestan?|cuentan con|do you|can i|is there|are there)\b/,
  ],
];

function kindOf(folded: string): QuestionKind {
  return kinds.find(([, pattern]) => pattern.test(folded))?.[0] ?? 'general';
}

const priceWords = new Set([
  'precio',
  'precios',
  'vale',
  'valen',
  'valor',
  'cuesta',
  'cuestan',
  'costo',
  'cobran',
  'cobra',
  'tarifa',
  'tarifas',
  'price',
  'cost',
  'costs',
  'sale',
  'salen',
  'paga',
  'pagan',
]);

const asking = new Set(
  'incluye incluyen incluido incluida incluidos incluidas include includes included trae traen lleva llevan contiene contienen material mide miden pesa pesan medidas medida viene dura demora tarda demoran tardan tiempo pedir ordenar encargar comprar reservar agendar separar apartar cuestan opciones barato barata baratos baratas economico economica economicos economicas caro cara caros caras costoso cheapest expensive much long hay vienen sabores'.split(
    ' ',
  ),
);

const aside = new Set([
  'para',
  'en',
  'hasta',
  'que',
  'porque',
  'si',
  'mi',
  'mis',
  'for',
  'my',
  'that',
  'desde',
  'a',
  'this',
  'este',
  'esta',
  'estos',
  'sin',
  'without',
]);

/** A number that leads says how many, not which. */
const QUANTITY_WEIGHT = 0.2;

/** The words asked for, weighed: after the price word more than before it, asides less. */
function askedWords(text: string): AskedWord[] {
  const words = wordsOf(text);
  const pivot = words.findLastIndex((word) => priceWords.has(word.text));
  const isContent = (word: Word) =>
    !stopwords.has(word.text) && !priceWords.has(word.text) && !asking.has(word.text);
  const hasAfter = words.slice(pivot + 1).some(isContent);
  let inAside = false;
  let phraseBegan = false;
  const out: AskedWord[] = [];
  for (const [index, word] of words.entries()) {
    if (aside.has(word.text)) inAside = phraseBegan || word.text === 'mi' || word.text === 'para';
    else if (
      ['de', 'con', 'y', 'o', 'la', 'el', 'las', 'los'].includes(word.text) &&
      !phraseBegan
    ) {
      inAside = false;
    }
    if (index === pivot) {
      inAside = false;
      phraseBegan = false;
    }
    if (!isContent(word)) continue;
    const isCounted = /^(?:las|los)$/.test(words[index - 1]?.text ?? '');
    const isQuantity: boolean = /^\d{1,2}$/.test(word.text) && (!phraseBegan || isCounted);
    const before = pivot >= 0 && hasAfter && index < pivot;
    const isDay =
      /^(?:hoy|manana|lunes|martes|miercoles|jueves|viernes|sabados?|domingos?|monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow)$/.test(
        word.text,
      );
    const weight =
      (isDay ? 0.15 : 1) *
      (inAside ? 0.4 : 1) *
      (before ? 0.3 : 1) *
      (isQuantity ? QUANTITY_WEIGHT : 1);
    phraseBegan ||= !isQuantity;
    out.push({ ...word, weight });
  }
  return out;
}

const clauseBreak =
  /[?¿;]|\.\s|,?\s+(?:y|e|o|and|también|tambien|además|ademas|pero|but)\s+(?=(?:también |además |de )?(?:cu[aá]nt|qu[eé]\b|a qu[eé]|d[oó]nde|c[oó]mo|cu[aá]l|tienen|hacen|venden|manejan|si\b|reciben|aceptan|what|how|do you|where|when))|,\s+(?=(?:cu[aá]nt|qu[eé]\b|a qu[eé]|d[oó]nde|tienen|hacen|how|what|do you))/iu;

function toQuestion(text: string): Question {
  const folded = foldWord(text);
  const words = askedWords(text);
  const concepts = new Set(wordsOf(text).flatMap((word) => conceptOf(word) ?? []));
  const superlative = /mas (?:barat|economic)|cheapest|menor precio/.test(folded)
    ? 'cheapest'
    : /mas car|mas costos|most expensive/.test(folded)
      ? 'dearest'
      : null;
  const kind = superlative === null ? kindOf(folded) : 'price';
  const leading = words[0]?.weight === QUANTITY_WEIGHT ? Number(words[0].text) : 1;
  const softened =
    kind === 'general'
      ? words.map((word) => ({ ...word, weight: Math.max(word.weight, 0.7) }))
      : words;
  return {
    kind,
    text: text.trim(),
    words: softened,
    background: [],
    concepts,
    superlative,
    quantity: leading,
  };
}

const FRAGMENT_WORDS_MAX = 6;

/** `¿Y la de vainilla?`, `¿la grande?`: a clause that leans on what was asked before. */
const leans = (text: string) =>
  /^\s*(?:y|e|o|and|what about|how about|pero)\b/iu.test(text) ||
  /^\s*(?:la|el|las|los) (?:de|del|que|m[aá]s)\b/iu.test(text) ||
  (/^\s*(?:la|el|las|los|un|una|the|de|del)\s/iu.test(text) &&
    kindOf(foldWord(text)) === 'general' &&
    text.trim().split(/\s+/).length <= FRAGMENT_WORDS_MAX);

/** How much less the talk before the last question counts. */
const FADING = 0.3;

/**
 * A question that leans on the one before: without a subject it takes that one's; with one of its
 * own (`¿y la grande?`, `¿y del Samsung?`) the other stays in the background.
 */
function lean(question: Question, before: Question): Question {
  const kind = question.kind === 'general' ? before.kind : question.kind;
  const own = new Set(question.words.map((word) => word.stem));
  const head = before.words.filter((word) => word.weight >= 0.6 && !own.has(word.stem));
  if (question.words.length === 0) {
    return {
      ...question,
      kind,
      words: head.map((word) => ({ ...word, weight: 0.6 })),
      background: before.background,
      concepts: new Set([...before.concepts, ...question.concepts]),
    };
  }
  const faded = before.background
    .filter((word) => !own.has(word.stem))
    .map((word) => ({ ...word, weight: word.weight * FADING }));
  return { ...question, kind, background: [...head, ...faded] };
}

/** `deme cinco de suadero, ¿cuánto sería?`: the subject stands in the clause before. */
function withSubjects(clauses: readonly Question[]): Question[] {
  const out: Question[] = [];
  for (const clause of clauses) {
    const before = out.at(-1);
    const hasSubject = before !== undefined && before.words.length > 0;
    const names = hasSubject && ['general', 'order', 'has'].includes(before.kind);
    if (
      clause.kind === 'price' &&
      clause.superlative === null &&
      clause.words.length === 0 &&
      names
    ) {
      out[out.length - 1] = { ...toQuestion(`precio ${before.text}`), text: before.text };
    } else out.push(clause);
  }
  return out;
}

/** What the talk has been about: the last question that had a subject, with what leaned on it. */
function backgroundOf(earlier: readonly string[]): Question | undefined {
  let before: Question | undefined;
  for (const text of earlier) {
    const question = toQuestion(withAskingWords(withoutCourtesy(text)));
    const needs = leans(question.text) || question.words.length === 0;
    if (before !== undefined && needs) before = lean(question, before);
    else if (question.words.length > 0) before = question;
  }
  return before;
}

/** The questions in what a caller said, in order; `earlier` is what they said before, oldest first. */
export function readQuestions(said: string, earlier: readonly string[]): Question[] {
  const text = withAskingWords(withoutCourtesy(said));
  const clauses = text.split(clauseBreak).map((part) => part.trim());
  const read = withSubjects(clauses.filter((part) => /[\p{L}\d]/u.test(part)).map(toQuestion));
  const asked = read.filter((each) => each.kind !== 'general' || each.words.length > 0);
  // A clause without its own subject next to real questions is talk around them.
  const real = asked.filter((each) => each.kind !== 'general');
  const kept =
    real.length > 0 ? asked.filter((each) => each.kind !== 'general' || leans(each.text)) : asked;
  let before = backgroundOf(earlier);
  return kept.map((question) => {
    const needs = leans(question.text) || question.words.length === 0;
    const full =
      before !== undefined && needs && !['hours', 'place', 'list'].includes(question.kind)
        ? lean(question, before)
        : question;
    before = full;
    return full;
  });
}

/** One question about several things (`la torta y las galletas`) as one question for each. */
export function splitTargets(question: Question): Question[] {
  const parts = question.text.split(/,\s*(?:y\s+|and\s+)?|\s+(?:y|e|and|o|or)\s+/iu);
  if (parts.length < 2) return [question];
  const questions = parts.map(toQuestion).filter((part) => part.words.length > 0);
  if (questions.length < 2) return [question];
  const [first] = questions;
  return questions.map((part, index) => {
    const leaning =
      index > 0 && first !== undefined ? lean({ ...part, text: part.text }, first) : part;
    return {
      ...leaning,
      kind: question.kind,
      concepts: new Set([
        ...part.concepts,
        ...(question.kind === 'price' ? ['price' as const] : []),
      ]),
    };
  });
}

/** What to look for in the documents. */
export function searchQuery(questions: readonly Question[]): string {
  const hints: Partial<Record<QuestionKind, string>> = {
    price: questions.some(({ words }) => words.length > 0) ? '' : 'servicios productos precios',
    hours: 'horario de atención',
    place: 'dirección ubicación',
    list: 'servicios productos precios',
  };
  const words = questions.flatMap((question) => [
    ...[...question.words, ...question.background.filter(({ weight }) => weight >= 0.6)].map(
      (word) => word.text,
    ),
    ...(question.kind === 'list' && question.words.length > 0 ? [] : [hints[question.kind] ?? '']),
  ]);
  const query = [...new Set(words.filter((word) => word !== ''))].join(' ').slice(0, 300);
  return query === ''
    ? questions
        .map((question) => question.text)
        .join(' ')
        .slice(0, 300)
    : query;
}
