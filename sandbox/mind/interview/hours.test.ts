import { describe, expect, it } from 'vitest';
import { weekIn, type Week } from './hours.ts';

/** `mon 08:00-18:00 · sun closed`: a week in one line. */
function inLine(week: Week): string {
  return (['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const)
    .flatMap((day) => {
      const intervals = week[day];
      if (intervals === undefined) return [];
      const text = intervals.map(({ opens, closes }) => `${opens}-${closes}`).join('+');
      return [`${day.slice(0, 3)} ${text || 'closed'}`];
    })
    .join(' · ');
}

const days = (names: string, text: string) =>
  names
    .split(' ')
    .map((day) => `${day} ${text}`)
    .join(' · ');
const week = 'mon tue wed thu fri sat sun';

describe('opening hours in free Spanish', () => {
  it.each([
    [
      'lunes a sábado de 8 a 6, domingos cerrado',
      `${days('mon tue wed thu fri sat', '08:00-18:00')} · sun closed`,
    ],
    ['de 7:30 am a 8 pm todos los días', days(week, '07:30-20:00')],
    ['martes a domingo 12m–10pm', days('tue wed thu fri sat sun', '12:00-22:00')],
    [
      'De martes a jueves, 12 a 5 pm. Viernes 12 a 5 pm. Viernes también de 7 a 11 pm',
      `${days('tue wed thu', '12:00-17:00')} · fri 12:00-17:00+19:00-23:00`,
    ],
    [
      '8 a 12 y 2 a 7 de lunes a viernes y sabados 8-12',
      `${days('mon tue wed thu fri', '08:00-12:00+14:00-19:00')} · sat 08:00-12:00`,
    ],
    [
      'abrimos todos los días a las 5 de la tarde y cerramos a las 11; viernes hasta la 1 am',
      `${days('mon tue wed thu', '17:00-23:00')} · fri 17:00-01:00 · ${days('sat sun', '17:00-23:00')}`,
    ],
    ['martes 9:00-20:00, lunes no hay', 'mon closed · tue 09:00-20:00'],
    ['24 horas', days(week, '00:00-24:00')],
    ['atendemos 24/7', days(week, '00:00-24:00')],
    [
      'Lunes a viernes 8 a 12 y 2 a 6, sábados 8 a 12',
      `${days('mon tue wed thu fri', '08:00-12:00+14:00-18:00')} · sat 08:00-12:00`,
    ],
    [
      'de lunes a viernes de 8 a.m. a 12 m. y de 2 p.m. a 6 p.m.; sábados hasta la 1',
      `${days('mon tue wed thu fri', '08:00-12:00+14:00-18:00')} · sat 08:00-13:00`,
    ],
    [
      'todos los días menos los lunes, de 12 a 10 de la noche',
      `mon closed · ${days('tue wed thu fri sat sun', '12:00-22:00')}`,
    ],
    ['jueves a sábado de 6 pm a 2 am', days('thu fri sat', '18:00-02:00')],
    [
      'L-V 9:00-18:00, S 9-13, D cerrado',
      `${days('mon tue wed thu fri', '09:00-18:00')} · sat 09:00-13:00 · sun closed`,
    ],
    [
      'Abrimos de 8 a 6 de lunes a viernes y de 9 a 1 los sábados',
      `${days('mon tue wed thu fri', '08:00-18:00')} · sat 09:00-13:00`,
    ],
    [
      'lunes a viernes de 8 a 6, de 9 a 1 los sábados, domingos no',
      `${days('mon tue wed thu fri', '08:00-18:00')} · sat 09:00-13:00 · sun closed`,
    ],
    [
      'lunes a viernes de 8 a 6, sábados, domingos y festivos de 9 a 2',
      `${days('mon tue wed thu fri', '08:00-18:00')} · ${days('sat sun', '09:00-14:00')}`,
    ],
    [
      'de 1 a 10 de la noche de martes a jueves, viernes y sábado hasta las 12. Lunes cerrado',
      `mon closed · ${days('tue wed thu', '13:00-22:00')} · ${days('fri sat', '13:00-24:00')}`,
    ],
    ['lunes de 9 a 12:30 y de 2 a 6:30', 'mon 09:00-12:30+14:00-18:30'],
    ['cerrado los domingos y festivos', 'sun closed'],
    ['Lunes, miércoles y viernes de 5 a 9 pm', days('mon wed fri', '17:00-21:00')],
    [
      'de ocho de la mañana a siete y media de la noche de lunes a sábado',
      days('mon tue wed thu fri sat', '08:00-19:30'),
    ],
    [
      'entre semana 10 a 8, fines de semana 10 a 10',
      `${days('mon tue wed thu fri', '10:00-20:00')} · ${days('sat sun', '10:00-22:00')}`,
    ],
    [
      'Lun-Vie 09:00 - 19:00 hrs; Sáb 10:00 - 14:00 hrs; Dom cerrado',
      `${days('mon tue wed thu fri', '09:00-19:00')} · sat 10:00-14:00 · sun closed`,
    ],
    ['8 a 8, domingos no', `${days('mon tue wed thu fri sat', '08:00-20:00')} · sun closed`],
    [
      'Todos los días de 6 de la mañana a 9 de la noche, los domingos cerramos a las 2',
      `${days('mon tue wed thu fri sat', '06:00-21:00')} · sun 06:00-14:00`,
    ],
    [
      'Monday to Friday 9am to 5pm, closed on Sundays',
      `${days('mon tue wed thu fri', '09:00-17:00')} · sun closed`,
    ],
  ])('%s', (text, expected) => expect(inLine(weekIn(text))).toBe(expected));

  it('leaves hours without a day to the words', () => {
    expect(weekIn('de 8 a 6')).toEqual({});
  });

  it('takes an opening it was told before for a closing time alone', () => {
    const known = { monday: [{ opens: '07:00', closes: '19:00' }] };
    expect(inLine(weekIn('los sábados hasta la una', known))).toBe('sat 07:00-13:00');
  });

  it.each([
    'pan a 3.500 y torta a 45 mil',
    'el lunes hay 2x1 en pizzas',
    'llame al 300 123 4567',
    'en 2 a 3 semanas',
  ])('finds none in “%s”', (text) => expect(weekIn(text)).toEqual({}));
});
