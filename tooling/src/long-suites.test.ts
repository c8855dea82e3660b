import { expect, test } from 'vitest';
import { longSuites } from './long-suites.js';

test('finds the suites that look at the variable, and no others', () => {
  const suites = longSuites();
  expect(suites).toContain('packages/http/src/soak.test.ts');
  expect(suites).not.toContain('packages/http/src/tiktok-http.test.ts');
  expect(suites.every((path) => /^(packages|apps|e2e|tooling)\/.*\.test\.ts$/.test(path))).toBe(true);
});
