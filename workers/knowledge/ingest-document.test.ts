import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobQueue, runJobs, type JobHandlers, type JobQueue } from '@alo/core/jobs';
import { createLog, newId } from '@alo/core/kernel';
import { createTestDb, type TestDb } from '@alo/core/testing';
import { ingestDocumentHandler } from './ingest-document.ts';

const log = createLog({ level: 'silent' });
const signal = new AbortController().signal;
const payload = { org_id: newId('org'), document_id: newId('doc') };

describe('the handler', () => {
  it('passes on whose document it is and whether this is the last attempt', async () => {
    const calls: unknown[] = [];
    const handler = ingestDocumentHandler({
      knowledge: { ingest: async (...args) => void calls.push(args) },
    });
    await handler(payload, { signal, attempt: 3, lastAttempt: true, log });
    expect(calls).toEqual([[payload.org_id, payload.document_id, signal, { lastAttempt: true }]]);
  });
});

describe('on the queue', () => {
  let t: TestDb;
  let jobs: JobQueue;
  beforeAll(async () => {
    t = await createTestDb();
    jobs = createJobQueue({ type: 'postgres', pool: t.pool }, log);
  });
  afterAll(async () => {
    await jobs.close();
    await t.close();
  });

  it('one asking runs once, however often a sweep repeats it; a new asking runs again', async () => {
    const runs: string[] = [];
    const seen = new Map<string, () => void>();
    const ran = (id: string) => new Promise<void>((resolve) => seen.set(id, resolve));
    const nothing = async () => undefined;
    const handlers: JobHandlers = {
      'alert.mail': nothing,
      'call.dial': nothing,
      'invitation.mail': nothing,
      'provider_event.process': nothing,
      'webhook.deliver': nothing,
      'document.ingest': ingestDocumentHandler({
        knowledge: {
          async ingest(_, documentId) {
            runs.push(documentId);
            seen.get(documentId)?.();
          },
        },
      }),
    };
    const document = newId('doc');
    const last = newId('doc');
    const ask = (id: string, asking: string) =>
      jobs.enqueue('document.ingest', { ...payload, document_id: id }, `${id}-${asking}`);

    const first = ran(document);
    await ask(document, '1');
    await ask(document, '1');
    const runner = runJobs({ type: 'postgres', pool: t.pool }, handlers, { log, concurrency: 1 });
    await first;
    await ask(document, '1');
    const again = ran(document);
    await ask(document, '2');
    await again;
    // The queue is first in, first out: when this one runs, a third run of the other would have been.
    const end = ran(last);
    await ask(last, '1');
    await end;
    await runner.close();
    expect(runs).toEqual([document, document, last]);
  });
});
