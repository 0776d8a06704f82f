import type { Language } from '@alo/core/kernel';
import { foldWord } from '../text/words.ts';
import type { Entry, Quote } from './entry.ts';
import { findPrices, sayPrice } from './money.ts';

const spanishAbbreviations: readonly [RegExp, string][] = [
  [/\bc\/u\b/giu, 'la unidad'],
  [/\/\s?kg\b|\bx\s?kg\b/giu, ' por kilo'],
  [/\/\s?(?:hr?|hora)\b/giu, ' por hora'],
  [/\/\s?(?:mes)\b/giu, ' al mes'],
  [/\/\s?(?:und?|unidad)\b/giu, ' la unidad'],
  [/\/\s?(?=persona|noche|d[ií]a|libra|metro|sesi[oó]n)/giu, ' por '],
  [/\+\s?iva\b/giu, 'más IVA'],
  [/(\d)\s?mins?\b\.?/giu, '$1 minutos'],
  [/(\d)\s?hrs?\b\.?/giu, '$1 horas'],
  [/(\d)\s?kgs?\b\.?/giu, '$1 kilos'],
  [/(\d)\s?grs?\b\.?|(\d)\s?g\b/giu, '$1$2 gramos'],
  [/(\d)\s?lbs?\b\.?/giu, '$1 libras'],
  [/(\d)\s?oz\b\.?/giu, '$1 onzas'],
  [/(\d)\s?w\b/giu, '$1 vatios'],
  [/(\d)\s?["”]/gu, '$1 pulgadas'],
  [/(\d)\s?ml\b\.?/giu, '$1 mililitros'],
  [/\b(?:cra|kra|kr|cr)\b\.?(?=\s*\d)/giu, 'Carrera'],
  [/\bcl\b\.?(?=\s*\d)/giu, 'Calle'],
  [/\b(?:av|avda)\b\.?(?=\s)/giu, 'Avenida'],
  [/\s?#\s?(?=\d)/gu, ' número '],
  [/\btel\b\.?(?=[\s:])/giu, 'teléfono'],
  [/(\d)\s?[-–—]\s?(?=\d{1,2}:\d{2}|\d{1,2}\s?[ap]\.?\s?m)/giu, '$1 a '],
  [/\s&\s/gu, ' y '],
];

const englishAbbreviations: readonly [RegExp, string][] = [
  [/(\d)\s?mins?\b\.?/giu, '$1 minutes'],
  [/(\d)\s?hrs?\b\.?/giu, '$1 hours'],
  [/\/\s?(?=person|night|day|hour|month|session)/giu, ' per '],
  [/(\d)\s?[-–—]\s?(?=\d{1,2}:\d{2}|\d{1,2}\s?[ap]\.?\s?m)/giu, '$1 to '],
  [/\s&\s/gu, ' and '],
];

/** A text for the ear: no markup, no brackets, no `$`, no abbreviations. */
export function speak(text: string, language: Language): string {
  let out = text
    .replace(/\[([^\]]+)\]\([^)]*\)/gu, '$1')
    .replace(/[*_`|]+/gu, ' ')
    .replace(/^\s*#{1,6}\s+/gmu, '');
  for (const price of findPrices(out, language).toReversed()) {
    out = `${out.slice(0, price.start)}${sayPrice({ ...price, from: false }, language)}${out.slice(price.end)}`;
  }
  for (const [pattern, said] of language === 'es' ? spanishAbbreviations : englishAbbreviations) {
    out = out.replace(pattern, said);
  }
  return out
    .replace(/\s+\/\s+/gu, ', ')
    .replace(/\s*[([]([^)\]]*)[)\]]/gu, ', $1')
    .replace(/[•·►▪✓]|(?:\s*\.){3,}|…/gu, ' ')
    .replace(/\s+([,.;:?!])/gu, '$1')
    .replace(/,(?:\s*,)+/gu, ',')
    .replace(/\s+/gu, ' ')
    .trim();
}

/** Ends with a full stop, whatever it ended with. */
export const sentence = (text: string): string => {
  const bare = text.replace(/[\s,;:]+$/u, '');
  return /[.!?]$/u.test(bare) ? bare : `${bare}.`;
};

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const feminineE =
  /^(?:clase|carne|leche|llave|base|nube|noche|tarde|parte|sede|torre|fuente|serie|suite|flor|sal|piel|miel|red|pared|luz|cruz|nariz|raiz|vez|hamburguesa|col|crep[e]?|mensualidad|anualidad)s?$/;
const masculineA =
  /^(?:dia|mapa|problema|tema|sistema|programa|clima|idioma|pijama|yoga|sofa|te|cafe|kit|menu|mensaje|masaje|corte)s?$/;

/** `el`, `la`, `los`, `las` for a Spanish noun phrase, judged by its first word. */
export function articleFor(name: string): string {
  const noun = foldWord(name).match(/\p{L}+/u)?.[0] ?? '';
  const plural =
    noun.length > 3 && /[aeiou]s$|nes$|res$|les$/.test(noun) && !/(?:is|us)$/.test(noun);
  const one = noun.replace(/es$|s$/, '');
  const feminine =
    !masculineA.test(noun) &&
    (feminineE.test(noun) ||
      /(?:a|as|cion|ciones|sion|siones|dad|dades|tud|tudes|umbre)$/.test(noun) ||
      /(?:cion|sion|dad)$/.test(one));
  if (feminine) return plural ? 'las' : /^(?:agua|alma|area|aguila)$/.test(noun) ? 'el' : 'la';
  return plural ? 'los' : 'el';
}

/** Of a name in two languages (`Hot stone / Piedras calientes`), the one to say. */
function nameIn(name: string, language: Language): string {
  const parts = name.split(/\s+\/\s+/);
  if (parts.length !== 2) return name;
  const [first = '', second = ''] = parts;
  const isSpanish = (text: string) => /[áéíóúñ]|\b(?:de|con|para|en|y|la|el)\b/iu.test(text);
  if (isSpanish(first) === isSpanish(second)) return name;
  return isSpanish(first) === (language === 'es') ? first : second;
}

/** The name in running speech: no capitals that only a list has. */
export function sayName(name: string): string {
  const words = name.split(' ');
  const shouted = name === name.toUpperCase() && /\p{Lu}{4,}/u.test(name);
  const lowered = words.map((word, index) => {
    if (/^\p{Lu}{5,}$/u.test(word)) return word.toLowerCase();
    const acronym = /^[\p{Lu}\d]{2,4}$/u.test(word) && !shouted;
    if (acronym) return word;
    if (shouted) return word.toLowerCase();
    return index === 0 ? word.charAt(0).toLowerCase() + word.slice(1) : word;
  });
  return lowered.join(' ');
}

export function joinList(parts: readonly string[], language: Language, or = false): string {
  if (parts.length <= 1) return parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  const es = or ? 'o' : /^(?:i|hi(?!e))/iu.test(last) ? 'e' : 'y';
  return `${parts.slice(0, -1).join(', ')} ${language === 'es' ? es : or ? 'or' : 'and'} ${last}`;
}

const cleanLabel = (label: string) =>
  label
    .replace(/\b(?:precio|valor|tarifa|price|rate|cop)\b/giu, '')
    .replace(/\s+/g, ' ')
    .trim();

const unitText = (quote: Quote) => (quote.unit === '' ? '' : ` ${quote.unit}`);

/** `La torta de chocolate vale 45.000 pesos.`, with its variants where it has several. */
export function sayItem(entry: Entry, quotes: readonly Quote[], language: Language): string {
  const es = language === 'es';
  const own = nameIn(entry.name, language);
  const name = sayName(own);
  const article = es ? articleFor(own) : 'the';
  const plural = es ? article.endsWith('s') : /[^s]s$/.test(name);
  const subject = capital(`${article} ${name}${name.includes(',') ? ',' : ''}`);
  const [only] = quotes;
  if (only === undefined) return sentence(speak(subject, language));
  if (quotes.length === 1) {
    const label = cleanLabel(only.label);
    const variant =
      label === ''
        ? ''
        : /^\d/.test(label)
          ? es
            ? ` de ${label}`
            : `, ${label},`
          : `, ${label.toLowerCase()},`;
    const price = sayPrice(only.price, language);
    if (only.price.currency === 'free') {
      return sentence(
        speak(
          `${subject}${variant} ${es ? (plural ? 'son' : 'es') : plural ? 'are' : 'is'} ${price}`,
          language,
        ),
      );
    }
    const verb = es ? (plural ? 'valen' : 'vale') : plural ? 'are' : 'is';
    return sentence(speak(`${subject}${variant} ${verb} ${price}${unitText(only)}`, language));
  }
  const parts = quotes.slice(0, 5).map((quote) => {
    const label = cleanLabel(quote.label).toLowerCase();
    return `${label === '' ? '' : `${label} `}${sayPrice(quote.price, language)}${unitText(quote)}`;
  });
  const anyLabel = quotes.some((quote) => cleanLabel(quote.label) !== '');
  const verb = es ? (plural ? 'valen' : 'vale') : plural ? 'are' : 'is';
  return sentence(
    speak(`${subject}${anyLabel ? ':' : ` ${verb}`} ${joinList(parts, language)}`, language),
  );
}
