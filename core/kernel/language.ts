/** Spanish first; English by switch. */
export const languages = ['es', 'en'] as const;
export type Language = (typeof languages)[number];

/** A text people read, in both languages. */
export type Localized = Readonly<Record<Language, string>>;

/** Lower case without accents: what two spellings of the same word have in common. */
export function foldText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
