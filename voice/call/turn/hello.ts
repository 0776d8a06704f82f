import { foldText } from '@alo/core/kernel';

const hellos = new Set([
  'alo',
  'alo alo',
  'alo buenas',
  'alo si',
  'si alo',
  'bueno',
  'si',
  'si bueno',
  'si diga',
  'si digame',
  'diga',
  'digame',
  'a ver',
  'hola',
  'hola buenas',
  'buenas',
  'buenos dias',
  'buenas tardes',
  'buenas noches',
  'hello',
  'hi',
  'yes',
]);

/** What people say as they pick up: said over the greeting, it is no reason to stop it. */
export function isHello(text: string): boolean {
  return hellos.has((foldText(text).match(/\p{L}+/gu) ?? []).join(' '));
}
