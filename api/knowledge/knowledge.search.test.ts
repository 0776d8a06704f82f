import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog, newId, Secret, systemClock, type Id } from '@alo/core/kernel';
import { createKnowledgeService, type KnowledgeService } from '@alo/core/knowledge';
import { wholeFile, type FileStorage } from '@alo/core/ports';
import { createTestDb, type TestDb } from '@alo/core/testing';
import { createDocumentReader } from '@alo/providers/documents';
import { makePdf, tablePage, type PdfPageContent } from '@alo/providers/documents/testing';
import { createOpenAiEmbeddings } from '@alo/providers/openai';
import { startOpenAiSandbox } from '@alo/sandbox/openai';

/**
 * What the whole chain is for: a price list goes in as a file, a question comes in other words, and
 * the row that answers it comes out first. Real reader, real adapter, the sandbox behind it.
 */

const clock = systemClock;
const log = createLog({ level: 'silent' });
const reader = createDocumentReader({ log });
let t: TestDb;
let openai: Awaited<ReturnType<typeof startOpenAiSandbox>>;
let knowledge: KnowledgeService;

beforeAll(async () => {
  t = await createTestDb();
  openai = await startOpenAiSandbox();
  const files = new Map<string, Uint8Array>();
  const storage: FileStorage = {
    name: 'memory',
    prepare: async () => undefined,
    put: async (_, path, content) => void files.set(path, await wholeFile(content)),
    get: async (_, path) => files.get(path) ?? null,
    remove: async (_, paths) => paths.forEach((path) => files.delete(path)),
  };
  knowledge = createKnowledgeService({
    db: t.db,
    storage,
    reader,
    embeddings: createOpenAiEmbeddings({
      apiKey: new Secret('sk-test'),
      baseUrl: `${openai.url}/v1`,
      clock,
      log,
    }),
    jobs: { enqueue: async () => undefined, close: async () => undefined },
    clock,
    newId,
    log,
  });
});
afterAll(async () => {
  await openai.close();
  await reader.close();
  await t.close();
});

/** An organization that has uploaded these files. */
async function organizationWith(files: Record<string, Uint8Array>): Promise<Id<'org'>> {
  const orgId = newId('org');
  await t.db.withSystem((tx) =>
    tx.insertInto('organizations').values({ id: orgId, name: 'x', founded_by: null }).execute(),
  );
  for (const [filename, bytes] of Object.entries(files)) {
    const { id } = await knowledge.upload({ orgId }, { filename, bytes });
    await knowledge.ingest(orgId, id, new AbortController().signal, { lastAttempt: true });
    const { status, failure } = await knowledge.get({ orgId }, id);
    if (status !== 'ready') throw new Error(`${filename}: ${failure?.en}`);
  }
  return orgId;
}

/** The line of the first passage that names the price, or the passage where none does. */
async function rowFor(orgId: Id<'org'>, question: string, price: string): Promise<string> {
  const [first] = await knowledge.searchForCall(orgId, question);
  const lines = first?.text.split('\n').filter((line) => line.includes(price)) ?? [];
  return lines.join('\n') || `not in: ${first?.text}`;
}

const bakery: PdfPageContent[] = [
  tablePage([
    ['PANADERÍA'],
    ['Pandebono', '$ 2.500'],
    ['Almojábana', '$ 2.800'],
    ['Buñuelo', '$ 2.000'],
    ['Croissant de almendras', '$ 7.900'],
    ['Pan integral de molde', '$ 12.500'],
    ['TORTAS (10 porciones)'],
    ['Torta de chocolate', '$ 65.000'],
    ['Torta de zanahoria', '$ 72.000'],
    ['Torta tres leches', '$ 68.000'],
    ['Ponqué envinado', '$ 80.000'],
    ['BEBIDAS CALIENTES'],
    ['Café americano', '$ 3.500'],
    ['Café con leche', '$ 4.000'],
    ['Capuchino', '$ 6.500'],
    ['Chocolate santafereño', '$ 8.500'],
    ['Aromática de frutas', '$ 5.000'],
  ]),
  {
    texts: [
      'Domicilios',
      'Llevamos a domicilio en Chapinero y Teusaquillo de 8 de la mañana a 6 de la tarde.',
      'El domicilio cuesta $ 5.000 y es gratis en pedidos de más de $ 60.000.',
      'Las tortas se encargan con dos días de anticipación y se abona la mitad.',
      'Aceptamos efectivo, Nequi, Daviplata y tarjetas.',
    ].map((text, index) => ({ text, x: 50, y: 60 + index * 18 })),
  },
];

describe('a price list in two columns', () => {
  let orgId: Id<'org'>;
  beforeAll(async () => {
    orgId = await organizationWith({ 'lista.pdf': makePdf(bakery) });
  });

  it.each([
    ['¿Cuánto vale la torta de chocolate?', 'Torta de chocolate', '65.000'],
    ['que precio tienen las almojabanas', 'Almojábana', '2.800'],
    ['¿tienen croasán de almendra? croissant', 'Croissant de almendras', '7.900'],
    ['me regala el valor del cafe con leche porfa', 'Café con leche', '4.000'],
    ['a cómo el ponqué envinado', 'Ponqué envinado', '80.000'],
    ['BUENAS TARDES, CUANTO CUESTA EL CHOCOLATE SANTAFEREÑO', 'Chocolate santafereño', '8.500'],
    ['¿hacen domicilios a Teusaquillo?', 'El domicilio', '5.000'],
  ])('%s → %s', async (question, name, price) => {
    expect(await rowFor(orgId, question, price)).toContain(name);
  });

  it('answers what is prose, too', async () => {
    const [first] = await knowledge.searchForCall(orgId, '¿con cuánta anticipación se encargan?');
    expect(first?.text).toContain('dos días de anticipación');
    const [payment] = await knowledge.searchForCall(orgId, '¿puedo pagar con Nequi?');
    expect(payment?.text).toContain('Nequi');
  });
});

describe('a long price list', () => {
  it('gives the one row among hundreds of alike', async () => {
    const parts = ['Filtro de aceite', 'Pastillas de freno', 'Bujía', 'Amortiguador', 'Correa'];
    const brands = ['Chevrolet Spark', 'Renault Logan', 'Mazda 3', 'Kia Picanto', 'Toyota Hilux'];
    const years = [2012, 2015, 2018, 2021];
    const rows = parts.flatMap((part, p) =>
      brands.flatMap((brand, b) =>
        years.map((year, y) => [`${part} ${brand} ${year}`, `$ ${20 + p * 20 + b * 4 + y}.900`]),
      ),
    );
    const pages = [0, 1, 2].map((page) =>
      tablePage([
        ['REPUESTOS EL PISTÓN - Lista de precios'],
        ...rows.slice(page * 34, page * 34 + 34),
      ]),
    );
    const orgId = await organizationWith({ 'repuestos.pdf': makePdf(pages) });
    expect(
      await rowFor(orgId, 'cuanto valen las pastillas de freno para kia picanto 2018', '54.900'),
    ).toContain('Pastillas de freno Kia Picanto 2018');
    expect(await rowFor(orgId, '¿Tiene bujías para Mazda 3 modelo 2012?', '68.900')).toContain(
      'Bujía Mazda 3 2012',
    );
  });
});

describe('a table of sizes', () => {
  it('keeps the names of the columns beside every row', async () => {
    const rows = [
      ['PIZZAS'],
      ['Sabor', 'Personal', 'Mediana', 'Familiar'],
      ...['Hawaiana', 'Mexicana', 'Napolitana', 'Pollo con champiñones', 'Cuatro quesos'].map(
        (name, index) => [name, `${18 + index}.000`, `${28 + index}.000`, `${38 + index}.000`],
      ),
    ];
    const page = tablePage(rows, [50, 250, 350, 450]);
    const orgId = await organizationWith({ 'pizzas.pdf': makePdf([page]) });
    const [first] = await knowledge.searchForCall(
      orgId,
      'cuanto vale la familiar de pollo con champiñones',
    );
    expect(first?.text).toContain('Sabor | Personal | Mediana | Familiar');
    expect(first?.text).toContain('Pollo con champiñones | 21.000 | 31.000 | 41.000');
  });
});

describe('two menus side by side', () => {
  it('keeps each price with its own dish', async () => {
    const page = tablePage(
      [
        ['ENTRADAS', '', 'FUERTES', ''],
        ['Empanadas (3)', '9.000', 'Bandeja paisa', '32.000'],
        ['Patacones con hogao', '11.000', 'Ajiaco', '28.000'],
        ['Ceviche de camarón', '24.000', 'Mojarra frita', '35.000'],
        ['Arepa de choclo', '8.000', 'Lomo al trapo', '48.000'],
      ],
      [40, 220, 320, 500],
    );
    const orgId = await organizationWith({ 'carta.pdf': makePdf([page]) });
    expect(await rowFor(orgId, '¿a cómo tienen la mojarra?', '35.000')).toBe(
      'Mojarra frita 35.000',
    );
    expect(await rowFor(orgId, 'precio del ceviche de camaron', '24.000')).toBe(
      'Ceviche de camarón 24.000',
    );
  });
});

describe('other ways to write a price list', () => {
  it('finds the row in CSV, Markdown and a photo', async () => {
    const csv =
      'Servicio;Duración;Precio\nCorte de dama;45 min;45000\nManicure tradicional;40 min;22000\nCepillado;30 min;28000\n';
    const markdown =
      '# Tarifas\n\n| Plan | Precio |\n|---|---|\n| Mensual | $ 95.000 |\n| Trimestral | $ 240.000 |\n';
    const photo = await readFile(
      new URL('../../providers/documents/fixtures/price-board.png', import.meta.url),
    );
    const orgId = await organizationWith({
      'salon.csv': Buffer.from(csv, 'latin1'),
      'gimnasio.md': Buffer.from(markdown),
      'tablero.png': photo,
    });
    expect(await rowFor(orgId, '¿qué precio tiene la manicura tradicional?', '22000')).toContain(
      'Manicure',
    );
    expect(await rowFor(orgId, 'cuánto sale el plan trimestral', '240.000')).toContain(
      'Trimestral',
    );
    expect(await rowFor(orgId, 'valor de la almojabana', '2.800')).toBe('Almojábana $ 2.800');
  });

  it('finds the dish whose price stands below its description', async () => {
    const dishes: [string, string, string][] = [
      ['Sancocho de gallina', 'Con presa, arroz blanco, aguacate y ají de la casa', '$ 29.900'],
      ['Trucha al ajillo', 'Acompañada de patacón, ensalada fresca y limón', '$ 36.500'],
      ['Churrasco argentino', 'De 350 gramos, con papa al vapor y chimichurri', '$ 44.000'],
    ];
    const texts = dishes.flatMap(([name, description, price], index) =>
      [name, description, price].map((text, line) => ({
        text,
        x: 60,
        y: 80 + index * 90 + line * 18,
      })),
    );
    const orgId = await organizationWith({ 'carta.pdf': makePdf([{ texts }]) });
    const [first] = await knowledge.searchForCall(orgId, '¿cuánto cuesta la trucha?');
    expect(first?.text).toMatch(/Trucha al ajillo\nAcompañada de [^\n]+\n\$ 36\.500/);
  });
});
