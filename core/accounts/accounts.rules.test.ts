import { describe, expect, it } from 'vitest';
import { cleanName, cleanPhone, defaultOrganizationName } from './accounts.rules.ts';
import { signInSchema, signUpSchema, verifySchema } from './sessions.schema.ts';

describe('what people wrote past our forms', () => {
  it('is stripped of control characters and cut', () => {
    expect(cleanName('  Ana\u0000\n  Pérez \u202e')).toBe('Ana Pérez');
    expect(cleanName('x'.repeat(500))).toHaveLength(120);
    expect(cleanName(' \t ')).toBeUndefined();
    expect(cleanPhone('300 111 2233')).toBe('+573001112233');
    expect(cleanPhone('no tengo')).toBeUndefined();
  });

  it('names the founded organization by the person, else by the address', () => {
    expect(defaultOrganizationName('Ana Pérez', 'ana@x.co')).toBe('Negocio de Ana Pérez');
    expect(defaultOrganizationName(undefined, 'ana.p@x.co')).toBe('Negocio de ana.p');
    expect(defaultOrganizationName('x'.repeat(500), 'a@x.co').length).toBeLessThanOrEqual(120);
  });
});

describe('the wire shapes', () => {
  const signUp = { email: ' Ana@X.co ', password: 'secreta123' };

  it('fold an address to one spelling', () => {
    expect(signUpSchema.parse(signUp).email).toBe('ana@x.co');
    expect(signInSchema.parse({ ...signUp, password: 'x' }).email).toBe('ana@x.co');
  });

  it.each([
    ['no address', { ...signUp, email: 'ana' }],
    ['a short password', { ...signUp, password: '1234567' }],
    ['a password past what is hashed', { ...signUp, password: 'x'.repeat(73) }],
    ['a number for a name', { ...signUp, name: 7 }],
    ['a phone that is none', { ...signUp, phone: '12' }],
    ['an address of a megabyte', { ...signUp, email: `${'a'.repeat(1_000_000)}@x.co` }],
  ])('refuse %s', (_what, body) => {
    expect(signUpSchema.safeParse(body).success).toBe(false);
  });

  it('take codes of six to ten digits only', () => {
    const parse = (code: unknown) => verifySchema.safeParse({ email: 'a@x.co', code }).success;
    expect([parse('123456'), parse(' 123456 '), parse('1234567890')]).toEqual([true, true, true]);
    expect([parse('12345'), parse('12345a'), parse(123456), parse('12345678901')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
