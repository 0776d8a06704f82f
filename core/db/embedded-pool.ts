import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startEmbeddedEngine, type EmbeddedEngine } from './embedded-engine.ts';
import type { EmbeddedSource } from './embedded.protocol.ts';
import type { DatabaseClient, DatabasePool, QueryResult } from './pool.ts';

/**
 * PGlite: Postgres in WASM, in a thread of this process, with **one** session. A client from
 * `connect` shares that session, so statements outside a transaction go one by one and a transaction
 * holds the session from BEGIN to COMMIT/ROLLBACK. Never ask for a second client inside a
 * transaction: it would wait for the first.
 *
 * `source`: the folder that keeps it (absent: in memory), and an archive for a database that is new.
 */
export async function createEmbeddedPool(
  source: { dataDir?: string; template?: Blob } | 'memory',
): Promise<EmbeddedPool> {
  return new EmbeddedPool(await startEmbeddedEngine(source === 'memory' ? {} : storageOf(source)));
}

export class EmbeddedPool extends EventEmitter implements DatabasePool {
  readonly #engine: EmbeddedEngine;
  readonly #session = new Mutex();
  readonly #clients = new Set<EmbeddedClient>();
  #ended = false;

  constructor(engine: EmbeddedEngine) {
    super();
    // Every queue and worker listens for the pool's errors.
    this.setMaxListeners(0);
    this.#engine = engine;
    engine.listen({
      onNotification: (channel, payload) => {
        for (const client of this.#clients) client.emit('notification', { channel, payload });
      },
      onLost: (error) => this.emit('error', error),
    });
  }

  async connect(): Promise<DatabaseClient> {
    if (this.#ended) throw new Error('the database pool has ended');
    const client = new EmbeddedClient(this.#engine, this.#session, () =>
      this.#clients.delete(client),
    );
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
      return await this.#engine.dump();
    } finally {
      free();
    }
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    const free = await this.#session.acquire();
    free();
    await this.#engine.close();
  }
}

const opensTransaction = /^\s*(begin|start\s+transaction)\b/i;
const endsTransaction = /^\s*(commit|end|rollback(?!\s+to)|abort)\b/i;

class EmbeddedClient extends EventEmitter implements DatabaseClient {
  readonly #engine: EmbeddedEngine;
  readonly #session: Mutex;
  readonly #onRelease: () => void;
  /** Set while this client is inside a transaction. */
  #free: (() => void) | undefined;

  constructor(engine: EmbeddedEngine, session: Mutex, onRelease: () => void) {
    super();
    this.setMaxListeners(0);
    this.#engine = engine;
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
    void this.#engine.exec('rollback').then(free, free);
  }

  async #run(sql: string, parameters: unknown[] | undefined): Promise<QueryResult> {
    const command = /^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? '';
    const bare = parameters === undefined || parameters.length === 0;
    const { rows, affectedRows } = await (bare
      ? this.#engine.exec(sql)
      : this.#engine.query(sql, parameters));
    return { rows: [...rows], rowCount: affectedRows || rows.length, command };
  }
}

/** The archive is for a folder that holds no database yet; PGlite refuses to put it over one. */
function storageOf({ dataDir, template }: { dataDir?: string; template?: Blob }): EmbeddedSource {
  const isNew = dataDir === undefined || !existsSync(join(dataDir, 'PG_VERSION'));
  return {
    ...(dataDir === undefined ? {} : { dataDir }),
    ...(template && isNew ? { archive: template } : {}),
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
