// The walks through real VS Code in a real browser: one file after the other, and no test runs after one that failed.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/ui/**/*.ui.ts'],
    setupFiles: ['test/ui/onFailure.ts'],
    pool: 'forks',
    fileParallelism: false,
    bail: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
