// @ts-check
import { defineConfig } from 'vitest/config';

/**
 * The vitest settings all workspaces share.
 *
 * @param {import('vitest/config').ViteUserConfig['test']} [overrides]
 */
export function testConfig(overrides = {}) {
  return defineConfig({
    test: {
      include: ['src/**/*.test.ts'],
      // Nothing here waits for a clock; a slow machine, or one that is shared, must not look like a failure.
      testTimeout: 20_000,
      hookTimeout: 30_000,
      restoreMocks: true,
      unstubEnvs: true,
      ...overrides,
    },
  });
}
