import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret, systemClock } from '@alo/core/kernel';
import { wholeFile, type FileStorage, type StreamedFile } from '@alo/core/ports';
import { startSupabaseSandbox, type SupabaseSandbox } from '@alo/sandbox/supabase';
import { createSupabaseStorage } from './storage.ts';

let dataDir: string;
let supabase: SupabaseSandbox;
let storage: FileStorage;

const start = () => startSupabaseSandbox({ dataDir, smtp: undefined });
const connect = (key = supabase.serviceKey) =>
  createSupabaseStorage({ url: supabase.url, serviceKey: new Secret(key), clock: systemClock });
const bytes = (text: string) => new TextEncoder().encode(text);
const path = 'org_1/doc_1/precios.pdf';

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'alo-storage-'));
  supabase = await start();
  storage = connect();
  await storage.prepare();
});
afterEach(async () => {
  await supabase.close();
  await rm(dataDir, { recursive: true, force: true });
});

describe('file storage', () => {
  it.each([
    ['application/pdf', bytes('%PDF-1.7 pan $ 500')],
    ['application/json', bytes('{"not":"parsed"}')],
    ['audio/wav', new Uint8Array(3_000_000).fill(7)],
    ['text/plain', new Uint8Array()],
  ])('gives back the %s that was put', async (contentType, content) => {
    await storage.put('knowledge', path, content, contentType);
    expect(await storage.get('knowledge', path)).toEqual(content);
  });

  it('replaces a file whole', async () => {
    await storage.put('recordings', path, bytes('uno'), 'audio/wav');
    await storage.put('recordings', path, bytes('dos y más'), 'audio/wav');
    expect(await storage.get('recordings', path)).toEqual(bytes('dos y más'));
    const blobs = (await readdir(join(dataDir, 'storage'))).filter((name) => name.endsWith('.bin'));
    expect(blobs).toHaveLength(1);
  });

  /** So many pieces of 64 KiB, and then `end`. */
  const inPieces = (pieces: number, end: () => void = () => undefined): StreamedFile => ({
    byteLength: pieces * 65_536,
    async *read() {
      for (let i = 0; i < pieces; i++) yield new Uint8Array(65_536).fill(i);
      end();
    },
  });

  it('takes a file in pieces, and again after it was taken', async () => {
    const file = inPieces(40);
    await storage.put('recordings', path, file, 'audio/wav');
    await storage.put('recordings', path, file, 'audio/wav');
    expect(await storage.get('recordings', path)).toEqual(await wholeFile(file));
  });

  it('keeps the version before when a file breaks off or is shorter than it says', async () => {
    await storage.put('recordings', path, bytes('uno'), 'audio/wav');
    const broken = inPieces(3, () => {
      throw new Error('the disk is gone');
    });
    const { byteLength, read } = inPieces(3);
    for (const file of [broken, { byteLength: byteLength + 1, read }]) {
      const put = storage.put('recordings', path, file, 'audio/wav');
      await expect(put).rejects.toMatchObject({ provider: 'supabase', kind: 'connection' });
    }
    expect(await storage.get('recordings', path)).toEqual(bytes('uno'));
  });

  it('is null for a file that is not there, and for one of another bucket', async () => {
    await storage.put('knowledge', path, bytes('x'), 'text/plain');
    expect(await storage.get('knowledge', 'org_1/otro.pdf')).toBeNull();
    expect(await storage.get('recordings', path)).toBeNull();
  });

  it('removes what is there and does not mind what is not', async () => {
    await storage.put('knowledge', path, bytes('x'), 'text/plain');
    await storage.remove('knowledge', [path, 'org_1/otro.pdf']);
    await storage.remove('knowledge', []);
    expect(await storage.get('knowledge', path)).toBeNull();
  });

  it('prepares itself again, from several processes at once', async () => {
    await supabase.close();
    await rm(dataDir, { recursive: true, force: true });
    supabase = await start();
    storage = connect();
    await Promise.all([storage.prepare(), connect().prepare(), connect().prepare()]);
    await storage.put('knowledge', path, bytes('x'), 'text/plain');
    expect(await storage.get('knowledge', path)).toEqual(bytes('x'));
  });

  it.each([
    '../x',
    'a/../../x',
    'a//b',
    '/a',
    'a/',
    'a?b',
    'a#b',
    'a%2e%2e/b',
    'a\\b',
    '',
    '.',
    'ñ',
  ])('refuses the path %j before it leaves', async (bad) => {
    await expect(storage.put('knowledge', bad, bytes('x'), 'text/plain')).rejects.toThrow(
      /plain path/,
    );
    await expect(storage.get('knowledge', bad)).rejects.toThrow(/plain path/);
    await expect(storage.remove('knowledge', [bad])).rejects.toThrow(/plain path/);
  });

  it('is closed to the publishable key and to a wrong one', async () => {
    await storage.put('knowledge', path, bytes('x'), 'text/plain');
    for (const key of [supabase.anonKey, 'sb_secret_wrong']) {
      const stranger = connect(key);
      await expect(stranger.put('knowledge', path, bytes('y'), 'text/plain')).rejects.toMatchObject(
        { name: 'ProviderError', kind: 'auth' },
      );
      await expect(stranger.prepare()).rejects.toMatchObject({ name: 'ProviderError' });
    }
    expect(await connect(supabase.anonKey).get('knowledge', path)).toBeNull();
    expect(await storage.get('knowledge', path)).toEqual(bytes('x'));
  });

  it('tells a missing bucket from a missing file', async () => {
    await supabase.close();
    await rm(dataDir, { recursive: true, force: true });
    supabase = await start();
    await expect(connect().get('knowledge', path)).rejects.toMatchObject({
      name: 'ProviderError',
      kind: 'not_found',
    });
  });

  it('fails as a provider does: down, and refusing', async () => {
    supabase.faults.set({ failure_probability: 1, failure_status: 503 });
    await expect(storage.get('knowledge', path)).rejects.toMatchObject({
      kind: 'unavailable',
      retryable: true,
    });
    const { url, serviceKey } = supabase;
    await supabase.close();
    await expect(storage.get('knowledge', path)).rejects.toMatchObject({ kind: 'connection' });
    supabase = await startSupabaseSandbox({
      dataDir,
      smtp: undefined,
      serviceKey,
      port: Number(new URL(url).port),
    });
  });

  it('keeps files over a restart', async () => {
    await storage.put('knowledge', path, bytes('x'), 'application/pdf');
    await supabase.close();
    supabase = await start();
    expect(await connect().get('knowledge', path)).toEqual(bytes('x'));
  });
});
