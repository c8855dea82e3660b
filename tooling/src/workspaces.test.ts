import { expect, test } from 'vitest';
import { catalog, listWorkspaces, pnpmVersion, publishableWorkspaces } from './workspaces.js';

test('finds the workspaces that pnpm finds', () => {
  const paths = listWorkspaces().map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['packages/errors', 'e2e/consumers', 'tooling']));
  expect(new Set(paths).size).toBe(paths.length);
});

test('publishes nothing but packages/', () => {
  expect(publishableWorkspaces().filter(({ path }) => !path.startsWith('packages/'))).toEqual([]);
});

test('reads the catalog and the pnpm version', () => {
  expect(catalog()).toMatchObject({
    '@types/node': expect.stringMatching(/^\d+\.\d+\.\d+$/),
    vitest: expect.any(String),
  });
  expect(pnpmVersion()).toMatch(/^\d+\.\d+\.\d+$/);
});
