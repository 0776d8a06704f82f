import { always, applyRules, type Rule } from './rule.ts';

/** What a model writes for the eye: out of it only the words are left. */
const rules: readonly Rule[] = [
  always(/\r\n?/g, '\n'),
  // Images say nothing; links say their text.
  always(/!\[[^\][\n]{0,200}\]\([^()\s]{0,500}\)/g, ''),
  { pattern: /\[(?<text>[^\][\n]{1,200})\]\([^()\s]{0,500}\)/g, say: (it) => it.group('text') },
  always(/<\/?[a-zA-Z][^<>\n]{0,100}>/g, ' '),
  always(/^ {0,3}(?:`{3}|~{3})[^\n]{0,40}$/gm, ''),
  always(/^ {0,3}(?:[-*_] {0,2}){3,40}$/gm, ''),
  always(/^ {0,3}#{1,6} (?=\S)/gm, ''),
  always(/^ {0,3}> ?/gm, ''),
  always(/^ {0,8}[-*+•·▪◦‣–—] (?=\S)/gm, ''),
  // An enumeration keeps its numbers: people refer to them.
  {
    pattern: /^ {0,8}(?<n>\d{1,2})[.)] {1,3}(?=[\p{L}*_¿¡])/gmu,
    say: (it) => `${it.group('n')}, `,
  },
  {
    pattern: /(?<=[\s:;,]|^)\(?(?<n>\d{1,2})\) {1,3}(?=[\p{L}¿¡])/gu,
    say: (it) => `${it.group('n')}, `,
  },
  // A table's rule, then its bars.
  always(/^ {0,3}\|?(?: ?:?-{2,40}:? ?\|){1,20}(?: ?:?-{2,40}:? ?)?$/gm, ''),
  always(/^ {0,3}\| ?| ?\| {0,3}$/gm, ''),
  always(/ {0,3}\| {0,3}/g, ', '),
  // Emphasis: only marks that touch a word on one side and no word on the other.
  always(
    /(?<![\p{L}\p{N}])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])|(?<=[^\s*_~])(?:\*{1,3}|_{1,3}|~~)(?![\p{L}\p{N}])/gu,
    '',
  ),
  always(/`/g, ''),
  // Emoticons and emojis, with what modifies them: skin, sex, flags, keycaps.
  always(/(?<![\p{L}\p{N}])[:;]-?[()DPp](?![\p{L}\p{N}])/gu, ''),
  always(
    /\p{Extended_Pictographic}|[\u{1f1e6}-\u{1f1ff}]|[\u{1f3fb}-\u{1f3ff}]|[\u{200b}-\u{200d}\u{2060}\u{feff}]|\ufe0e|\ufe0f|\u20e3/gu,
    '',
  ),
  // Spaces that do not break, and lines: what has no mark at its end gets one.
  always(/[\u00a0\u2007\u2009\u202f\t]/g, ' '),
  always(/(?<=[.,;:!?…]) {0,10}\n\s{0,20}/g, ' '),
  always(/(?<=\S) {0,10}\n\s{0,20}(?=\S)/g, ', '),
];

/** Takes out markdown, HTML, emojis and lines. Plain prose comes back as it is. */
export function stripMarkup(text: string): string {
  return applyRules(text, rules);
}
