/**
 * Writes the public contract, `openapi/openapi.json`, from the routes. With `--check` it writes nothing
 * and fails if the committed file is not what the routes say.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describeApi } from '@alo/api';

const target = new URL('../openapi/openapi.json', import.meta.url);
const text = `${JSON.stringify(await describeApi(), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    process.stderr.write(
      'openapi/openapi.json is not what the routes say: run `npm run openapi`\n',
    );
    process.exitCode = 1;
  }
} else {
  mkdirSync(new URL('.', target), { recursive: true });
  writeFileSync(target, text);
}
