import pg from 'pg';

/** The part of `pg.Pool` that Kysely, BullMQ and our migrations use: one face over PGlite and Postgres. */
export interface DatabasePool {
  connect(): Promise<DatabaseClient>;
  query(sql: string, parameters?: unknown[]): Promise<QueryResult>;
  end(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface DatabaseClient {
  query(sql: string, parameters?: unknown[]): Promise<QueryResult>;
  release(error?: Error | boolean): void;
  on(
    event: 'notification',
    listener: (message: { channel: string; payload?: string }) => void,
  ): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  // EventEmitter's own signature.
  // oxlint-disable-next-line typescript/no-explicit-any
  removeListener(event: string, listener: (...args: any[]) => void): unknown;
}

export interface QueryResult {
  // Rows are typed by Kysely, above this face.
  // oxlint-disable-next-line typescript/no-explicit-any
  rows: any[];
  rowCount: number | null;
  command: string;
}

const INT8 = 20;

/** Postgres over the network. The search path lets BullMQ's unqualified names resolve beside ours. */
export function createPostgresPool(connectionString: string, max = 10): DatabasePool {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8
        ? (BigInt as (text: string) => unknown)
        : pg.types.getTypeParser(oid, format as 'text'),
  };
  return new pg.Pool({
    connectionString,
    max,
    types,
    application_name: 'alo',
    options: '-c search_path=public,extensions,bullmq',
  }) as unknown as DatabasePool;
}
