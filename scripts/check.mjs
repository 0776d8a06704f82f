// `npm run check`: everything but the tests, in one go; every fault is printed before it fails.
import { spawnSync } from 'node:child_process';

const checks = [
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['lint', ['node_modules/oxlint/bin/oxlint']],
  ['format', ['node_modules/oxfmt/bin/oxfmt', '--check', '.']],
  [
    'dependency arrows',
    [
      'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      '.',
    ],
  ],
  ['unused code', ['node_modules/knip/bin/knip.js']],
  ['openapi drift', ['server/openapi.ts', '--check']],
  [
    'openapi lint',
    [
      'node_modules/@redocly/cli/bin/cli.js',
      'lint',
      'openapi/openapi.json',
      '--config',
      'openapi/redocly.yaml',
    ],
  ],
];

const failed = [];
for (const [name, command] of checks) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join(', ')}\n`);
  process.exit(1);
}
