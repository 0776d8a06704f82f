#!/usr/bin/env node
// The built program where there is one. In the repository its TypeScript source, which Node runs as it is; only the
// screens (.tsx) have to be compiled on the way, and no plain command loads one.
import { existsSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';

const built = new URL('../dist/main.js', import.meta.url);
const source = new URL('../src/main.ts', import.meta.url);

if (!existsSync(built)) {
  const require = createRequire(import.meta.url);
  registerHooks({
    load(url, context, next) {
      if (!url.endsWith('.tsx')) return next(url, context);
      const { source: code } = next(url, { ...context, format: 'module' });
      const compiled = require('esbuild').transformSync(String(code), {
        loader: 'tsx',
        jsx: 'automatic',
      });
      return { format: 'module', shortCircuit: true, source: compiled.code };
    },
  });
}
const { main } = await import((existsSync(built) ? built : source).href);
await main();
