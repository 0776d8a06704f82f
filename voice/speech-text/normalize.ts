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

/** What is spoken is soon asked for again: how much of it was heard is told by its words. */
const said = new Map<string, string>();
const SAID_MAX = 500;
const SAID_CHARS_MAX = 300;

/**
 * Text as it is to be spoken: pesos, hours, addresses, numbers and abbreviations in words, without
 * markdown or emojis. Plain prose comes back as it is. Pure; time linear in the text.
 */
export function normalizeForSpeech(text: string, language: Language): string {
  if (text.length > SAID_CHARS_MAX) return normalized(text, language);
  const key = `${language} ${text}`;
  const known = said.get(key);
  if (known !== undefined) return known;
  const spoken = normalized(text, language);
  if (said.size >= SAID_MAX) said.clear();
  said.set(key, spoken);
  return spoken;
}

function normalized(text: string, language: Language): string {
  const worded = applyRules(stripMarkup(text), languageRules[language]);
  return applyRules(worded, tidyRules);
}
