import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDb, type TestDb } from '../db/testing.ts';
import type { JobQueue } from '../jobs/index.ts';
import {
  AppError,
  createLog,
  createVirtualClock,
  foldText,
  limits,
  newId,
  pageOf,
  ProviderError,
  type Id,
} from '../kernel/index.ts';
import {
  wholeFile,
  type DocumentReader,
  type EmbeddingProvider,
  type FileStorage,
} from '../ports/index.ts';
import { createKnowledgeService } from './knowledge.service.ts';
import { presentDocument } from './knowledge.present.ts';

let t: TestDb;
let folder: string;
beforeAll(async () => {
  t = await createTestDb();
  folder = await mkdtemp(join(tmpdir(), 'alo-knowledge-'));
});
afterAll(async () => {
  await t.close();
  await rm(folder, { recursive: true });
});

/** Files in a folder. */
function createFolderStorage(): FileStorage {
  const at = (bucket: string, path: string) => join(folder, bucket, path);
  return {
    name: 'folder',
    prepare: async () => {},
    async put(bucket, path, content) {
      await mkdir(dirname(at(bucket, path)), { recursive: true });
      await writeFile(at(bucket, path), await wholeFile(content));
    },
    get: (bucket, path) => readFile(at(bucket, path)).catch(() => null),
    async remove(bucket, paths) {
      for (const path of paths) await rm(at(bucket, path), { force: true });
    },
  };
}

/** Words hashed into a vector: near where words are shared. */
function createWordEmbeddings(): EmbeddingProvider & { down: boolean; calls: number } {
  const vectorOf = (text: string) => {
    const vector = Array.from({ length: 512 }, () => 0);
    for (const word of foldText(text).match(/[\p{L}\p{N}]+/gu) ?? []) {
      const index = [...word].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 509, 7);
      vector[index] = (vector[index] ?? 0) + 1;
    }
    vector[511] = 0.01;
    return vector;
  };
  return {
    name: 'words',
    model: 'words-1',
    dimensions: 512,
    down: false,
    calls: 0,
    async embed(texts) {
      this.calls += 1;
      if (this.down) throw new ProviderError('words', 'unavailable', 'down');
      return texts.map(vectorOf);
    },
  };
}

/** Reads text; refuses what says so; a picture of nothing is anything that starts with NUL. */
const reader: DocumentReader = {
  detect: (bytes) => (bytes[0] === 0 ? null : 'text/plain'),
  async read(bytes, _type, signal) {
    signal.throwIfAborted();
    const text = Buffer.from(bytes).toString();
    if (text.startsWith('SECRETO')) {
      const detail = { es: 'Tiene contraseña.', en: 'It has a password.' };
      throw new AppError('unreadable_file', { detail });
    }
    return { pages: text.split('\f') };
  },
};

async function setUp() {
  const orgId = newId('org');
  await t.db.withSystem((tx) =>
    tx
      .insertInto('organizations')
      .values({ id: orgId, name: 'Panadería', founded_by: null })
      .execute(),
  );
  const enqueued: { document_id: string; dedupeId: string }[] = [];
  const jobs: JobQueue = {
    async enqueue(name, payload, dedupeId) {
      if (name !== 'document.ingest' || !('document_id' in payload)) throw new Error(`job ${name}`);
      // Another session: on the embedded database this would hang inside a transaction.
      await t.db.ping();
      enqueued.push({ document_id: payload.document_id, dedupeId });
    },
    close: async () => {},
  };
  const clock = createVirtualClock(new Date());
  const embeddings = createWordEmbeddings();
  const storage = createFolderStorage();
  const log = createLog({ level: 'silent' });
  const service = createKnowledgeService({
    db: t.db,
    storage,
    embeddings,
    reader,
    jobs,
    clock,
    newId,
    log,
  });
  const scope = { orgId };
  const signal = new AbortController().signal;
  const upload = (text: string, filename = 'precios.txt') =>
    service.upload(scope, { filename, bytes: Buffer.from(text) });
  const ingest = (id: Id<'doc'>, lastAttempt = false) =>
    service.ingest(orgId, id, signal, { lastAttempt });
  /** Uploads and reads. */
  const learn = async (text: string, filename?: string) => {
    const { id } = await upload(text, filename);
    await ingest(id);
    return service.get(scope, id);
  };
  return { service, scope, orgId, enqueued, clock, embeddings, storage, upload, ingest, learn };
}

let s: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  s = await setUp();
});

describe('upload', () => {
  it('keeps the file, queues the document and asks for it to be read', async () => {
    const document = await s.upload('Pandebono $ 2.500', '../Lista de precios.txt');
    expect(presentDocument(document, 'es')).toMatchObject({
      filename: 'Lista de precios.txt',
      media_type: 'text/plain',
      byte_size: 17,
      status: 'queued',
      failure: null,
      chunks: 0,
    });
    expect(document.storage_path).toBe(`${s.orgId}/${document.id}/Lista-de-precios.txt`);
    const stored = await s.storage.get('knowledge', document.storage_path);
    expect(Buffer.from(stored ?? []).toString()).toBe('Pandebono $ 2.500');
    expect(s.enqueued.map(({ document_id }) => document_id)).toEqual([document.id]);
  });

  it('answers the same content with the same document', async () => {
    const first = await s.learn('Pandebono $ 2.500');
    const again = await s.upload('Pandebono $ 2.500', 'otro nombre.txt');
    expect(again).toEqual(first);
    expect(s.enqueued).toHaveLength(1);
  });

  it('makes one document of the same content uploaded twice at once', async () => {
    const [a, b] = await Promise.all([s.upload('Pan $ 500'), s.upload('Pan $ 500')]);
    expect(a?.id).toBe(b?.id);
    const [folderOfDocument] = await readdir(join(folder, 'knowledge', s.orgId));
    expect(folderOfDocument).toBe(a?.id);
  });

  it('tries a failed document again, under another job', async () => {
    const { id } = await s.learn('SECRETO');
    await s.clock.advance(1_000);
    const again = await s.upload('SECRETO');
    expect(again).toMatchObject({ id, status: 'queued', failure: null });
    expect(new Set(s.enqueued.map(({ dedupeId }) => dedupeId)).size).toBe(2);
  });

  it('refuses what is empty, too large or of another kind', async () => {
    const refused = (bytes: Uint8Array) =>
      s.service.upload(s.scope, { filename: 'menu.pdf', bytes });
    await expect(refused(new Uint8Array())).rejects.toMatchObject({
      code: 'unreadable_file',
      param: 'file',
    });
    await expect(refused(new Uint8Array(limits.knowledge.fileBytesMax + 1))).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    await expect(refused(Uint8Array.from([0, 1, 2]))).rejects.toMatchObject({
      code: 'unsupported_media_type',
    });
    expect(s.enqueued).toEqual([]);
  });

  it('refuses one document more than an organization may have, and keeps no file of it', async () => {
    await t.db.withSystem((tx) =>
      tx
        .insertInto('knowledge_documents')
        .values(
          Array.from({ length: limits.knowledge.documentsMax }, (_, index) => ({
            id: newId('doc'),
            org_id: s.orgId,
            filename: 'x',
            media_type: 'text/plain',
            byte_size: 1n,
            sha256: String(index),
            storage_path: `${s.orgId}/x`,
            created_by: null,
          })),
        )
        .execute(),
    );
    await expect(s.upload('Pan $ 500')).rejects.toMatchObject({ code: 'conflict' });
    await expect(readdir(join(folder, 'knowledge', s.orgId))).rejects.toThrow('ENOENT');
  });
});

describe('ingest', () => {
  it('makes the document findable', async () => {
    const document = await s.learn('PANADERÍA\nPandebono $ 2.500\nAlmojábana $ 2.800');
    expect(document).toMatchObject({ status: 'ready', chunk_count: 1, failure: null });
    expect(document.processed_at).toBeInstanceOf(Date);
    const [found] = await s.service.search(s.scope, { query: 'cuanto vale la almojabana' });
    expect(found).toMatchObject({ document_id: document.id, filename: 'precios.txt', score: 1 });
    expect(found?.text).toContain('Almojábana $ 2.800');
  });

  it('changes nothing when it runs again', async () => {
    const { id } = await s.learn('Pandebono $ 2.500');
    await s.ingest(id);
    expect(await countChunks(id)).toBe(1);
  });

  it('replaces what a run that was cut off left behind', async () => {
    const { id } = await s.upload('Pandebono $ 2.500');
    s.embeddings.down = true;
    await expect(s.ingest(id)).rejects.toThrow('down');
    expect(await s.service.get(s.scope, id)).toMatchObject({ status: 'processing' });
    s.embeddings.down = false;
    await s.ingest(id);
    expect(await s.service.get(s.scope, id)).toMatchObject({ status: 'ready' });
    expect(await countChunks(id)).toBe(1);
  });

  it('is final about a file that cannot be read, and says why in both languages', async () => {
    const document = await s.learn('SECRETO');
    expect(presentDocument(document, 'es')).toMatchObject({
      status: 'failed',
      failure: 'Tiene contraseña.',
    });
    expect(presentDocument(document, 'en').failure).toBe('It has a password.');
    await s.ingest(document.id);
    expect((await s.service.get(s.scope, document.id)).status).toBe('failed');
  });

  it.each([
    ['there is no text in it', '  \n '],
    ['there is too much', 'palabra '.repeat(limits.knowledge.textCharsMax / 7)],
  ])('fails a document where %s', async (_, text) => {
    expect((await s.learn(text)).status).toBe('failed');
  });

  it('fails a document whose file is gone', async () => {
    const document = await s.upload('Pan $ 500');
    await s.storage.remove('knowledge', [document.storage_path]);
    await s.ingest(document.id);
    expect((await s.service.get(s.scope, document.id)).failure?.en).toContain('no longer stored');
  });

  it('throws on the last attempt too, and leaves a reason', async () => {
    const { id } = await s.upload('Pandebono $ 2.500');
    s.embeddings.down = true;
    await expect(s.ingest(id, true)).rejects.toThrow('down');
    expect(await s.service.get(s.scope, id)).toMatchObject({ status: 'failed' });
  });

  it('has nothing to do for a document that was deleted', async () => {
    const { id } = await s.upload('Pandebono $ 2.500');
    await s.service.remove(s.scope, id);
    await expect(s.ingest(id)).resolves.toBeUndefined();
  });

  it('does not bring back a document that was deleted meanwhile', async () => {
    const { id } = await s.upload('Pandebono $ 2.500');
    const embed = s.embeddings.embed.bind(s.embeddings);
    s.embeddings.embed = async (texts, signal) => {
      await s.service.remove(s.scope, id);
      return embed(texts, signal);
    };
    await s.ingest(id);
    expect(await countChunks(id)).toBe(0);
  });
});

describe('sweep', () => {
  it('asks again for what never reached the queue, under the same job', async () => {
    const { id } = await s.upload('Pandebono $ 2.500');
    await s.service.sweep();
    const own = s.enqueued.filter(({ document_id }) => document_id === id);
    expect(own).toHaveLength(2);
    expect(own[0]).toEqual(own[1]);
  });

  it('asks anew for what its job dropped, and gives up in the end', async () => {
    const { id } = await s.upload('Pandebono $ 2.500');
    for (let time = 0; time < 4; time += 1) {
      await s.clock.advance(limits.knowledge.ingestMsMax + 1);
      await s.service.sweep();
    }
    const own = s.enqueued.filter(({ document_id }) => document_id === id);
    expect(new Set(own.map(({ dedupeId }) => dedupeId)).size).toBe(4);
    expect(await s.service.get(s.scope, id)).toMatchObject({ status: 'failed' });
  });

  it('leaves finished documents alone', async () => {
    const { id } = await s.learn('Pandebono $ 2.500');
    await s.clock.advance(limits.knowledge.ingestMsMax + 1);
    await s.service.sweep();
    expect(s.enqueued.filter(({ document_id }) => document_id === id)).toHaveLength(1);
  });
});

describe('search', () => {
  it('finds nothing, and pays for no vector, where nothing was uploaded', async () => {
    expect(await s.service.search(s.scope, { query: 'pan' })).toEqual([]);
    expect(s.embeddings.calls).toBe(0);
  });

  it('is not emptied by a word that no document has', async () => {
    await s.learn('Pandebono $ 2.500');
    const [found] = await s.service.search(s.scope, { query: 'pandebono zurumbático' });
    expect(found?.text).toContain('Pandebono');
  });

  it('goes on by words alone while embeddings fail', async () => {
    await s.learn('Pandebono $ 2.500');
    s.embeddings.down = true;
    const [found] = await s.service.search(s.scope, {
      query: '¿qué precio tienen los pandebonos?',
    });
    expect(found?.text).toContain('Pandebono $ 2.500');
  });

  it('shows a passage once, although two files hold it', async () => {
    await s.learn('Pandebono $ 2.500', 'a.txt');
    await s.learn('PANDEBONO   $ 2.500', 'b.txt');
    expect(await s.service.search(s.scope, { query: 'pandebono' })).toHaveLength(1);
  });

  it('gives at most what was asked for', async () => {
    await s.learn(
      Array.from({ length: 200 }, (_, index) => `Arepa número ${index} $ 3.000`).join('\n'),
    );
    expect(await s.service.search(s.scope, { query: 'arepa', limit: 3 })).toHaveLength(3);
    expect(await s.service.search(s.scope, { query: 'arepa' })).toHaveLength(
      limits.knowledge.resultsDefault,
    );
  });

  it('takes whatever a caller said', async () => {
    await s.learn('Pandebono $ 2.500');
    const spoken = `pandebono ${'eh este '.repeat(500)}`;
    expect(await s.service.searchForCall(s.orgId, spoken)).toHaveLength(1);
    for (const query of ["'); drop table --", '& | ! <->', '¿?', '', '\0']) {
      await expect(s.service.searchForCall(s.orgId, query)).resolves.toBeInstanceOf(Array);
    }
  });

  it('finds a small organization its own among the many of large ones', async () => {
    const large = await setUp();
    const rows = Array.from({ length: 3_000 }, (_, index) => `Pandebono especial ${index} $ 9.000`);
    await large.learn(rows.join('\n'));
    await s.learn('Pandebono $ 2.500');
    const found = await s.service.search(s.scope, { query: 'pandebono especial' });
    expect(found.map(({ text }) => text)).toEqual(['Pandebono $ 2.500']);
  });
});

describe('another organization', () => {
  it('sees nothing of it: not by id, list, search, deletion or job', async () => {
    const { id } = await s.learn('Pandebono $ 2.500');
    const other = await setUp();
    await expect(other.service.get(other.scope, id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(other.service.remove(other.scope, id)).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(await other.service.list(other.scope, { limit: 20 })).toEqual([]);
    expect(await other.service.search(other.scope, { query: 'pandebono' })).toEqual([]);
    expect(await other.service.searchForCall(other.orgId, 'pandebono')).toEqual([]);
    await other.ingest(id);
    expect((await s.service.get(s.scope, id)).status).toBe('ready');
  });

  it('may have the same file', async () => {
    const mine = await s.learn('Pandebono $ 2.500');
    const other = await setUp();
    expect((await other.learn('Pandebono $ 2.500')).id).not.toBe(mine.id);
  });
});

describe('list and remove', () => {
  it('lists newest first, page by page', async () => {
    const ids: string[] = [];
    for (const text of ['a', 'b', 'c']) ids.unshift((await s.upload(`${text} $ 500`)).id);
    const first = pageOf(await s.service.list(s.scope, { limit: 2 }), 2, (row) => row.id);
    expect(first).toMatchObject({ data: ids.slice(0, 2), has_more: true });
    const rest = await s.service.list(s.scope, {
      limit: 2,
      cursor: first.next_cursor ?? undefined,
    });
    expect(rest.map((row) => row.id)).toEqual(ids.slice(2));
    expect(() => s.service.list(s.scope, { limit: 2, cursor: 'x' })).toThrow(AppError);
  });

  it('removes the file, the document and its passages', async () => {
    const document = await s.learn('Pandebono $ 2.500');
    await s.service.remove(s.scope, document.id);
    expect(await s.storage.get('knowledge', document.storage_path)).toBeNull();
    expect(await s.service.search(s.scope, { query: 'pandebono' })).toEqual([]);
    await expect(s.service.remove(s.scope, document.id)).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});

async function countChunks(id: Id<'doc'>): Promise<number> {
  const rows = await t.db.withSystem((tx) =>
    tx.selectFrom('knowledge_base').select('id').where('document_id', '=', id).execute(),
  );
  return rows.length;
}
