import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Colours and weights, or plain text where nobody would see them. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
}

export function createStyle(colored: boolean): Style {
  const paint = (format: Format) => (text: string) =>
    colored ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    accent: paint('cyan'),
    good: paint('green'),
    warn: paint('yellow'),
    bad: paint('red'),
  };
}

/** https://no-color.org: the variable counts when it is not empty. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env['NO_COLOR']) return false;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
