import { z } from 'zod';
import type { Language, Localized } from './language.ts';

/**
 * What is wrong with a value somebody typed or wrote in a file, for zod to say, as what follows its
 * name: `debe ser 100 o menos`. Zod's own words («se esperaba que número fuera <=100») are for what is
 * rarely wrong; what a schema says itself comes first.
 */
export const complaints: Readonly<Record<Language, z.core.$ZodErrorMap>> = {
  es: (issue) => plainly(issue)?.es ?? spanish(issue),
  en: (issue) => plainly(issue)?.en ?? english(issue),
};

const spanish = z.locales.es().localeError;
const english = z.locales.en().localeError;

function plainly(issue: z.core.$ZodRawIssue): Localized | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.expected === 'int')
        return { es: 'debe ser un número entero', en: 'must be a whole number' };
      if (issue.expected === 'number') return { es: 'debe ser un número', en: 'must be a number' };
      return undefined;
    case 'too_small':
      if (issue.origin === 'number') return atLeast(issue);
      return issue.minimum === 1
        ? { es: 'no puede estar vacío', en: 'must not be empty' }
        : undefined;
    case 'too_big':
      if (issue.origin !== 'number') return undefined;
      return { es: `debe ser ${issue.maximum} o menos`, en: `must be ${issue.maximum} or less` };
    case 'invalid_value': {
      const values = issue.values.map(String).join(', ');
      return { es: `debe ser uno de: ${values}`, en: `must be one of: ${values}` };
    }
    default:
      return undefined;
  }
}

function atLeast({ minimum, inclusive }: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall>): Localized {
  return inclusive === false
    ? { es: `debe ser mayor que ${minimum}`, en: `must be more than ${minimum}` }
    : { es: `debe ser ${minimum} o más`, en: `must be ${minimum} or more` };
}
