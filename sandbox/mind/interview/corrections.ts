import { knownName } from './services.ts';
import { regex, sourceOf } from './text.ts';

const correctionLead = regex()`
    ^(?:(?:ah|ay|uy|oiga|espere|mire|y|pero|eh|bueno)[\s,]+)*(?:no,|no\.|no (?=el\b|la\b|los\b
    |las\b|es\b|se\b|son\b|nos\b)|perdon|disculp\w*|corrij\w*|correccion|me equivoque
    |en realidad|mejor dicho|cambi[ae]\w*|actualic\w*|modifi\w*|quit[ae]\w*|elimin\w*
    |borr[ae]\w*|le (?:dije|di) mal|ya no|sorry|actually|correction|change|remove)
  `;

/** Whether a sentence begins by taking something back. */
export const startsCorrection = (sentence: string) =>
  correctionLead.test(sourceOf(sentence.trim()).folded);

/** A correction without the words that take the old back: `no, perdón, el nombre es…`. */
export function withoutTakingBack(sentence: string): string {
  const { raw, folded } = sourceOf(sentence.trim());
  const lead = regex()`
      ^(?:(?:ah|ay|uy|oiga|espere|mire|eh|no|perdon\w*|disculp\w*|corrijo|correccion
      |me equivoque|mejor dicho|sorry|actually)[\s,.:]+)+
    `;
  return raw.slice(lead.exec(folded)?.[0].length ?? 0);
}

const removal = regex()`
    ^(?:(?:ah|no|perdon|mejor|por favor|y)[\s,]+)*(?:quit\w+|elimin\w+|borr\w+|saqu\w+|remove
    |ya no (?:vend|ofre|hac|manej|ten|prest|hay)\w*)\s+(?:(?:el|la|los|las|lo|eso|servicio
    |producto|de|del|que|the)\s+)*
  `;

/** Which of the known items a sentence takes out: `quite la barba`, `ya no vendemos tortas`. */
export function removalsIn(sentence: string, known: Readonly<Record<string, unknown>>): string[] {
  const { raw, folded } = sourceOf(sentence.trim());
  const match = removal.exec(folded);
  if (!match) return [];
  const said = raw.slice(match[0].length).split(/\s*(?:,|;|\s+y\s+|\.)\s*/);
  const names = [
    ...namesOf(known['services']),
    ...textsOf(known['facts']),
    ...textsOf(known['never_say']),
  ];
  return said.flatMap((each) => knownName(each, names) ?? []);
}

/** Names of the services known so far. */
export function namesOf(services: unknown): string[] {
  return Array.isArray(services)
    ? services.flatMap((each: unknown) =>
        typeof each === 'object' && each !== null && 'name' in each && typeof each.name === 'string'
          ? [each.name]
          : [],
      )
    : [];
}

const textsOf = (items: unknown): string[] =>
  Array.isArray(items) ? items.filter((each): each is string => typeof each === 'string') : [];

/** `cambie el precio de la…` */
const priceOf = regex()`
  ^(?:(?:ah|no|perdon|disculpe|y|mejor|por favor)[\s,]+)*(?:(?:cambi|corrij|corrig|actuali
  |modifi|pong|pon|sub|baj|dej)\w*(?:le|lo|me)?\s+)?(?:(?:el|los)\s+)?(?:precios?|valor
  |costo)\s+(?:del?|al?|para)\s+
`;

/** `… ya no vale 25 sino …` */
const oldPrice = regex()`
  \s+ya no (?:vale|cuesta|es|esta|son|valen|cuestan)(?: a| en)?\s+[^,;]*?,?\s*(?:sino|ahora|es
  |son)\s+(?:que\s+)?(?:vale|cuesta|a|de|es|en)?\s*
`;

/**
 * A change of a price, reduced to item and new price: `cambie el precio de la limpieza a 130 mil`,
 * `el corte ya no vale 25 sino 30 mil`.
 */
export function withoutOldPrice(text: string): string {
  const { raw, folded } = sourceOf(text);
  const lead = priceOf.exec(folded)?.[0].length ?? 0;
  const old = oldPrice.exec(folded);
  return old && old.index > lead
    ? `${raw.slice(lead, old.index)} a ${raw.slice(old.index + old[0].length)}`
    : raw.slice(lead);
}
