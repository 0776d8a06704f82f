import { z } from 'zod';
import type { Language } from '@alo/core/kernel';

/** One thing wrong with a request, as zod and fastify-type-provider-zod report it. */
export interface ValidationIssue {
  /** Zod's code of the issue: `too_small`. */
  readonly keyword: string;
  readonly message?: string;
  /** What else zod says of it: `minimum`, `origin`, `format`. */
  readonly params?: unknown;
}

/** The issue in the reader's language, as what follows the field's name: `debe ser texto`. */
export function validationText(issue: ValidationIssue, language: Language): string {
  const said = issue.message ?? issue.keyword;
  if (language !== 'es') return said;
  return ownWords(said) ?? phrases[issue.keyword]?.(facts(issue)) ?? fromZod(issue) ?? said;
}

interface Facts {
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly expected?: string;
  readonly format?: string;
  readonly values?: readonly unknown[];
  readonly keys?: readonly string[];
}
const facts = ({ params }: ValidationIssue) => (params ?? {}) as Facts;

const units: Readonly<Record<string, string>> = {
  string: 'caracteres',
  array: 'elementos',
  set: 'elementos',
  file: 'bytes',
};

const types: Readonly<Record<string, string>> = {
  string: 'texto',
  number: 'un número',
  int: 'un número entero',
  bigint: 'un número entero',
  boolean: 'true o false',
  array: 'una lista',
  object: 'un objeto',
  record: 'un objeto',
  date: 'una fecha',
  null: 'null',
};

const formats: Readonly<Record<string, string>> = {
  email: 'un correo',
  url: 'una dirección web',
  datetime: 'una fecha y hora como 2026-11-23T15:00:00Z',
  date: 'una fecha como 2026-11-23',
};

/** Zod's own Spanish says «recibido indefinido» of whatever came: it is not told what did. */
const phrases: Readonly<Record<string, (facts: Facts) => string | undefined>> = {
  invalid_type: ({ expected = '' }) => types[expected] && `debe ser ${types[expected]}`,
  too_small: ({ origin = '', minimum = 0, inclusive = true }) => {
    const unit = units[origin];
    if (unit === undefined) {
      return inclusive ? `debe ser ${minimum} o más` : `debe ser mayor que ${minimum}`;
    }
    return Number(minimum) === 1 ? 'no puede estar vacío' : `debe tener ${minimum} ${unit} o más`;
  },
  too_big: ({ origin = '', maximum = 0, inclusive = true }) => {
    const unit = units[origin];
    if (unit !== undefined) return `debe tener ${maximum} ${unit} o menos`;
    return inclusive ? `debe ser ${maximum} o menos` : `debe ser menor que ${maximum}`;
  },
  invalid_format: ({ format = '' }) => formats[format] && `debe ser ${formats[format]}`,
  invalid_value: ({ values = [] }) =>
    values.length === 1 ? `debe ser ${values[0]}` : `debe ser uno de: ${values.join(', ')}`,
  unrecognized_keys: ({ keys = [] }) => `tiene campos que no existen: ${keys.join(', ')}`,
};

/** What our schemas say themselves, in English, where callers meet it most. */
const ours: readonly (readonly [RegExp, string])[] = [
  [/^must be an id like (\w+_…)$/, 'debe ser un id como $1'],
  [/^must be a dialable phone number.*$/, 'debe ser un teléfono marcable, mejor con +57…'],
  [/^must be the digits of the mailed code$/, 'deben ser los dígitos del código del correo'],
  [/^must be a month like (\S+)$/, 'debe ser un mes como $1'],
];

function ownWords(said: string): string | undefined {
  const [pattern, words] = ours.find(([english]) => english.test(said)) ?? [];
  return pattern && words && said.replace(pattern, words);
}

const spanish = z.locales.es().localeError;

function fromZod({ keyword, params }: ValidationIssue): string | undefined {
  // A custom issue has no words but its own.
  if (keyword === 'custom') return undefined;
  const said = spanish({ ...(params as object), code: keyword } as never);
  return typeof said === 'string' ? said : said?.message;
}
