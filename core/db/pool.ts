import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
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

/**
 * PGlite in this process: Postgres in WASM with **one** session. A client from `connect` shares that
 * session, so statements outside a transaction go one by one and a transaction holds the session
 * from BEGIN to COMMIT/ROLLBACK. Never ask for a second client inside a transaction: it would wait
 * for the first.
 *
 * `source`: the folder that keeps it (absent: in memory), and an archive for a database that is new.
 */
export async function createEmbeddedPool(
  source: { dataDir?: string; template?: Blob } | 'memory',
): Promise<EmbeddedPool> {
  const db = await PGlite.create({
    ...(source === 'memory' ? {} : storageOf(source)),
    extensions: { vector },
    parsers: { [INT8]: (text: string) => BigInt(text) },
  });
  await db.exec('set search_path to public, bullmq');
  return new EmbeddedPool(db);
}

export class EmbeddedPool extends EventEmitter implements DatabasePool {
  readonly #db: PGlite;
  readonly #session = new Mutex();
  readonly #clients = new Set<EmbeddedClient>();
  #ended = false;

  constructor(db: PGlite) {
    super();
    // Every queue and worker listens for the pool's errors.
    this.setMaxListeners(0);
    this.#db = db;
    db.onNotification((channel, payload) => {
      for (const client of this.#clients) client.emit('notification', { channel, payload });
    });
  }

  async connect(): Promise<DatabaseClient> {
    if (this.#ended) throw new Error('the database pool has ended');
    const client = new EmbeddedClient(this.#db, this.#session, () => this.#clients.delete(client));
    this.#clients.add(client);
    return client;
  }

  async query(sql: string, parameters?: unknown[]): Promise<QueryResult> {
    const client = await this.connect();
    try {
      return await client.query(sql, parameters);
    } finally {
      client.release();
    }
  }

  /** The whole database as an archive, to start another from. */
  async dump(): Promise<Blob> {
    const free = await this.#session.acquire();
    try {
      return await this.#db.dumpDataDir('none');
    } finally {
      free();
    }
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const free = await this.#session.acquire();
    free();
    await this.#db.close();
  }
}

const opensTransaction = /^\s*(begin|start\s+transaction)\b/i;
const endsTransaction = /^\s*(commit|end|rollback(?!\s+to)|abort)\b/i;

class EmbeddedClient extends EventEmitter implements DatabaseClient {
  readonly #db: PGlite;
  readonly #session: Mutex;
  readonly #onRelease: () => void;
  /** Set while this client is inside a transaction. */
  #free: (() => void) | undefined;

  constructor(db: PGlite, session: Mutex, onRelease: () => void) {
    super();
    this.setMaxListeners(0);
    this.#db = db;
    this.#session = session;
    this.#onRelease = onRelease;
  }

  async query(sql: string, parameters?: unknown[]): Promise<QueryResult> {
    const held = this.#free;
    const free = held ?? (await this.#session.acquire());
    if (!held && opensTransaction.test(sql)) this.#free = free;
    try {
      return await this.#run(sql, parameters);
    } finally {
      const over = this.#free !== undefined && endsTransaction.test(sql);
      if (over || this.#free === undefined) {
        this.#free = undefined;
        free();
      }
    }
  }

  release(): void {
    this.removeAllListeners();
    this.#onRelease();
    const free = this.#free;
    if (!free) return;
    // Released in mid-transaction (its owner failed): nothing of it may stay.
    this.#free = undefined;
    void this.#db.exec('rollback').finally(free);
  }

  async #run(sql: string, parameters: unknown[] | undefined): Promise<QueryResult> {
    const command = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? '';
    if (parameters === undefined || parameters.length === 0) {
      const results = await this.#db.exec(sql);
      const last = results.at(-1);
      return {
        rows: last?.rows ?? [],
        rowCount: last?.affectedRows || (last?.rows.length ?? 0),
        command,
      };
    }
    const result = await this.#db.query(sql, parameters);
    return { rows: result.rows, rowCount: result.affectedRows || result.rows.length, command };
  }
}

/** The archive is for a folder that holds no database yet; PGlite refuses to put it over one. */
function storageOf({ dataDir, template }: { dataDir?: string; template?: Blob }) {
  const isNew = dataDir === undefined || !existsSync(join(dataDir, 'PG_VERSION'));
  return {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(template && isNew ? { loadDataDir: template } : {}),
  };
}

/** First come, first served. */
class Mutex {
  #tail: Promise<void> = Promise.resolve();

  async acquire(): Promise<() => void> {
    const before = this.#tail;
    let free!: () => void;
    this.#tail = new Promise((resolve) => (free = resolve));
    await before;
    return free;
  }
}
