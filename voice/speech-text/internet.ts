import type { Rule } from './rule.ts';

/** How a language says what stands in addresses of the internet. */
export interface InternetWords {
  readonly at: string;
  readonly dot: string;
  readonly dash: string;
  readonly underscore: string;
  readonly plus: string;
  readonly slash: string;
  sayDigits(digits: string): string;
  /** Endings that are spelled: "mx" → "eme equis". */
  readonly spelled: Readonly<Record<string, string>>;
}

const endings =
  'com|net|org|edu|gov|gob|info|biz|io|dev|app|shop|store|online|tienda|co|mx|pe|cl|ar|ec|ve|uy|py|bo|cr|gt|hn|ni|pa|sv|do|pr|us|es|br|me|ly|tv|ai';
const host = String.raw`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,40})\.){1,5}(?:${endings})(?![\p{L}\d_@-])`;

/** E-mail addresses, web addresses and handles. A web address loses its scheme and its query: nobody writes them down by ear. */
export function internetRules(words: InternetWords): readonly Rule[] {
  const spell = (text: string) => spellOut(text, words);
  return [
    {
      pattern:
        /(?<![\p{L}\d._%+-])(?<local>[\p{L}\d](?:[\p{L}\d_%+-]|\.(?=[\p{L}\d_%+-])){0,63})@(?<domain>[a-zA-Z\d-]{1,63}(?:\.[a-zA-Z\d-]{1,63}){1,5})/gu,
      say: (it) => `${spell(it.group('local'))} ${words.at} ${spell(it.group('domain'))}`,
    },
    {
      pattern: new RegExp(
        String.raw`(?<![\p{L}\d@._-])(?:https?:\/\/)?(?:www\.)?(?<host>${host})(?<path>(?:\/[\p{L}\d._-]{0,60}){0,6})(?:[?#][^\s,;)]{0,300})?`,
        'giu',
      ),
      say: (it) => {
        // A sentence's full stop is not the address's.
        const stop = /[.]$/.test(it.text) ? '.' : '';
        const path = it.group('path').replace(/[/.]+$/, '');
        return spell(it.group('host') + path) + stop;
      },
    },
    { pattern: /https?:\/\/(?=\S)/gi, say: '' },
    {
      pattern: /(?<![\p{L}\d@])@(?<handle>[\p{L}\d_](?:[\p{L}\d_]|\.(?=[\p{L}\d_])){1,40})/gu,
      say: (it) => `${words.at} ${spell(it.group('handle'))}`,
    },
  ];
}

function spellOut(text: string, words: InternetWords): string {
  const said: Readonly<Record<string, string>> = {
    '.': words.dot,
    '-': words.dash,
    _: words.underscore,
    '+': words.plus,
    '/': words.slash,
    '%': '',
  };
  const parts = text.match(/[\p{L}]+|\d+|[._+/%-]/gu) ?? [];
  return parts
    .map((part, i) => {
      if (/^\d/.test(part)) return words.sayDigits(part);
      const last = parts[i - 1] === '.' ? words.spelled[part.toLowerCase()] : undefined;
      return said[part] ?? last ?? part;
    })
    .filter(Boolean)
    .join(' ');
}
