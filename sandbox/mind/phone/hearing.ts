import { foldWord } from '../text/words.ts';

/** The words of asking as they are misheard and misspelt. */
const misheard: readonly [RegExp, string][] = [
  [/^[ckq]ua[nm]?to$/, 'cuanto'],
  [/^[ckq]ues?ta$/, 'cuesta'],
  [/^[ckq]ues?tan$/, 'cuestan'],
  [/^bale$/, 'vale'],
  [/^balen$/, 'valen'],
  [/^pre[cszx]io$/, 'precio'],
  [/^(?:benden)$/, 'venden'],
  [/^orario$/, 'horario'],
  [/^a?onde$/, 'donde'],
];

/** Words of asking put right: `quanto cueta` → `cuanto cuesta`. */
export function withAskingWords(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => {
    const folded = foldWord(word);
    return misheard.find(([pattern]) => pattern.test(folded))?.[1] ?? word;
  });
}

/** Without greetings, whose words (`días`, `tardes`) mean something elsewhere. */
export function withoutCourtesy(text: string): string {
  return text.replace(
    /(?:muy\s+)?\b(?:buen[oa]s?\s+(?:d[ií]as?|tardes?|noches?)|good (?:morning|afternoon|evening|day)|feliz (?:d[ií]a|tarde|noche)|por favor|si es tan amable)[\s,.!]*/giu,
    ' ',
  );
}
