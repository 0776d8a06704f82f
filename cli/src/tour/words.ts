/** Lower case, without accents, apostrophes straight: what two spellings have in common. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[’‘]/g, "'").toLowerCase();
}

/** The words of a text or of a name in any spelling: `openingHours`, `opening_hours`, `opening hours`. */
export function wordsOf(text: string): string[] {
  const spaced = text.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/[_-]/g, ' ');
  return fold(spaced).match(/[\p{L}']+/gu) ?? [];
}

const endings =
  /(?:aciones|acion|amientos?|imientos?|amos|emos|imos|ando|iendo|ings?|ores|ar|er|ir|an|en|as|es|os|a|e|o|s|y)$/;
const stemCharsMin = 3;

/** The common part of `precio`, `precios`; of `abre`, `abren`, `abrimos`; of `open`, `opening`. */
export function stem(word: string): string {
  const cut = word.replace(endings, '');
  return cut.length >= stemCharsMin ? cut : word;
}

export function stemsOf(text: string): Set<string> {
  return new Set(wordsOf(text).map(stem));
}
