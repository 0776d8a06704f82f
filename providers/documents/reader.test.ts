import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError, createLog, limits } from '@alo/core/kernel';
import { createDocumentReader } from './index.ts';
import { makePdf, tablePage } from './testing.ts';

const reader = createDocumentReader({ log: createLog({ level: 'silent' }) });
afterAll(() => reader.close());

const never = new AbortController().signal;
const fixture = (name: string) => readFile(new URL(`fixtures/${name}`, import.meta.url));
const picture = async () => ({ jpeg: await fixture('price-board.jpg'), width: 720, height: 416 });

async function read(bytes: Uint8Array, signal = never): Promise<readonly string[]> {
  const type = reader.detect(bytes);
  if (type === null) throw new Error('not a document');
  return (await reader.read(bytes, type, signal)).pages;
}

async function refusal(bytes: Uint8Array): Promise<AppError> {
  const error = await read(bytes).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

const boardRows = [
  'Pandebono $ 2.500',
  'Almojábana $ 2.800',
  'Café con leche $ 4.000',
  'Torta de chocolate $ 65.000',
];

describe('a PDF with text', () => {
  it('keeps each row of a table on one line, in whatever order it was drawn', async () => {
    const byColumn = {
      texts: [
        { text: 'Pandebono', x: 50, y: 100 },
        { text: 'Café', x: 50, y: 120 },
        { text: '$ 2.500', x: 400, y: 100 },
        { text: '$ 4.000', x: 400, y: 120 },
      ],
    };
    expect(await read(makePdf([byColumn]))).toEqual(['Pandebono $ 2.500\nCafé $ 4.000']);
  });

  it('keeps pages apart', async () => {
    const pages = ['uno', 'dos', 'tres'].map((word) => tablePage([[`Página ${word}`]]));
    expect(await read(makePdf(pages))).toEqual(['Página uno', 'Página dos', 'Página tres']);
  });

  it('reads rows on a page whose contents are turned upright for showing', async () => {
    const lying = [
      { text: 'Pandebono', x: 100, y: 742, turned: true },
      { text: '2.500', x: 100, y: 392, turned: true },
    ];
    const page = { texts: lying, rotate: 90 as const };
    expect(await read(makePdf([page]))).toEqual(['Pandebono 2.500']);
  });

  it('reads as many pages as are allowed and refuses one more', async () => {
    const page = tablePage([['Pandebono', '2.500']]);
    const pages = Array.from({ length: limits.knowledge.pagesMax }, () => page);
    expect(await read(makePdf(pages))).toHaveLength(limits.knowledge.pagesMax);
    const error = await refusal(makePdf([...pages, page]));
    expect(error.detail.es).toContain(String(limits.knowledge.pagesMax));
  });
});

describe('a scan', () => {
  it('is read from its picture where a PDF has no text', async () => {
    const [text = ''] = await read(makePdf([{ picture: await picture() }]));
    for (const row of boardRows) expect(text).toContain(row);
  });

  it('is read although the scanner stamped its name on it', async () => {
    const texts = [{ text: 'Escaneado con CamScanner', x: 50, y: 60 }];
    const [text = ''] = await read(makePdf([{ picture: await picture(), texts }]));
    expect(text).toContain('Pandebono $ 2.500');
    expect(text).toContain('CamScanner');
  });

  it.each(['price-board.png', 'price-board.jpg', 'price-board.webp'])(
    'is read from %s',
    async (name) => {
      const [text = ''] = await read(await fixture(name));
      for (const row of boardRows) expect(text).toContain(row);
    },
  );

  it('is read where a light script stands on a dark board', async () => {
    const [text = ''] = await read(await fixture('dark-board.png'));
    for (const row of ['Corte + barba $28.000', 'Barba $12.000', 'Corte niño $15.000']) {
      expect(text).toContain(row);
    }
  });

  it('ends where its time is over, and the next one is read all the same', async () => {
    const board = await fixture('price-board.png');
    const abort = new AbortController();
    const cut = read(board, abort.signal);
    setImmediate(() => abort.abort(new Error('time is over')));
    await expect(cut).rejects.toThrow('time is over');
    expect((await read(board))[0]).toContain('Pandebono');
  });
});

describe('plain text', () => {
  it('is read in the encodings that offices write', async () => {
    const text = 'Café con leche;4.000';
    expect(await read(Buffer.from(text))).toEqual([text]);
    expect(await read(Buffer.from(`\ufeff${text}`))).toEqual([text]);
    expect(await read(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual([text]);
    expect(await read(Buffer.from(text, 'latin1'))).toEqual([text]);
    expect(await read(Buffer.from([0x80, 0x20, 0x35]))).toEqual(['€ 5']);
  });
});

describe('detect', () => {
  it.each([
    ['a program renamed .pdf', Buffer.from('MZ\x90\0\x03\0\0\0%PDF-1.4', 'latin1')],
    ['a Word file', Buffer.from('PK\x03\x04\x14\0\x06\0', 'latin1')],
    ['rich text', Buffer.from('{\\rtf1\\ansi Precios}')],
    ['a web page', Buffer.from('\n<!DOCTYPE html><p>Precios</p>')],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0', 'latin1')],
    ['random bytes', Buffer.from(Array.from({ length: 256 }, (_, index) => (index * 131) % 256))],
    ['nothing', Buffer.alloc(0)],
  ])('is not fooled by %s', (_, bytes) => {
    expect(reader.detect(bytes)).toBeNull();
  });

  it('goes by the bytes', async () => {
    expect(reader.detect(makePdf([tablePage([['Hola']])]))).toBe('application/pdf');
    expect(reader.detect(await fixture('price-board.png'))).toBe('image/png');
    expect(reader.detect(await fixture('price-board.jpg'))).toBe('image/jpeg');
    expect(reader.detect(await fixture('price-board.webp'))).toBe('image/webp');
    expect(reader.detect(Buffer.from('# Menú\n\nCafé 4.000'))).toBe('text/plain');
  });
});

describe('a refusal says why', () => {
  it('for a PDF with a password', async () => {
    const error = await refusal(await fixture('password.pdf'));
    expect(error).toMatchObject({ code: 'unreadable_file', param: 'file' });
    expect(error.detail.es).toContain('contraseña');
    expect(error.detail.en).toContain('password');
  });

  it('for a damaged file', async () => {
    expect((await refusal(Buffer.from('%PDF-1.7\nnada'))).detail.es).toContain('dañado');
    const png = await fixture('price-board.png');
    expect((await refusal(png.subarray(0, 20))).detail.es).toContain('dañado');
    expect((await refusal(png.subarray(0, 200))).code).toBe('unreadable_file');
  });

  it('for a file without text', async () => {
    expect((await refusal(makePdf([{}]))).detail.es).toContain('texto legible');
    expect((await refusal(Buffer.from(' \n\t\n'))).detail.es).toContain('texto legible');
    expect((await refusal(blankPng(300, 200))).detail.es).toContain('texto legible');
  });

  it('for a picture that would unpack into gigabytes, without unpacking it', async () => {
    const error = await refusal(blankPng(100_000, 100_000, 1));
    expect(error.detail.es).toContain('100000 × 100000');
  });

  it('for a PDF that would unpack into gigabytes', async () => {
    const once = deflateSync(Buffer.alloc(100_000_000, 'BT (a) Tj ET '), { level: 1 });
    const error = await refusal(bombPdf(once));
    expect(error.detail.en).toContain('too heavy inside');
  });
});

describe('hostile bytes', () => {
  it('never do more than be refused', async () => {
    const whole = makePdf([tablePage([['Pandebono', '2.500']]), { picture: await picture() }]);
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
      return state % below;
    };
    for (let round = 0; round < 12; round += 1) {
      const broken = Buffer.from(whole);
      for (let hit = 0; hit < 30; hit += 1) broken[8 + random(broken.length - 8)] = random(256);
      const bytes = round % 2 === 0 ? broken : broken.subarray(0, 9 + random(broken.length - 9));
      const outcome = await read(bytes).catch((error: unknown) => error);
      expect(Array.isArray(outcome) || outcome instanceof AppError).toBe(true);
    }
  });

  it('are let go of when time is over', async () => {
    const pages = Array.from({ length: 200 }, () => tablePage([['Pandebono', '2.500']]));
    const abort = new AbortController();
    const cut = read(makePdf(pages), abort.signal);
    setImmediate(() => abort.abort(new Error('time is over')));
    await expect(cut).rejects.toThrow('time is over');
  });
});

/** A PNG whose header promises these dimensions; `rows` of it are really there. */
function blankPng(width: number, height: number, rows = height): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = Buffer.alloc((width + 1) * rows, 255);
  for (let row = 0; row < rows; row += 1) pixels[row * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** One page whose content stream is the deflated data, over and over. */
function bombPdf(deflated: Buffer): Uint8Array {
  const contents = Array.from({ length: 40 }, () => '4 0 R').join(' ');
  const head = [
    '%PDF-1.4',
    '1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
    '2 0 obj << /Type /Pages /Count 1 /Kids [3 0 R] >> endobj',
    `3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents [${contents}] >> endobj`,
    `4 0 obj << /Filter /FlateDecode /Length ${deflated.length} >>`,
    'stream\n',
  ].join('\n');
  const tail = '\nendstream endobj\ntrailer << /Root 1 0 R >>\n%%EOF';
  return Buffer.concat([Buffer.from(head), deflated, Buffer.from(tail)]);
}
