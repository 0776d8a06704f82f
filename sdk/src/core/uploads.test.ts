import { expect, test } from 'vitest';
import { fileForm } from './uploads.ts';

const bytes = new TextEncoder().encode('%PDF-1.7');

test.each([
  [
    'bytes with a name',
    { filename: 'Lista de precios.PDF', bytes },
    'Lista de precios.PDF',
    'application/pdf',
  ],
  ['a type given', { filename: 'a.bin', bytes, contentType: 'image/png' }, 'a.bin', 'image/png'],
  ['an unknown extension', { filename: 'a.xyz', bytes }, 'a.xyz', 'application/octet-stream'],
  ['a File', new File([bytes], 'menú.png', { type: 'image/png' }), 'menú.png', 'image/png'],
  ['a Blob without a name', new Blob([bytes], { type: 'text/plain' }), 'file', 'text/plain'],
])('a form holds the file, its name and its type: %s', async (_name, input, name, type) => {
  const file = fileForm('file', input).get('file') as File;
  expect([file.name, file.type]).toEqual([name, type]);
  expect(await file.bytes()).toEqual(bytes);
});
