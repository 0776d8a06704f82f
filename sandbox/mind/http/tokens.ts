/**
 * Text in pieces of about the size a model's tokenizer makes; joined they give the text back.
 * Words of more than six letters come in two or more pieces.
 */
export function tokenize(text: string): string[] {
  return text.match(/\s?[\p{L}\p{N}\p{M}]{1,6}|\s?[^\s\p{L}\p{N}\p{M}]|\s+/gu) ?? [];
}

export const countTokens = (text: string): number => tokenize(text).length;
