import type { Language } from '@alo/core/kernel';
import { foldWord, wordsOf } from '../text/words.ts';
import type { Entry, Quote } from './entry.ts';
import type { Match } from './match.ts';
import { sayPrice } from './money.ts';
import { sentencesOf } from './prose.ts';
import type { Question } from './question.ts';
import { articleFor, capital, joinList, sayName, sentence, speak } from './speech.ts';

export const ITEMS_AT_ONCE = 4;

export function sayChoices(matches: readonly Match[], language: Language): string {
  const es = language === 'es';
  const named = matches.slice(0, ITEMS_AT_ONCE).map(({ entry }) => {
    const [first] = entry.quotes;
    if (first === undefined) return sayName(entry.name);
    const from = entry.quotes.length > 1 && first.price.currency !== 'free';
    const price = sayPrice({ ...first.price, from: first.price.from || from }, language);
    return `${sayName(entry.name)}${es ? ' a ' : ' at '}${price}`
      .replace(' a desde', ' desde')
      .replace(' at from', ' from')
      .replace(/ (?:a|at) (?=gratis|free)/u, ' ');
  });
  const more = matches.length > ITEMS_AT_ONCE ? (es ? ', entre otros' : ', among others') : '';
  return sentence(
    speak(`${es ? 'Tenemos' : 'We have'} ${joinList(named, language)}${more}`, language),
  );
}

/** Streets take the article: `la Carrera 15`. */
const withArticle = (address: string) =>
  address.replace(/^(?=(?:calle|carrera|avenida|transversal|diagonal|autopista)\b)/iu, 'la ');

export function sayLine(entry: Entry, language: Language): string {
  const labelled = /^([^:]{2,40}):\s+(.+)$/su.exec(entry.name);
  if (labelled === null) return sentence(capital(speak(entry.name, language)));
  const [, label = '', value = ''] = labelled;
  // "Nuestras tarifas: la limpieza cuesta …": the sentence behind the colon says it all.
  if (/^(?:el|la|los|las|un|una|the)\s/u.test(value))
    return sentence(capital(speak(value, language)));
  const folded = foldWord(label);
  const said = speak(value, language);
  const es = language === 'es';
  if (/^donde|direccion|ubicacion|address|location/.test(folded)) {
    return sentence(
      `${es ? 'Estamos en' : 'We are at'} ${withArticle(said.replace(/^en /iu, ''))}`,
    );
  }
  if (/telefono|celular|whatsapp|phone/.test(folded)) {
    return sentence(`${es ? 'Nuestro' : 'Our'} ${label.toLowerCase()} ${es ? 'es' : 'is'} ${said}`);
  }
  if (/pago|payment/.test(folded)) {
    return sentence(
      `${es ? 'Recibimos' : 'We take'} ${said.charAt(0).toLowerCase()}${said.slice(1)}`,
    );
  }
  return sentence(`${capital(sayName(speak(label, language)))}: ${said}`);
}

export function sayDetails(entry: Entry, question: Question, language: Language): string | null {
  const es = language === 'es';
  const details = speak(entry.details, language);
  const name = capital(`${es ? articleFor(entry.name) : 'the'} ${sayName(entry.name)}`);
  if (question.kind === 'includes') {
    if (details === '') return null;
    if (/^(?:incluye|includes|trae|contiene)/iu.test(details)) {
      return sentence(`${name} ${details.charAt(0).toLowerCase()}${details.slice(1)}`);
    }
    const verb = es ? (articleFor(entry.name).endsWith('s') ? 'llevan' : 'lleva') : 'comes with';
    return sentence(`${name} ${verb} ${details.charAt(0).toLowerCase()}${details.slice(1)}`);
  }
  const labelled = sentencesOf(entry.details).find((part) =>
    /:\s*\d+\s*(?:d[ií]as?|horas?|semanas?|meses|days?|hours?|weeks?)/iu.test(part),
  );
  if (labelled !== undefined) return sentence(capital(speak(labelled, language)));
  const spoken = speak(
    `${entry.details} ${entry.name} ${entry.quotes.map((quote) => quote.label).join(' ')}`,
    language,
  );
  const time =
    /\d+(?:\s?(?:a|-)\s?\d+)?\s*(?:minutos?|horas?|d[ií]as?|semanas?|minutes?|hours?|days?)(?:\s+y\s+media)?/iu.exec(
      spoken,
    )?.[0] ??
    /(?:duraci[oó]n|duration|tiempo)[^:\d]*:?\s*(\d+)/iu
      .exec(spoken)?.[1]
      ?.concat(es ? ' minutos' : ' minutes');
  if (time === undefined) return null;
  return sentence(
    `${name} ${es ? (articleFor(entry.name).endsWith('s') ? 'duran' : 'dura') : 'takes'} ${time}`,
  );
}

/** What several of one thing come to: `Por 2 serían 21.000 pesos.` */
export function sayTotal(
  entry: Entry,
  quotes: readonly Quote[],
  question: Question,
  language: Language,
): string {
  const [only] = quotes;
  const { quantity } = question;
  if (quantity < 2 || quotes.length !== 1 || only === undefined || only.price.amount === 0)
    return '';
  // "Cemento 50 kg", asked for as "50 kilos": the number is the thing's own.
  if (
    wordsOf(entry.name).some((word) => word.text === `${quantity}`) ||
    only.label.includes(`${quantity}`)
  )
    return '';
  if (only.price.from || only.price.upTo !== undefined) return '';
  const total = sayPrice({ ...only.price, amount: only.price.amount * quantity }, language);
  return language === 'es'
    ? ` Por ${quantity} serían ${total}.`
    : ` For ${quantity} that is ${total}.`;
}

/** What the list says is not to be had now; null where it says nothing of the kind. */
export function saySoldOut(entry: Entry, language: Language): string | null {
  if (!/agotad|no disponible|sin existencias|out of stock|sold out/iu.test(entry.details))
    return null;
  const name = sayName(entry.name);
  return language === 'es'
    ? `En este momento no tenemos disponible ${name}.`
    : `We do not have the ${name} right now.`;
}

export function sayUnpriced(entry: Entry, language: Language): string {
  const es = language === 'es';
  const details =
    entry.details === '' ? '' : ` ${sentence(capital(speak(entry.details, language)))}`;
  return es
    ? `Sí tenemos ${sayName(entry.name)}, pero el precio no lo tengo a la mano.${details}`
    : `We do have ${sayName(entry.name)}, but I do not have the price at hand.${details}`;
}
