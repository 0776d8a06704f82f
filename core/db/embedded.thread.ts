/**
 * The thread of the embedded database: Postgres in WASM computes and writes its files synchronously,
 * milliseconds at a time, and here no caller's audio waits for it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, type Results } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import type {
  EmbeddedSource,
  EngineFailure,
  EngineMessage,
  EngineQuestion,
  EngineRows,
} from './embedded.protocol.ts';

const INT8 = 20;

const { dataDir, archive } = workerData as EmbeddedSource;
// A thread, not a window: there is no origin to name.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
const tell = (message: EngineMessage) => parentPort?.postMessage(message);

const db = await PGlite.create({
  ...(dataDir === undefined ? {} : { dataDir }),
  ...(archive === undefined ? {} : { loadDataDir: archive }),
  extensions: { vector },
  parsers: { [INT8]: (text: string) => BigInt(text) },
});
await db.exec('set search_path to public, bullmq');
db.onNotification((channel, payload) => tell({ type: 'notification', channel, payload }));

const rowsOf = (results: Results | undefined): EngineRows => ({
  rows: results?.rows ?? [],
  affectedRows: results?.affectedRows ?? 0,
});

async function answerTo(question: EngineQuestion): Promise<EngineRows | Blob | null> {
  switch (question.type) {
    case 'query':
      return rowsOf(await db.query(question.sql, [...question.parameters]));
    case 'exec':
      return rowsOf((await db.exec(question.sql)).at(-1));
    case 'dump':
      return db.dumpDataDir('none');
    case 'close':
      await db.close();
      return null;
  }
}

function failureOf(error: unknown): EngineFailure {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, fields: {} };
  const fields = Object.entries(error).filter(
    (entry): entry is [string, string | number] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return { message: error.message, stack: error.stack, fields: Object.fromEntries(fields) };
}

parentPort?.on('message', (question: EngineQuestion) => {
  const { id } = question;
  answerTo(question).then(
    (value) => tell({ type: 'answer', id, value }),
    (error: unknown) => tell({ type: 'failure', id, failure: failureOf(error) }),
  );
});
tell({ type: 'ready' });
