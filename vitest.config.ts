import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest.config.ts',
      'apps/*/vitest.config.ts',
      'e2e/*/vitest.config.ts',
      'benchmarks/vitest.config.ts',
      'tooling/vitest.config.ts',
    ],
    // Most of our tests wait for a server or another process; vitest's own default would leave a core idle.
    maxWorkers: availableParallelism(),
  },
});
