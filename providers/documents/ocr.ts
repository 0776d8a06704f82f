import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Worker as Thread } from 'node:worker_threads';
import { createWorker, OEM, PSM, type Worker } from 'tesseract.js';
import { limits, type Clock, type Log } from '@alo/core/kernel';
import { textOfPicture } from './ocr-text.rules.ts';
import { refusals } from './refusals.ts';

/** Reads text off images, one at a time, by a worker that starts when first needed. */
export interface Ocr {
  /** Rows on one line. Empty if there is nothing to read. Throws AppError `unreadable_file` or the signal's reason. */
  recognise(image: Uint8Array, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

export function createOcr({ log, clock }: { log: Log; clock: Clock }): Ocr {
  let worker: Promise<Worker> | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let cancelIdle = () => {};

  const stop = async () => {
    cancelIdle();
    const stopping = worker;
    worker = undefined;
    // Not by the library's own `terminate`: an answer of the thread that is still on its way would have it
    // send the next step to no thread, in a promise that nobody can catch.
    const ready = await stopping?.catch(() => null);
    if (ready) await threadOf(ready).terminate();
  };

  const start = () => {
    worker ??= startWorker(log).catch((error: unknown) => {
      // The next image tries again.
      worker = undefined;
      throw error;
    });
    return worker;
  };

  const recogniseNow = async (image: Uint8Array, signal: AbortSignal): Promise<string> => {
    signal.throwIfAborted();
    cancelIdle();
    const ready = await start();
    const aborted = Promise.withResolvers<never>();
    // Recognition cannot be interrupted: the worker is ended, the next image starts another.
    const onAbort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([readImage(ready, image), aborted.promise]);
    } catch (error) {
      await stop();
      throw signal.aborted ? signal.reason : refusals.corrupt(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      if (worker !== undefined)
        cancelIdle = clock.setTimer(limits.knowledge.ocrIdleMs, () => void stop());
    }
  };

  return {
    recognise(image, signal) {
      const result = turn.then(() => recogniseNow(image, signal));
      turn = result.catch(() => undefined);
      return result;
    },
    async close() {
      await turn;
      await stop();
    },
  };
}

const require = createRequire(import.meta.url);

/** The library's type leaves it out. */
const threadOf = (worker: Worker) => (worker as unknown as { worker: Thread }).worker;

/** The language model comes inside a package: nothing is downloaded, nothing is cached on disk. */
async function startWorker(log: Log): Promise<Worker> {
  const model = dirname(require.resolve('@tesseract.js-data/spa/package.json'));
  const worker = await createWorker('spa', OEM.LSTM_ONLY, {
    langPath: join(model, '4.0.0_best_int'),
    gzip: true,
    cacheMethod: 'none',
    // Without a handler the library throws from an event, which would end the process; the
    // promise of the call rejects all the same.
    errorHandler: () => {},
  });
  // So would an error of the thread itself.
  threadOf(worker).on('error', (error) => log.error({ err: error }, 'the reader of images failed'));
  await worker.setParameters({ debug_file: '/dev/null' });
  return worker;
}

/** A reading by blocks may pass over lines (a light script on a dark board): the other must see this much more. */
const MORE_LETTERS_MIN = 1.15;

/** By blocks, and word by word wherever any stands; whichever sees clearly more of the picture. */
async function readImage(worker: Worker, image: Uint8Array): Promise<string> {
  const byBlocks = await readIn(PSM.AUTO, worker, image);
  const byWords = await readIn(PSM.SPARSE_TEXT, worker, image);
  return lettersIn(byWords) > lettersIn(byBlocks) * MORE_LETTERS_MIN ? byWords : byBlocks;
}

const lettersIn = (text: string) => text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;

async function readIn(mode: PSM, worker: Worker, image: Uint8Array): Promise<string> {
  await worker.setParameters({ tessedit_pageseg_mode: mode });
  const { data } = await worker.recognize(
    Buffer.from(image.buffer, image.byteOffset, image.byteLength),
    { rotateAuto: true },
    { text: false, blocks: true },
  );
  const lines = (data.blocks ?? []).flatMap((block) =>
    block.paragraphs.flatMap((paragraph) => paragraph.lines),
  );
  return textOfPicture(lines);
}
