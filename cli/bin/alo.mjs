#!/usr/bin/env node
// The built program where there is one; in the repository, its TypeScript source.
import { existsSync } from 'node:fs';

const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  await main();
} else {
  const { register } = await import('tsx/esm/api');
  register();
  const { main } = await import(new URL('../src/main.ts', import.meta.url).href);
  await main();
}
