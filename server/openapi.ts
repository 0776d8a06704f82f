/**
 * Writes the public contract into `openapi/`: `openapi.json` from the routes, and the lists of events and of
 * error codes from their catalogs. With `--check` it writes nothing and fails if a committed file is not
 * what the code says.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describeApi } from '@alo/api';
import { eventCatalog, eventSamples, eventSchemaName } from '@alo/core/event-feed';
import { eventTypes } from '@alo/core/events';
import { errorCatalog } from '@alo/core/kernel';

const events = eventTypes.map((type) => ({
  type,
  description: eventCatalog[type].description,
  schema: `openapi.json#/components/schemas/${eventSchemaName(type)}`,
  data: eventSamples[type],
}));

const errors = Object.entries(errorCatalog).map(([code, entry]) => ({
  code,
  status: entry.status,
  title: entry.title,
  retryable: 'retryable' in entry,
}));

const contract = {
  'openapi.json': await describeApi(),
  'events.json': events,
  'errors.json': errors,
};

const folder = new URL('../openapi/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, content] of Object.entries(contract)) {
  const target = new URL(name, folder);
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (readTextOf(target) !== text) {
    process.stderr.write(`openapi/${name} is not what the code says: run \`npm run openapi\`\n`);
    process.exitCode = 1;
  }
}

function readTextOf(file: URL): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
