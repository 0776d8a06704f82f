import { defineConfig } from 'vitest/config';

// Programs under test behave as they do for a person: Ink draws every frame, terminals have colours.
delete process.env['CI'];

export default defineConfig({
  test: {
    include: ['**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/dist/**', '.alo/**'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { requireAssertions: true },
    maxWorkers: 2,
  },
});
