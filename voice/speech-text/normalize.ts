import type { Language } from '@alo/core/kernel';
import { englishRules } from './english/rules.ts';
import { stripMarkup } from './markup.ts';
import { always, applyRules, type Rule } from './rule.ts';
import { spanishRules } from './spanish/rules.ts';

const languageRules: Record<Language, readonly Rule[]> = { es: spanishRules, en: englishRules };

const tidyRules: readonly Rule[] = [
  always(/\s{1,400}/g, ' '),
  always(/ (?=[,.;:!?…)])/g, ''),
  always(/(?<=[(¿¡]) /g, ''),
  always(/,(?:,|\s(?=,)){1,40}/g, ','),
  always(/(?<=[:;!?…]),(?=\s|$)/g, ''),
  always(/^[\s,;]{1,40}|[\s,;]{1,40}$/g, ''),
];

/**
 * Text as it is to be spoken: pesos, hours, addresses, numbers and abbreviations in words, without
 * markdown or emojis. Plain prose comes back as it is. Pure; time linear in the text.
 */
export function normalizeForSpeech(text: string, language: Language): string {
  const said = applyRules(stripMarkup(text), languageRules[language]);
  return applyRules(said, tidyRules);
}
