/** A process of the platform that moves money as it is told, line by line, until it is killed. */
import { createInterface } from 'node:readline';
import { createDb, createPostgresPool } from '../../db/index.ts';
import { createExecutor, type Message } from './operations.ts';

const url = process.env['DATABASE_URL'];
if (url === undefined) throw new Error('DATABASE_URL is missing');
const pool = createPostgresPool(url, 10);
const execute = createExecutor(createDb(pool));

const orders = createInterface({ input: process.stdin });
orders.on('line', (line) => {
  void execute(JSON.parse(line) as Message).then((answer) =>
    process.stdout.write(`${JSON.stringify(answer)}\n`),
  );
});
orders.on('close', () => void pool.end());
process.stdout.write('ready\n');
