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
      restoreMocks: true,
      unstubEnvs: true,
      ...overrides,
    },
  });
}
