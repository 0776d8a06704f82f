import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Alo, KnowledgeDocument } from '@alo/sdk';
import { CliError, usageError } from './errors.ts';
import { waitFor } from './wait.ts';

export interface DocumentOptions {
  readonly signal: AbortSignal;
  readonly now: () => number;
}

const readingTimeoutMs = 180_000;

/** Reads a file of the person's; the error names it. */
export async function readUserFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT')
      throw usageError({ es: `No existe el archivo ${path}.`, en: `There is no file ${path}.` });
    if (code === 'EISDIR')
      throw usageError({ es: `${path} es una carpeta.`, en: `${path} is a folder.` });
    throw new CliError(
      'unreadable_path',
      { es: `No se pudo leer ${path} (${code}).`, en: `Could not read ${path} (${code}).` },
      { cause: error },
    );
  }
}

/** Sends a file and waits until it has been read: `ready`, or `failed` with a reason. */
export async function addDocument(
  sdk: Alo,
  path: string,
  { signal, now }: DocumentOptions,
): Promise<KnowledgeDocument> {
  const bytes = await readUserFile(path);
  const sent = await sdk.knowledge.documents.upload(
    { filename: basename(path), bytes },
    { signal },
  );
  return waitFor(
    async () => {
      const document = await sdk.knowledge.documents.get(sent.id, { signal });
      return document.status === 'ready' || document.status === 'failed' ? document : undefined;
    },
    {
      timeoutMs: readingTimeoutMs,
      signal,
      now,
      what: {
        es: `${sent.filename} sigue en la cola. Mire después con: alo knowledge list`,
        en: `${sent.filename} is still waiting. Look later with: alo knowledge list`,
      },
    },
  );
}
