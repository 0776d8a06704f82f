import { Worker } from 'node:worker_threads';
import { assert, limits, type Clock } from '@alo/core/kernel';
import type { PdfAnswer, PdfPage, PdfPageRequest, PdfThreadInput } from './pdf.protocol.ts';
import { refusals } from './refusals.ts';

/** A PDF open in a thread of its own. Close it. */
export interface OpenPdf {
  readonly pageCount: number;
  /** Pages from 1, one question at a time. Throws AppError `unreadable_file`. */
  page(number: number): Promise<PdfPage>;
  close(): Promise<void>;
}

const MEMORY_CHECK_MS = 200;
const MIB = 1_048_576;

/**
 * Opens a PDF. Throws AppError `unreadable_file` (encrypted, corrupt, too complex) or the signal's
 * reason; abort ends the thread wherever it is.
 */
export async function openPdf(
  bytes: Uint8Array,
  signal: AbortSignal,
  clock: Clock,
): Promise<OpenPdf> {
  signal.throwIfAborted();
  const thread = startThread(bytes);
  let ended: Promise<void> | undefined;
  let pending: PromiseWithResolvers<PdfAnswer> | undefined = Promise.withResolvers();
  let failure: unknown;

  const end = (reason: unknown): Promise<void> => {
    failure ??= reason;
    pending?.reject(failure);
    pending = undefined;
    ended ??= terminate();
    return ended;
  };
  const stopWatching = watchMemory(thread, clock, () => void end(refusals.tooComplex()));
  const onAbort = () => void end(signal.reason);
  const terminate = async () => {
    stopWatching();
    signal.removeEventListener('abort', onAbort);
    await thread.terminate();
  };
  signal.addEventListener('abort', onAbort);
  thread.on('message', (answer: PdfAnswer) => {
    pending?.resolve(answer);
    pending = undefined;
  });
  thread.on('error', (error: NodeJS.ErrnoException) => {
    const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    void end(outOfMemory ? refusals.tooComplex(error) : refusals.corrupt(error));
  });
  thread.on('exit', () => void end(refusals.corrupt(new Error('the PDF thread exited'))));

  const ask = async (request: PdfPageRequest | null): Promise<PdfAnswer> => {
    if (failure !== undefined) throw failure;
    pending ??= Promise.withResolvers();
    // A thread, not a window: there is no origin to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    if (request) thread.postMessage(request);
    const answer = await pending.promise;
    if (answer.type !== 'failed') return answer;
    throw answer.failure === 'encrypted'
      ? refusals.encrypted()
      : refusals.corrupt(new Error(answer.message));
  };
  const close = () => end(new Error('the PDF is closed'));
  try {
    const opened = await ask(null);
    assert(opened.type === 'opened', 'the PDF thread opens first');
    return {
      pageCount: opened.pageCount,
      async page(number) {
        const answer = await ask({ page: number });
        assert(answer.type === 'page', 'the PDF thread answers a page with a page');
        return answer.page;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startThread(bytes: Uint8Array): Worker {
  // A copy, handed over: the caller's bytes stay whole.
  const own = new Uint8Array(bytes);
  const workerData: PdfThreadInput = {
    bytes: own,
    imagePixelsMax: limits.knowledge.imagePixelsMax,
    scanPixelsMax: limits.knowledge.scanPixelsMax,
  };
  const thread = new Worker(new URL('./pdf.worker.ts', import.meta.url), {
    workerData,
    transferList: [own.buffer],
    resourceLimits: { maxOldGenerationSizeMb: limits.knowledge.pdfMemoryBytesMax / MIB },
    // Nothing of this process for the parser: no environment, no flags, no console.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
  });
  thread.stdout.resume();
  thread.stderr.resume();
  return thread;
}

/** Calls `onExcess` once if the thread holds too much; buffers are outside V8's own limits. */
function watchMemory(thread: Worker, clock: Clock, onExcess: () => void): () => void {
  let stopped = false;
  let cancel = () => {};
  const check = async () => {
    const heap = await thread.getHeapStatistics().catch(() => null);
    if (stopped || heap === null) return;
    if (heap.used_heap_size + heap.external_memory > limits.knowledge.pdfMemoryBytesMax) {
      onExcess();
    } else {
      schedule();
    }
  };
  const schedule = () => {
    cancel = clock.setTimer(MEMORY_CHECK_MS, () => void check());
  };
  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}
