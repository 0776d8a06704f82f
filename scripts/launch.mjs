#!/usr/bin/env node
// Runs the repository's commands on whatever Node is there (18 or newer): fetches Node 24 and pnpm from the npm
// registry where they are missing, installs the dependencies when the lock file changed, then hands over. Where
// everything is in place it does nothing but hand over. Written without dependencies for old Nodes.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR = 24;
const PNPM_MAJOR = 12;
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const toolchain = join(root, '.alo', 'toolchain');
const [verb = '', ...args] = process.argv.slice(2);

/** What each verb runs, as arguments of Node. */
const verbs = {
  alo: () => [['cli/bin/alo.mjs', ...args]],
  test: () => [['node_modules/vitest/vitest.mjs', 'run', ...args]],
  openapi: () => [
    ['server/openapi.ts'],
    [
      'sdk/node_modules/openapi-typescript/bin/cli.js',
      'openapi/openapi.json',
      '-o',
      'sdk/src/generated/api.ts',
      // A field with a default may be left out of a request.
      '--default-non-nullable=false',
    ],
  ],
  'wallet-crash': () => [['core/wallet/testing/main.ts', ...args]],
  sim: () => [['voice/simulator/sim.ts', ...args]],
  soak: () => [['voice/bench/soak.ts', ...args]],
  'bench-voice': () => [['voice/bench/main.ts', ...args]],
  turns: () => [['voice/turn-taking/turns.ts', ...args]],
  audit: () => [['scripts/audit.mjs', ...args]],
  check: () => [['scripts/check.mjs', ...args]],
  exec: () => [[binary(args[0] ?? ''), ...args.slice(1)]],
};

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(`aló: ${text}`);
  process.exit(1);
}

/** The file behind a dependency's command. */
function binary(name) {
  const manifest = JSON.parse(
    readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
  );
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[name];
  return join('node_modules', name, bin);
}

function installToolchain() {
  const node = join(
    toolchain,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const pnpm = join(toolchain, 'node_modules', '.bin', 'pnpm');
  if (!existsSync(node) || !existsSync(pnpm)) {
    say(`aló: descargando Node ${NODE_MAJOR} y pnpm ${PNPM_MAJOR} (solo la primera vez)…`);
    mkdirSync(toolchain, { recursive: true });
    writeFileSync(join(toolchain, 'package.json'), '{ "private": true }\n');
    const npm = spawnSync(
      'npm',
      [
        'install',
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--loglevel=error',
        `node@${NODE_MAJOR}`,
        `pnpm@${PNPM_MAJOR}`,
      ],
      { cwd: toolchain, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
    );
    if (npm.status !== 0 || !existsSync(node))
      fail('npm no pudo instalar Node y pnpm. ¿Hay conexión con el registro de npm?');
  }
  return { node, binDir: join(toolchain, 'node_modules', '.bin') };
}

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR)
    return { node: process.execPath, binDir: undefined };
  return installToolchain();
}

function hasPnpm(environment) {
  const found = spawnSync('pnpm', ['--version'], {
    cwd: root,
    env: environment,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return found.status === 0 && Number(found.stdout.split('.')[0]) >= PNPM_MAJOR;
}

function withPath(binDir) {
  const separator = process.platform === 'win32' ? ';' : ':';
  return {
    ...process.env,
    ...(binDir ? { PATH: `${binDir}${separator}${process.env.PATH ?? ''}` } : {}),
  };
}

/** Installs the dependencies when they are not those of the lock file. */
function installDependencies(node, environment) {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  const wanted = hash.digest('hex');
  const marker = join(root, 'node_modules', '.alo-installed');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  const pnpmEnvironment = hasPnpm(environment) ? environment : withPath(installToolchain().binDir);
  say('aló: instalando dependencias…');
  const install = spawnSync(
    'pnpm',
    ['install', '--frozen-lockfile', '--reporter=append-only', '--loglevel=warn'],
    {
      cwd: root,
      // Answers pnpm's questions (a node_modules of another version) where nobody can.
      env: { ...pnpmEnvironment, CI: 'true' },
      stdio: ['ignore', 2, 2],
      shell: process.platform === 'win32',
    },
  );
  if (install.status !== 0) fail('pnpm no pudo instalar las dependencias.');
  say('aló: preparando la base de datos…');
  const prepared = spawnSync(node, ['scripts/prepare.ts'], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 2, 2],
  });
  if (prepared.status !== 0) fail('no se pudo preparar la base de datos.');
  writeFileSync(marker, wanted);
}

function run(node, environment, command) {
  return new Promise((resolve) => {
    const child = spawn(node, command, { cwd: root, env: environment, stdio: 'inherit' });
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    process.on('SIGHUP', forward);
    // The terminal sends Ctrl-C to the child as well: it decides.
    process.on('SIGINT', () => undefined);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 1)));
  });
}

const commands = verbs[verb];
if (!commands) fail(`no conozco «${verb}»; hay: ${Object.keys(verbs).join(', ')}`);
const { node, binDir } = findNode();
const environment = { ...withPath(binDir), ALO_CWD: process.env.INIT_CWD ?? process.cwd() };
installDependencies(node, environment);
for (const command of commands()) {
  const code = await run(node, environment, command);
  if (code !== 0) process.exit(code);
}
