import { limits, systemClock, type Clock, type Log } from '@alo/core/kernel';
import type { DocumentMediaType, DocumentReader, ExtractedDocument } from '@alo/core/ports';
import { imageSize } from './image-size.rules.ts';
import { detectMediaType } from './media-type.rules.ts';
import { createOcr, type Ocr } from './ocr.ts';
import { openPdf } from './pdf.ts';
import { decodePlainText } from './plain-text.rules.ts';
import { refusals } from './refusals.ts';

/** A reader that holds a worker for images, once it has read one: close it. */
export type ClosableDocumentReader = DocumentReader & { close(): Promise<void> };

/**
 * Reads PDFs (their text layer, or their pictures where a page is a scan), images and plain text,
 * in this process and without native code. `read` throws AppError `unreadable_file` with a reason its owner can act on, or
 * the signal's reason.
 */
export function createDocumentReader(deps: { log: Log; clock?: Clock }): ClosableDocumentReader {
  const clock = deps.clock ?? systemClock;
  const ocr = createOcr({ log: deps.log, clock });
  return {
    detect: detectMediaType,
    async read(bytes, mediaType, signal) {
      signal.throwIfAborted();
      const pages = await readPages(bytes, mediaType, signal, { ocr, clock });
      if (!pages.some(hasText)) throw refusals.noText();
      return { pages } satisfies ExtractedDocument;
    },
    close: () => ocr.close(),
  };
}

const hasText = (page: string) => /[\p{L}\p{N}]/u.test(page);

interface ReadDeps {
  readonly ocr: Ocr;
  readonly clock: Clock;
}

async function readPages(
  bytes: Uint8Array,
  mediaType: DocumentMediaType,
  signal: AbortSignal,
  deps: ReadDeps,
): Promise<string[]> {
  if (mediaType === 'application/pdf') return readPdf(bytes, signal, deps);
  if (mediaType === 'text/plain') {
    const text = decodePlainText(bytes);
    if (text === null) throw refusals.corrupt();
    return text.split('\f');
  }
  const size = imageSize(bytes, mediaType);
  if (size === null) throw refusals.corrupt();
  if (size.width * size.height > limits.knowledge.imagePixelsMax) {
    throw refusals.tooManyPixels(size.width, size.height);
  }
  return [await deps.ocr.recognise(bytes, signal)];
}

async function readPdf(
  bytes: Uint8Array,
  signal: AbortSignal,
  { ocr, clock }: ReadDeps,
): Promise<string[]> {
  const pdf = await openPdf(bytes, signal, clock);
  try {
    if (pdf.pageCount > limits.knowledge.pagesMax) throw refusals.tooManyPages(pdf.pageCount);
    const pages: string[] = [];
    let scans = 0;
    let isUndecodable = false;
    for (let number = 1; number <= pdf.pageCount; number += 1) {
      const { text, scan, ...page } = await pdf.page(number);
      isUndecodable ||= page.isUndecodable;
      scans += scan ? 1 : 0;
      if (scans > limits.knowledge.scannedPagesMax) throw refusals.tooManyScans();
      const seen = scan ? await ocr.recognise(scan, signal) : '';
      pages.push([seen, text].filter((part) => part !== '').join('\n\n'));
    }
    if (isUndecodable && !pages.some(hasText)) throw refusals.undecodable();
    return pages;
  } finally {
    await pdf.close();
  }
}
