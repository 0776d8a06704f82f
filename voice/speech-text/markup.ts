import { applyRules, type Rule } from './rule.ts';

/** What a model writes for the eye: out of it only the words are left. */
const rules: readonly Rule[] = [
  { pattern: /\r\n?/g, say: '\n' },
  // Images say nothing; links say their text.
  { pattern: /!\[[^\][\n]{0,200}\]\([^()\s]{0,500}\)/g, say: '' },
  { pattern: /\[(?<text>[^\][\n]{1,200})\]\([^()\s]{0,500}\)/g, say: (it) => it.group('text') },
  { pattern: /<\/?[a-zA-Z][^<>\n]{0,100}>/g, say: ' ' },
  { pattern: /^ {0,3}(?:`{3}|~{3})[^\n]{0,40}$/gm, say: '' },
  { pattern: /^ {0,3}(?:[-*_] {0,2}){3,40}$/gm, say: '' },
  { pattern: /^ {0,3}#{1,6} (?=\S)/gm, say: '' },
  { pattern: /^ {0,3}> ?/gm, say: '' },
  { pattern: /^ {0,8}[-*+•·▪◦‣–—] (?=\S)/gm, say: '' },
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
  { pattern: /^ {0,3}\|?(?: ?:?-{2,40}:? ?\|){1,20}(?: ?:?-{2,40}:? ?)?$/gm, say: '' },
  { pattern: /^ {0,3}\| ?| ?\| {0,3}$/gm, say: '' },
  { pattern: / {0,3}\| {0,3}/g, say: ', ' },
  // Emphasis: only marks that touch a word on one side and no word on the other.
  {
    pattern:
      /(?<![\p{L}\p{N}])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])|(?<=[^\s*_~])(?:\*{1,3}|_{1,3}|~~)(?![\p{L}\p{N}])/gu,
    say: '',
  },
  { pattern: /`/g, say: '' },
  // Emoticons and emojis, with what modifies them: skin, sex, flags, keycaps.
  { pattern: /(?<![\p{L}\p{N}])[:;]-?[()DPp](?![\p{L}\p{N}])/gu, say: '' },
  {
    pattern:
      /\p{Extended_Pictographic}|[\u{1f1e6}-\u{1f1ff}]|[\u{1f3fb}-\u{1f3ff}]|[\u{200b}-\u{200d}\u{2060}\u{feff}]|\ufe0e|\ufe0f|\u20e3/gu,
    say: '',
  },
  // Spaces that do not break, and lines: what has no mark at its end gets one.
  { pattern: /[\u00a0\u2007\u2009\u202f\t]/g, say: ' ' },
  { pattern: /(?<=[.,;:!?…]) {0,10}\n\s{0,20}/g, say: ' ' },
  { pattern: /(?<=\S) {0,10}\n\s{0,20}(?=\S)/g, say: ', ' },
];

/** Takes out markdown, HTML, emojis and lines. Plain prose comes back as it is. */
export function stripMarkup(text: string): string {
  return applyRules(text, rules);
}
