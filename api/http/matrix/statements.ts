import { AsyncLocalStorage } from 'node:async_hooks';
import type { TestDb } from '@alo/core/testing';

type Pool = TestDb['pool'];
type Client = Awaited<ReturnType<Pool['connect']>>;

/**
 * Writes down the statements that a piece of work runs, and not those of whatever else is going on:
 * they are told apart by their async context.
 */
export function createStatementLog(pool: Pool) {
  const context = new AsyncLocalStorage<string[]>();
  const watched = new WeakSet<Client>();
  const { connect } = pool;
  pool.connect = async (...callback: []) => {
    const client = await connect.apply(pool, callback);
    // With a callback, pg hands the client over there: its own `pool.query` does.
    if (callback.length > 0) return client;
    if (watched.has(client)) return client;
    watched.add(client);
    const { query } = client;
    client.query = (sql, ...parameters) => {
      context.getStore()?.push(sql);
      return query.call(client, sql, ...parameters);
    };
    return client;
  };
  return {
    async during<T>(work: () => Promise<T>): Promise<{ result: T; statements: string[] }> {
      const statements: string[] = [];
      return { result: await context.run(statements, work), statements };
    },
    stop: () => void Reflect.deleteProperty(pool, 'connect'),
  };
}
