/** What the embedded database's thread is asked, and what it answers. All of it survives a structured clone. */

export interface EmbeddedSource {
  /** The folder that keeps the database; in memory where absent. */
  readonly dataDir?: string;
  /** An archive a new database starts from. */
  readonly archive?: Blob;
}

export type EngineQuestion = { readonly id: number } & (
  | { readonly type: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  /** Any number of statements without parameters. */
  | { readonly type: 'exec'; readonly sql: string }
  | { readonly type: 'dump' }
  | { readonly type: 'close' }
);

export interface EngineRows {
  readonly rows: readonly unknown[];
  readonly affectedRows: number;
}

/** An error as its fields: a clone of the object would keep its message alone. */
export interface EngineFailure {
  readonly message: string;
  readonly stack: string | undefined;
  /** What Postgres says about it: `code`, `constraint`, `detail`… */
  readonly fields: Readonly<Record<string, string | number>>;
}

export type EngineMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly id: number; readonly value: EngineRows | Blob | null }
  | { readonly type: 'failure'; readonly id: number; readonly failure: EngineFailure }
  | { readonly type: 'notification'; readonly channel: string; readonly payload: string };
