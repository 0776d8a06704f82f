import { describe, expect, it } from 'vitest';
import { partialAgentConfigSchema, type PartialAgentConfig } from '../agents/index.ts';
import type { Extraction } from './extraction.ts';
import { declines, nothingSaid } from './interview.rules.ts';
import { applyExtraction } from './patch.ts';

const apply = (config: PartialAgentConfig, said: Partial<Extraction>) =>
  applyExtraction(config, { ...nothingSaid, ...said }, 'COP').config;
const service = (name: string, price: number | null = null) => ({
  name,
  price,
  currency: null,
  price_note: null,
  description: null,
});
const noDays = {
  monday: null,
  tuesday: null,
  wednesday: null,
  thursday: null,
  friday: null,
  saturday: null,
  sunday: null,
  notes: null,
};

describe('services', () => {
  it('have one entry a name, however it is spelled, and a new price replaces the old one', () => {
    const config = apply({}, { services: [service('Almojábana', 2_000), service('Pan', 500)] });
    const changed = apply(config, { services: [service('almojabana', 2_200)] });
    expect(changed.services?.map(({ name, price }) => [name, price?.amount])).toEqual([
      ['Almojábana', 220_000],
      ['Pan', 50_000],
    ]);
  });

  it('keep a price that a later mention does not repeat', () => {
    const config = apply({}, { services: [service('Pan', 500)] });
    const described = apply(config, {
      services: [{ ...service('Pan'), description: 'recién horneado' }],
    });
    expect(described.services).toMatchObject([
      { price: { amount: 50_000, currency: 'COP' }, description: 'recién horneado' },
    ]);
  });

  it('keep in words a price in a currency no wallet holds', () => {
    const { services } = apply({}, { services: [{ ...service('Tour', 20), currency: 'EUR' }] });
    expect(services).toMatchObject([{ price: null, price_note: '20 EUR' }]);
  });

  it.each([Number.NaN, Infinity, -5, 1e300])('never hold %s as a price', (price) => {
    const { services } = apply({}, { services: [service('Pan', price)] });
    expect(services).toMatchObject([{ name: 'Pan', price: null }]);
  });

  it('go when they are taken back', () => {
    const config = apply({}, { services: [service('Pan'), service('Torta')], facts: ['Nequi'] });
    const less = apply(config, { removals: ['torta', 'nequi'] });
    expect(less.services?.map(({ name }) => name)).toEqual(['Pan']);
    expect(less.facts).toEqual([]);
  });
});

describe('opening hours', () => {
  const hours = (days: Partial<NonNullable<Extraction['opening_hours']>>) => ({
    opening_hours: { ...noDays, ...days },
  });

  it('replace the days that are said and keep the others', () => {
    const config = apply(
      {},
      hours({
        monday: [{ opens: '8:00', closes: '18:00' }],
        sunday: [],
        notes: 'lunes de 8 a 6, domingo no',
      }),
    );
    const changed = apply(
      config,
      hours({ sunday: [{ opens: '9', closes: '13:00' }], notes: 'domingo de 9 a 1' }),
    );
    expect(changed.opening_hours).toMatchObject({
      monday: [{ opens: '08:00', closes: '18:00' }],
      sunday: [{ opens: '09:00', closes: '13:00' }],
      notes: 'lunes de 8 a 6, domingo no\ndomingo de 9 a 1',
    });
  });

  it('forget the old words once every known day has been said anew', () => {
    const config = apply(
      {},
      hours({ monday: [{ opens: '08:00', closes: '18:00' }], notes: 'lunes de 8 a 6' }),
    );
    const changed = apply(
      config,
      hours({ monday: [{ opens: '09:00', closes: '18:00' }], notes: 'no, de 9 a 6' }),
    );
    expect(changed.opening_hours?.notes).toBe('no, de 9 a 6');
  });

  it('do not turn a time that is none into a closed day', () => {
    const changed = apply(
      {},
      hours({ monday: [{ opens: 'temprano', closes: '26:00' }], notes: 'temprano' }),
    );
    expect(changed.opening_hours).toMatchObject({ monday: null, notes: 'temprano' });
  });

  it('say midnight and all day in one way', () => {
    const changed = apply(
      {},
      hours({
        friday: [{ opens: '18:00', closes: '00:00' }],
        saturday: [{ opens: '00:00', closes: '00:00' }],
      }),
    );
    expect(changed.opening_hours).toMatchObject({
      friday: [{ opens: '18:00', closes: '24:00' }],
      saturday: [{ opens: '00:00', closes: '24:00' }],
    });
  });
});

describe('whatever a model writes', () => {
  it('becomes a valid configuration', () => {
    const long = 'á'.repeat(10_000);
    const { config } = applyExtraction(
      {},
      {
        ...nothingSaid,
        business_name: `  ${long}\u0000 `,
        tone: '\u0007',
        greeting: '\ud800x',
        services: Array.from({ length: 500 }, (_, index) => service(`s${index}`)),
        never_say: ['', ' ', long],
        handoff: { when: null, phone: 'llame a Rosa' },
        languages: ['es-CO', 'Español', 'EN', 'en'],
        facts: [long, long],
      },
      'COP',
    );
    expect(partialAgentConfigSchema.safeParse(config).success).toBe(true);
    expect(config).toMatchObject({
      languages: ['es', 'en'],
      handoff: { when: 'llame a Rosa', phone: null },
    });
    expect(config.tone).toBeUndefined();
    expect(config.services).toHaveLength(200);
  });

  it('is no change where it repeats what is known', () => {
    const said = { ...nothingSaid, business_name: 'La Espiga', facts: ['Nequi'] };
    const { config } = applyExtraction({}, said, 'COP');
    expect(applyExtraction(config, said, 'COP').patch).toEqual({});
  });
});

describe('declining', () => {
  it.each([
    'no sé',
    'No sé.',
    'pues, la verdad no sé',
    'No tengo',
    'ninguna',
    'paso',
    'no, nada más',
    'No, gracias',
    "I don't know",
    'n/a',
    '…',
  ])('is what “%s” does', (text) => expect(declines(text)).toBe(true));

  it.each([
    'No sé llamar de otro modo a La Espiga',
    'nada de groserías',
    'Paso a paso',
    'no prometer descuentos',
    'Ninguno de los dos: Café Alba',
  ])('is not what “%s” does', (text) => expect(declines(text)).toBe(false));
});
