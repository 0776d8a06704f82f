import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CliError } from '../lib/errors.ts';
import { freshFolder } from '../testing/run.ts';
import { readBusiness, readCaller, resolveTyped } from './files.ts';
import { splitWords } from './shell.ts';

async function file(content: string): Promise<string> {
  const path = join(await freshFolder(), 'file.yaml');
  await writeFile(path, content);
  return path;
}

const business = async (content: string) => readBusiness(await file(content), 'es');
const caller = async (content: string) => readCaller(await file(content), 'es');

describe('a business file', () => {
  test('keeps what was written, also where YAML would make numbers and booleans of it', async () => {
    const read = await business(
      'owner: { name: Ana, email: a@b.co, phone: +573001112233 }\nanswers:\n  horario: 8-5\n  parqueadero: no\n  precio: 5.000\n  a7: siete\n',
    );
    expect(read.owner).toEqual({ name: 'Ana', email: 'a@b.co', phone: '+573001112233' });
    expect(read.answers).toEqual([
      { name: 'horario', text: '8-5' },
      { name: 'parqueadero', text: 'no' },
      { name: 'precio', text: '5.000' },
      { name: 'a7', text: 'siete' },
    ]);
  });

  test('may hold lists and nested topics, several lines, and JSON', async () => {
    const read = await business(
      'owner: { email: a@b.co }\nanswers:\n  servicios: [corte, tinte]\n  horario: { lunes_viernes: 8 a 5, sabado: 9 a 1 }\n  saludo: |\n    Hola,\n    buenas.\n',
    );
    expect(read.answers.map((one) => one.text)).toEqual([
      'corte; tinte',
      'lunes viernes: 8 a 5. sabado: 9 a 1',
      'Hola,\nbuenas.',
    ]);
    expect(
      (await business('{"owner":{"email":"a@b.co"},"answers":{"x":"y"}}')).answers,
    ).toHaveLength(1);
  });

  test('has control sequences taken out of its texts', async () => {
    const read = await business(
      'owner: { email: a@b.co }\nanswers: { saludo: "hola\\e[31m rojo\\x07" }\n',
    );
    expect(read.answers[0]?.text).toBe('hola rojo');
  });

  test.each([
    ['no owner', 'answers: { a: b }', 'owner'],
    ['an e-mail that is none', 'owner: { email: ana }\nanswers: { a: b }', 'owner.email'],
    ['no answers', 'owner: { email: a@b.co }', 'answers'],
    ['answers that are a list', 'owner: { email: a@b.co }\nanswers: [a]', 'answers'],
    ['broken YAML', 'owner: { email: [', 'YAML'],
    ['nothing', '', '.'],
  ])('with %s is refused, naming the place', async (_name, content, named) => {
    const failure = business(content);
    await expect(failure).rejects.toThrow(CliError);
    await expect(failure).rejects.toThrow(named);
  });
});

describe('a caller file', () => {
  test.each([
    ['"+57 300 111 22 33"', '+573001112233'],
    ['300-111-2233', '+573001112233'],
    ['0057 3001112233', '+573001112233'],
    ['573001112233', '+573001112233'],
    ['+1 (555) 010-0200', '+15550100200'],
  ])('takes the number %s', async (number, expected) => {
    expect((await caller(`number: ${number}\nlines: [hola]`)).number).toBe(expected);
  });

  test('may say when a line interrupts', async () => {
    const { lines } = await caller(
      'number: "+573001112233"\nlines: [hola, { say: perdón, interrupt_after_ms: 900 }]',
    );
    expect(lines).toEqual(['hola', { say: 'perdón', interrupt_after_ms: 900 }]);
  });

  test.each([
    ['number: hola\nlines: [a]', 'number'],
    ['number: "+573001112233"\nlines: []', 'lines'],
    ['number: "+573001112233"\nlines: [{ dice: a }]', 'lines'],
  ])('%j is refused', async (content, named) => {
    await expect(caller(content)).rejects.toThrow(named);
  });
});

test('a path is looked for where the person is, then where they started npm', async () => {
  const path = await file('x');
  const folder = join(path, '..');
  expect(resolveTyped('file.yaml', { cwd: '/', env: { INIT_CWD: folder } })).toBe(path);
  expect(resolveTyped('file.yaml', { cwd: folder, env: {} })).toBe(path);
  expect(resolveTyped('no.yaml', { cwd: folder, env: {} })).toBe(join(folder, 'no.yaml'));
});

test('the shell keeps quoted words together', () => {
  expect(splitWords(`knowledge search "cuánto vale el pan" 'x y' z`)).toEqual([
    'knowledge',
    'search',
    'cuánto vale el pan',
    'x y',
    'z',
  ]);
});
