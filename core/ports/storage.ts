import { assert } from '../kernel/index.ts';

/** Supabase Storage: private buckets; paths start with the organization's id. */
export interface FileStorage {
  readonly name: string;
  /** Creates the buckets that are missing. */
  prepare(): Promise<void>;
  put(bucket: Bucket, path: string, content: FileContent, contentType: string): Promise<void>;
  /** Null if there is no such file. */
  get(bucket: Bucket, path: string): Promise<Uint8Array | null>;
  remove(bucket: Bucket, paths: readonly string[]): Promise<void>;
}

export type FileContent = Uint8Array | StreamedFile;

/** A file too big to be held whole: how long it is, and its bytes one piece after the other. */
export interface StreamedFile {
  readonly byteLength: number;
  /** From the beginning, each time. */
  read(): AsyncIterable<Uint8Array>;
}

/** All of a file, for who wants it whole. */
export async function wholeFile(content: FileContent): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  const whole = new Uint8Array(content.byteLength);
  let length = 0;
  for await (const piece of content.read()) {
    whole.set(piece, length);
    length += piece.length;
  }
  assert(length === whole.length, 'a file is as long as it says');
  return whole;
}

export const buckets = ['knowledge', 'recordings'] as const;
export type Bucket = (typeof buckets)[number];
