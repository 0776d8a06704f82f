/**
 * Uploads a price list, waits until it has been read, and asks it something.
 *
 *   ALO_API_KEY=alo_sk_… node examples/knowledge.ts precios.pdf "¿cuánto vale el pandebono?"
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { argv, env } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Alo } from '@alo/sdk';

const [, , path = 'examples/panaderia/lista-de-precios.pdf', query = '¿qué venden?'] = argv;
const alo = new Alo({ apiKey: env['ALO_API_KEY'], baseUrl: env['ALO_API_URL'] });

const bytes = new Uint8Array(await readFile(path));
let document = await alo.knowledge.documents.upload({ filename: basename(path), bytes });
while (document.status === 'queued' || document.status === 'processing') {
  await sleep(500);
  document = await alo.knowledge.documents.get(document.id);
}
if (document.status === 'failed')
  throw new Error(document.failure ?? 'The file could not be read.');

for (const passage of await alo.knowledge.search({ query })) {
  console.log(passage.score.toFixed(2), passage.filename, passage.text);
}
