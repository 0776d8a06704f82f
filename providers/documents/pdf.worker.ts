/**
 * The thread that parses one PDF. Parsing is long, synchronous, and fed by strangers: here it
 * blocks nobody, and whoever started it can end it at any point.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { getDocumentProxy } from 'unpdf';
import type { PdfAnswer, PdfPageRequest, PdfThreadInput } from './pdf.protocol.ts';
import { readPage } from './pdf-page.ts';

const input = workerData as PdfThreadInput;

const answer = (message: PdfAnswer, transfer: readonly ArrayBuffer[] = []) =>
  parentPort?.postMessage(message, transfer);

function fail(error: unknown): void {
  const failure = error instanceof Error && error.name === 'PasswordException';
  answer({
    type: 'failed',
    failure: failure ? 'encrypted' : 'corrupt',
    message: error instanceof Error ? error.message : String(error),
  });
}

try {
  const pdf = await getDocumentProxy(input.bytes, {
    // Silent: pdf.js talks to the console.
    verbosity: 0,
    maxImageSize: input.imagePixelsMax,
    disableFontFace: true,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    enableXfa: false,
    useWorkerFetch: false,
  });
  const answerPage = async ({ page }: PdfPageRequest) => {
    const result = await readPage(pdf, page, input.scanPixelsMax);
    const transfer = result.scan ? [result.scan.buffer as ArrayBuffer] : [];
    answer({ type: 'page', page: result }, transfer);
  };
  parentPort?.on('message', (request: PdfPageRequest) => {
    answerPage(request).catch(fail);
  });
  answer({ type: 'opened', pageCount: pdf.numPages });
} catch (error) {
  fail(error);
}
