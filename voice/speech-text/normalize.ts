import type { Language } from '@alo/core/kernel';
import { englishRules } from './english/rules.ts';
import { stripMarkup } from './markup.ts';
import { applyRules, type Rule } from './rule.ts';
import { spanishRules } from './spanish/rules.ts';

const languageRules: Record<Language, readonly Rule[]> = { es: spanishRules, en: englishRules };

const tidyRules: readonly Rule[] = [
  { pattern: /\s{2,400}|[^\S ]/g, say: ' ' },
  { pattern: / (?=[,.;:!?…)])/g, say: '' },
  { pattern: /(?<=[(¿¡]) /g, say: '' },
  { pattern: /,(?:,|\s(?=,)){1,40}/g, say: ',' },
  { pattern: /(?<=[:;!?…]),(?=\s|$)/g, say: '' },
  { pattern: /^[\s,;]{1,40}|[\s,;]{1,40}$/g, say: '' },
];

/**
 * Text as it is to be spoken: pesos, hours, addresses, numbers and abbreviations in words, without
 * markdown or emojis. Plain prose comes back as it is. Pure; time linear in the text.
 */
export function normalizeForSpeech(text: string, language: Language): string {
  const said = applyRules(stripMarkup(text), languageRules[language]);
  return applyRules(said, tidyRules);
}
