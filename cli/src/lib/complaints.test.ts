import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { complaints } from './complaints.ts';

const number = z.coerce.number().int().min(1).max(100);

describe('what is wrong with what was typed', () => {
  it.each([
    [number, 'x', 'debe ser un número', 'must be a number'],
    [number, '1.5', 'debe ser un número entero', 'must be a whole number'],
    [number, '0', 'debe ser 1 o más', 'must be 1 or more'],
    [number, '101', 'debe ser 100 o menos', 'must be 100 or less'],
    [z.coerce.number().positive(), '0', 'debe ser mayor que 0', 'must be more than 0'],
    [z.string().min(1), '', 'no puede estar vacío', 'must not be empty'],
    [z.enum(['live', 'test']), 'prod', 'debe ser uno de: live, test', 'must be one of: live, test'],
    [z.email(), 'ana@', 'Inválido dirección de correo electrónico', 'Invalid email address'],
  ])('is said of %# plainly, in Spanish and in English', (schema, typed, es, en) => {
    const said = (lang: 'es' | 'en') =>
      schema.safeParse(typed, { error: complaints[lang] }).error?.issues[0]?.message;
    expect(said('es')).toBe(es);
    expect(said('en')).toBe(en);
  });

  it('is said in the schema’s own words where it has some', () => {
    const schema = z.string().regex(/^\d+d$/, 'must be days, like 7d');
    const { error } = schema.safeParse('ayer', { error: complaints.es });
    expect(error?.issues[0]?.message).toBe('must be days, like 7d');
  });
});
