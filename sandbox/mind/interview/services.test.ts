import { describe, expect, it } from 'vitest';
import { pricesIn } from './money.ts';
import { servicesIn } from './services.ts';
import { sourceOf } from './text.ts';

describe('prices in free Spanish', () => {
  it.each([
    ['corte 25 mil', 25_000, null],
    ['$80.000', 80_000, null],
    ['desde 15.000 pesos', 15_000, null],
    ['45k', 45_000, null],
    ['USD 20', 20, 'USD'],
    ['20 dólares', 20, 'USD'],
    ['S/. 12.50', 12.5, 'PEN'],
    ['15 soles', 15, 'PEN'],
    ['$250 MXN', 250, 'MXN'],
    ['$1,200', 1_200, null],
    ["1'200.000", 1_200_000, null],
    ['veinticinco mil pesos', 25_000, null],
    ['tres mil quinientos', 3_500, null],
    ['3 mil quinientos', 3_500, null],
    ['2 millones', 2_000_000, null],
    ['un millón y medio', 1_500_000, null],
    ['gratis', 0, null],
    ['sin costo', 0, null],
  ])('%s', (text, amount, currency) => {
    expect(pricesIn(sourceOf(text))).toMatchObject([{ amount, currency }]);
  });

  it.each([
    ['de 20 a 35 mil', 20_000, 35_000],
    ['entre 40.000 y 60.000', 40_000, 60_000],
    ['$20-$30', 20, 30],
  ])('%s is a range', (text, amount, upTo) => {
    expect(pricesIn(sourceOf(text))).toMatchObject([{ amount, upTo }]);
  });

  it.each([
    'al 300 123 4567',
    'en la Cra 70 # 45-12',
    'desde 1998',
    'a las 8:30 am',
    '2x1',
    '12 habitaciones',
    'hace 15 años',
    '24 horas',
  ])('%s is none', (text) => expect(pricesIn(sourceOf(text))).toEqual([]));
});

/** `Corte 25000 (desde) {con lavado}`, one a line. */
const listed = (text: string, currency = 'COP') =>
  servicesIn(text, { listed: true, currency }).map(
    ({ name, price, currency, price_note, description }) =>
      [
        name,
        price ?? '?',
        currency,
        price_note && `(${price_note})`,
        description && `{${description}}`,
      ]
        .filter((each) => each !== null)
        .join(' '),
  );

describe('services in free Spanish', () => {
  it.each([
    [
      'corte 25 mil, barba 15 mil y combo corte y barba por 35 mil',
      ['Corte 25000', 'Barba 15000', 'Combo corte y barba 35000'],
    ],
    [
      'Pan francés a 500, pandebono 2.500 y tortas desde 45 mil',
      ['Pan francés 500', 'Pandebono 2500', 'Tortas 45000 (desde)'],
    ],
    [
      'El corte vale 25 mil, la barba 15 mil y el combo de los dos 35',
      ['Corte 25000', 'Barba 15000', 'Combo de los dos 35000'],
    ],
    [
      'Margarita personal 22.000, mediana 34.000 y grande 46.000',
      ['Margarita personal 22000', 'Margarita mediana 34000', 'Margarita grande 46000'],
    ],
    [
      'dorm bed 60,000 COP low season / 85,000 high; private double from COP 190,000',
      ['Dorm bed 60000 COP (low season / 85,000 high)', 'Private double 190000 COP (from)'],
    ],
    [
      'los ramos arrancan en sesenta y cinco mil y suben hasta ciento cincuenta mil',
      ['Ramos 65000 (y suben hasta ciento cincuenta mil)'],
    ],
    ['private lesson is 75 thousand pesos', ['Private lesson 75000']],
    ['Domicilio 30 mil adicionales', ['Domicilio 30000 (adicionales)']],
    ['Pantalla de iPhone 12 MXN 2,450', ['Pantalla de iPhone 12 2450 MXN']],
    ['$25.000 el corte, $15.000 la barba', ['Corte 25000', 'Barba 15000']],
    ['25 mil el corte y 15 mil la barba', ['Corte 25000', 'Barba 15000']],
    ['Corte .... 25.000', ['Corte 25000']],
    ['Ramo de 12 rosas: $85.000', ['Ramo de 12 rosas 85000']],
    [
      'Para dama: corte 45 mil, tinte 120 mil',
      ['Corte 45000 {Para dama}', 'Tinte 120000 {Para dama}'],
    ],
    [
      'tortas de chocolate, vainilla y fresa a 45 mil',
      ['Tortas de chocolate 45000', 'Vainilla 45000', 'Fresa 45000'],
    ],
    ['Consultas, vacunas y baño', ['Consultas ?', 'Vacunas ?', 'Baño ?']],
    ['Empanadas a 3.500 la unidad', ['Empanadas 3500 (la unidad)']],
    [
      'Habitación doble 180 mil la noche con desayuno incluido, familiar 260 mil',
      ['Habitación doble 180000 (la noche) {con desayuno incluido}', 'Habitación familiar 260000'],
    ],
    [
      'El galón de pintura vale 85 mil, el bulto de cemento 32.500',
      ['Galón de pintura 85000', 'Bulto de cemento 32500'],
    ],
    ['vacunas entre 40 y 80 mil', ['Vacunas 40000 (entre 40 y 80 mil)']],
    ['Ortodoncia: se cotiza según el caso', ['Ortodoncia ? (se cotiza según el caso)']],
    ['Clases de inglés: USD 20 la hora', ['Clases de inglés 20 USD (la hora)']],
    ['Chicha morada, jarra S/. 18.50', ['Chicha morada, jarra 18.5 PEN']],
    [
      'Menú del día 18 mil (incluye sopa y jugo), ejecutivo 25 mil',
      ['Menú del día 18000 {incluye sopa y jugo}', 'Ejecutivo 25000'],
    ],
    ['Pizza mediana 2x1', ['Pizza mediana ? (2x1)']],
    ['depende, los precios están en la lista', []],
  ])('%s', (text, expected) => expect(listed(text)).toEqual(expected));
});
