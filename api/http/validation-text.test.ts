import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { idSchema, phoneSchema } from '@alo/core/kernel';
import { validationText } from './validation-text.ts';

/** What is said of the first thing wrong with `value`. */
function said(schema: z.ZodType, value: unknown, language: 'es' | 'en' = 'es'): string {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  if (!issue) throw new Error('nothing is wrong');
  const { code, message, ...params } = issue;
  return validationText({ keyword: code, message, params }, language);
}

describe('what is wrong with a field', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['debe tener 8 caracteres o más', z.string().min(8), 'corta'],
    ['debe tener 3 caracteres o menos', z.string().max(3), 'larga'],
    ['no puede estar vacío', z.string().min(1), ''],
    ['no puede estar vacío', z.array(z.string()).min(1), []],
    ['debe tener 2 elementos o menos', z.array(z.int()).max(2), [1, 2, 3]],
    ['debe ser 100 o menos', z.int().max(100), 101],
    ['debe ser mayor que 0', z.number().positive(), 0],
    ['debe ser texto', z.string(), 7],
    ['debe ser un número entero', z.int(), 1.5],
    ['debe ser un objeto', z.object({}), null],
    ['debe ser un correo', z.email(), 'ana'],
    ['debe ser una fecha y hora como 2026-11-23T15:00:00Z', z.iso.datetime(), 'ayer'],
    ['debe ser uno de: owner, admin', z.enum(['owner', 'admin']), 'jefe'],
    ['debe ser true', z.literal(true), false],
    ['tiene campos que no existen: rol', z.strictObject({}), { rol: 'owner' }],
    ['debe ser un id como agt_…', idSchema('agt'), 'agt_x'],
    ['debe ser un teléfono marcable, mejor con +57…', phoneSchema, '12'],
  ])('is said in plain Spanish: %s', (words, schema, value) => {
    expect(said(schema, value)).toBe(words);
  });

  it('is left as it is in English, and where no words of ours fit', () => {
    expect(said(z.string().min(8), 'x', 'en')).toMatch(/expected string to have >=8 characters/);
    expect(said(z.number().multipleOf(5), 7)).toBe('Número inválido: debe ser múltiplo de 5');
    expect(
      said(
        z.string().refine(() => false, 'must be something else'),
        'x',
      ),
    ).toBe('must be something else');
  });
});
