import { internetRules } from '../internet.ts';
import type { Rule } from '../rule.ts';
import { cardinal, digitByDigit } from './cardinal.ts';

export const spanishInternetRules: readonly Rule[] = internetRules({
  at: 'arroba',
  dot: 'punto',
  dash: 'guion',
  underscore: 'guion bajo',
  plus: 'más',
  slash: 'barra',
  sayDigits: (digits) => (digits.length > 4 ? digitByDigit(digits) : cardinal(digits)),
  spelled: {
    mx: 'eme equis',
    cl: 'ce ele',
    ar: 'a erre',
    ec: 'e ce',
    uy: 'u y griega',
    py: 'pe y griega',
    cr: 'ce erre',
    gt: 'ge te',
    hn: 'hache ene',
    sv: 'ese uve',
    us: 'u ese',
    br: 'be erre',
    tv: 'te uve',
    ly: 'ele y griega',
  },
});
