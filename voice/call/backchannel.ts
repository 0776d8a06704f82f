import { foldText } from '@alo/core/kernel';

/** What a listener says to show they listen. It does not take the floor. */
const backchannels = new Set([
  'aja',
  'aha',
  'mm',
  'mmm',
  'mhm',
  'ujum',
  'uju',
  'eh',
  'ah',
  'oh',
  'si',
  'sii',
  'si si',
  'si senor',
  'si senora',
  'si senorita',
  'claro',
  'claro que si',
  'listo',
  'ok',
  'okey',
  'okay',
  'vale',
  'bueno',
  'ya',
  'ya ya',
  'perfecto',
  'exacto',
  'correcto',
  'entiendo',
  'de acuerdo',
  'muy bien',
  'dale',
  'que bien',
  'yes',
  'yeah',
  'right',
  'sure',
  'i see',
]);

/** Whether all of `text` is a sign of listening rather than a turn. */
export function isBackchannel(text: string): boolean {
  const words = foldText(text)
    .replace(/[^\p{L}\s]/gu, ' ')
    .split(/\s+/)
    .filter(Boolean);
  if (words.length === 0) return true;
  if (backchannels.has(words.join(' '))) return true;
  return words.length <= 3 && words.every((word) => backchannels.has(word));
}
