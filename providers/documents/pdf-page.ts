import { getResolvedPDFJS, type getDocumentProxy } from 'unpdf';
import {
  coverage,
  encodePgm,
  identity,
  multiply,
  paintPictures,
  type Matrix,
  type Picture,
  type PlacedPicture,
} from './page-image.rules.ts';
import type { PdfPage } from './pdf.protocol.ts';
import { layOutText, type Span } from './text-layout.rules.ts';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;
type Page = Awaited<ReturnType<Pdf['getPage']>>;

/** A page with fewer letters than this, mostly covered by pictures, is a scan (with, say, a scanner's stamp). */
const TEXT_LAYER_CHARS_MIN = 150;
const SCAN_COVERAGE_MIN = 0.3;

/** The text of one page, from 1, and where that is too thin its picture. Throws what pdf.js throws on a broken page. */
export async function readPage(pdf: Pdf, number: number, pixelsMax: number): Promise<PdfPage> {
  const page = await pdf.getPage(number);
  try {
    const viewport = page.getViewport({ scale: 1 });
    const toPage = asMatrix(viewport.transform);
    const text = layOutText(await spansOf(page, toPage));
    const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
    if (letters >= TEXT_LAYER_CHARS_MIN) return { text, scan: null, isUndecodable: false };
    const { pictures, isUndecodable } = await picturesOf(page, toPage);
    const isScan = coverage(pictures, viewport) >= SCAN_COVERAGE_MIN;
    const scan = isScan ? encodePgm(paintPictures(pictures, viewport, pixelsMax)) : null;
    return { text, scan, isUndecodable };
  } finally {
    page.cleanup();
  }
}

async function spansOf(page: Page, toPage: Matrix): Promise<Span[]> {
  const content = await page.getTextContent();
  return content.items.flatMap((item) => {
    if (!('str' in item)) return [];
    const [a, b, c, d, x, y] = multiply(toPage, asMatrix(item.transform));
    // Text that climbs or hangs (a title on the margin) belongs to no row.
    if (Math.abs(b) > Math.abs(a)) return [];
    return [{ text: item.str, x, y, width: item.width, size: Math.hypot(c, d) || item.height }];
  });
}

/** More than this on one page is a drawing, not a scan. */
const PICTURES_MAX = 200;

/** The pictures a page paints, with where: its operators, followed as a renderer would. */
async function picturesOf(
  page: Page,
  toPage: Matrix,
): Promise<{ pictures: PlacedPicture[]; isUndecodable: boolean }> {
  const { OPS } = await getResolvedPDFJS();
  const operators = await page.getOperatorList();
  const pictures: PlacedPicture[] = [];
  const saved: Matrix[] = [];
  let current = toPage;
  let isUndecodable = false;
  for (const [index, operator] of operators.fnArray.entries()) {
    const args: readonly unknown[] = operators.argsArray[index] ?? [];
    switch (operator) {
      case OPS.save:
        saved.push(current);
        break;
      case OPS.restore:
      case OPS.paintFormXObjectEnd:
        current = saved.pop() ?? current;
        break;
      case OPS.transform:
        current = multiply(current, asMatrix(args));
        break;
      case OPS.paintFormXObjectBegin:
        saved.push(current);
        current = multiply(current, Array.isArray(args[0]) ? asMatrix(args[0]) : identity);
        break;
      case OPS.paintImageXObject:
      case OPS.paintInlineImageXObject:
      case OPS.paintImageMaskXObject: {
        const image = await resolveImage(page, args[0]);
        const picture = asPicture(image);
        if (picture !== null) pictures.push({ picture, place: current });
        // pdf.js leaves null where it failed to decode.
        isUndecodable ||= image === null;
        break;
      }
      default:
    }
    if (pictures.length >= PICTURES_MAX) break;
  }
  return { pictures, isUndecodable };
}

/** pdf.js names an image by an id (shared ones start with `g_`) or hands over the image itself. */
async function resolveImage(page: Page, argument: unknown): Promise<unknown> {
  const id =
    isRecord(argument) && typeof argument['data'] === 'string' ? argument['data'] : argument;
  if (typeof id !== 'string') return argument;
  const objects = id.startsWith('g_') ? page.commonObjs : page.objs;
  return new Promise((resolve) => objects.get(id, resolve));
}

function asPicture(image: unknown): Picture | null {
  if (!isRecord(image)) return null;
  const { width, height, data } = image;
  if (typeof width !== 'number' || typeof height !== 'number' || width * height === 0) return null;
  if (!(data instanceof Uint8Array) && !(data instanceof Uint8ClampedArray)) return null;
  const samples = samplesOf(data.length, width, height);
  return samples === null ? null : { width, height, samples, data };
}

function samplesOf(length: number, width: number, height: number): Picture['samples'] | null {
  switch (length) {
    case width * height * 4:
      return 'rgba';
    case width * height * 3:
      return 'rgb';
    case width * height:
      return 'grey';
    case Math.ceil(width / 8) * height:
      return 'bits';
    default:
      return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function asMatrix(values: readonly unknown[]): Matrix {
  const at = (index: number) => Number(values[index] ?? identity[index]);
  return [at(0), at(1), at(2), at(3), at(4), at(5)];
}
