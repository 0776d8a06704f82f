/** Supabase Storage: private buckets; paths start with the organization's id. */
export interface FileStorage {
  readonly name: string;
  /** Creates the buckets that are missing. */
  prepare(): Promise<void>;
  put(bucket: Bucket, path: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Null if there is no such file. */
  get(bucket: Bucket, path: string): Promise<Uint8Array | null>;
  remove(bucket: Bucket, paths: readonly string[]): Promise<void>;
}

export const buckets = ['knowledge', 'recordings'] as const;
export type Bucket = (typeof buckets)[number];
