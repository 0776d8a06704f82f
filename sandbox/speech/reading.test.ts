import { describe, expect, test } from 'vitest';
import { cardinal } from './numbers.ts';
import { soundsOf } from './phonemes.ts';
import { readAloud } from './reading.ts';

const said = (text: string) =>
  readAloud(text)
    .flatMap(({ words }) => words)
    .join(' ');

test.each([
  [0, 'cero'],
  [16, 'dieciséis'],
  [31, 'treinta y uno'],
  [100, 'cien'],
  [101, 'ciento uno'],
  [999, 'novecientos noventa y nueve'],
  [1_000, 'mil'],
  [21_000, 'veintiún mil'],
  [31_500, 'treinta y un mil quinientos'],
  [1_000_000, 'un millón'],
  [2_000_021, 'dos millones veintiuno'],
  [1_000_000_000, 'mil millones'],
])('%i is said as %s', (n, words) => {
  expect(cardinal(n).join(' ')).toBe(words);
});

test.each([
  ['$12.500', 'doce mil quinientos pesos'],
  ['US$20', 'veinte dólares'],
  ['cuesta $2.500.', 'cuesta dos mil quinientos pesos'],
  ['3,5', 'tres coma cinco'],
  ['10%', 'diez por ciento'],
  ['8:30', 'ocho y treinta'],
  ['3001112233', 'tres cero cero uno uno uno dos dos tres tres'],
  ['007', 'cero cero siete'],
  ['ana@correo.co', 'ana arroba correo punto co'],
  ['la-sabana', 'la guion sabana'],
  ['SMS', 'ese eme ese'],
  ['Sra. Pérez', 'señora pérez'],
  ['¿Qué?', 'qué'],
  ['—', ''],
])('%s is read as %s', (written, words) => {
  expect(said(written)).toBe(words);
});

describe('spelling to sound', () => {
  const sounds = (word: string) =>
    soundsOf(word)
      .map(({ phone, stressed }) => (stressed ? `'${phone}` : phone))
      .join(' ');

  test.each([
    ['queso', "k 'e s o"],
    ['guitarra', "g i t 'a r a"],
    ['pingüino', "p i n g w 'i n o"],
    ['cigüeña', "s i G w 'e ɲ a"],
    ['llave', "ʝ 'a B e"],
    ['muy', "m w 'i"],
    ['rey', "r 'e j"],
    ['caro', "k 'a ɾ o"],
    ['carro', "k 'a r o"],
    ['enrique', "e n r 'i k e"],
    ['dedo', "d 'e D o"],
    ['día', "d 'i a"],
    ['canción', "k a n s j 'o n"],
    ['hoy', "'o j"],
    ['muchacho', "m u tʃ 'a tʃ o"],
    ['jirafa', "x i ɾ 'a f a"],
    ['examen', "e k s 'a m e n"],
    ['accidente', "a k s i D 'e n t e"],
    ['méxico', "m 'e x i k o"],
    ['de', 'd e'],
    ['más', "m 'a s"],
    ['çà', "s 'a"],
    ['東京', ''],
  ])('%s', (word, expected) => {
    expect(sounds(word)).toBe(expected);
  });
});
