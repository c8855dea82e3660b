import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { publishableWorkspaces, root } from './workspaces.js';

/** Each may import those before it, never one after it. */
const layers = ['errors', 'logger', 'resilience', 'http', 'oauth', 'token-store-redis'];

/** Plays the other side: sharing code with what it tests would hide mistakes. */
const emulator = 'emulator';

const packages = [...layers, emulator];

const testsUseEmulator = ['http', 'oauth'];

function mayImport(importer: string, imported: string): boolean {
  return layers.includes(imported) && layers.indexOf(imported) < layers.indexOf(importer);
}

interface Violation {
  path: string;
  message: string;
}

const folders: string[] = [];

/** Lints the given files under our biome.json as if they stood in the repository. */
async function lint(files: Record<string, string>): Promise<Violation[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tt-layers-'));
  folders.push(folder);
  await cp(join(root, 'biome.json'), join(folder, 'biome.json'));
  for (const [path, specifier] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    const code = specifier.includes(' ') || specifier.includes('(') ? specifier : `import '${specifier}';`;
    await writeFile(join(folder, path), `${code}\n`);
  }
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const args = ['lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', '.'];
  // It exits with 1 when it finds something, which is what we are here for.
  const report = await new Promise<string>((resolve) => {
    execFile(biome, args, { cwd: folder }, (_error, stdout) => resolve(stdout));
  });
  return violationsIn(JSON.parse(report));
}

function violationsIn(report: {
  diagnostics: { category: string; severity: string; message: unknown; location?: { path?: unknown } }[];
}): Violation[] {
  return report.diagnostics
    .filter(({ category, severity }) => category === 'lint/style/noRestrictedImports' && severity === 'error')
    .map(({ message, location }) => ({
      path: String(location?.path ?? '').replace(/^\.\//, ''),
      message: JSON.stringify(message),
    }));
}

async function refusedOf(files: Record<string, string>): Promise<string[]> {
  return (await lint(files)).map(({ path }) => path).sort();
}

afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
});

describe('the lint rule for imports', () => {
  test('refuses every import that does not run downward, and no other', async () => {
    const files: Record<string, string> = {};
    const expected: string[] = [];
    for (const importer of packages) {
      for (const imported of packages) {
        const path = `packages/${importer}/src/uses-${imported}.ts`;
        files[path] = `@tt/${imported}`;
        if (!mayImport(importer, imported)) {
          expected.push(path);
        }
      }
    }
    expect(expected).toHaveLength(34);
    expect(await refusedOf(files)).toEqual(expected.sort());
  });

  test('lets tests use the emulator where they play against it, and still nothing above', async () => {
    const files: Record<string, string> = {};
    const expected: string[] = [];
    for (const importer of packages) {
      for (const imported of packages) {
        const path = `packages/${importer}/src/uses-${imported}.test.ts`;
        files[path] = `@tt/${imported}`;
        if (!(mayImport(importer, imported) || (imported === emulator && testsUseEmulator.includes(importer)))) {
          expected.push(path);
        }
      }
    }
    expect(await refusedOf(files)).toEqual(expected.sort());
  });

  test('lets tests use the tooling, and keeps it out of what is published', async () => {
    const files = Object.fromEntries(
      packages.flatMap((name) => [
        [`packages/${name}/src/store.ts`, '@tt/tooling/redis'],
        [`packages/${name}/src/store.test.ts`, '@tt/tooling/redis'],
      ]),
    );
    expect(await refusedOf(files)).toEqual(packages.map((name) => `packages/${name}/src/store.ts`).sort());
  });

  test('sees every way to import, subpaths included', async () => {
    const files = {
      'packages/errors/src/type.ts': "import type { Logger } from '@tt/logger';\n\nexport type Mine = Logger;",
      'packages/errors/src/re-export.ts': "export { createLogger } from '@tt/logger';",
      'packages/errors/src/dynamic.ts': "export const logger = import('@tt/logger');",
      'packages/errors/src/subpath.ts': '@tt/oauth/testing',
      'packages/errors/src/deep/er/still.ts': '@tt/logger',
      'packages/token-store-redis/src/fine.ts': '@tt/oauth/testing',
    };
    expect(await refusedOf(files)).toEqual(
      Object.keys(files)
        .filter((path) => !path.endsWith('fine.ts'))
        .sort(),
    );
  });

  test('refuses a path into the folder of another workspace, from wherever', async () => {
    const files = {
      'packages/oauth/src/a.ts': '../../errors/src/index.js',
      'packages/oauth/src/b.test.ts': '../../errors/src/index.js',
      'packages/oauth/src/deep/c.ts': '../../../errors/dist/index.js',
      'apps/demo/src/d.ts': '../../../packages/errors/src/index.js',
      'e2e/race/src/e.ts': '../../../packages/oauth/dist/index.js',
      'packages/oauth/src/deep/fine.ts': '../tokens.js',
      'packages/oauth/src/also-fine.ts': './refresh/window.js',
      'apps/demo/src/fine.ts': '@tt/oauth',
    };
    expect(await refusedOf(files)).toEqual(
      Object.keys(files)
        .filter((path) => !path.endsWith('fine.ts'))
        .sort(),
    );
  });

  test('says what the package may import instead', async () => {
    const [violation] = await lint({ 'packages/resilience/src/a.ts': '@tt/http' });
    expect(violation?.message).toContain('This package may import @tt/errors and @tt/logger of ours');
  });
});

describe('the manifests', () => {
  test('name every publishable package that the rule knows', () => {
    const names = publishableWorkspaces().map(({ manifest }) => manifest.name);
    expect(names.sort()).toEqual(packages.map((name) => `@tt/${name}`).sort());
  });

  test.each(publishableWorkspaces().map(({ manifest }) => [manifest.name, manifest] as const))(
    '%s depends only downward',
    (name, manifest) => {
      const importer = name.replace('@tt/', '');
      const ours = (dependencies: Record<string, string> = {}) =>
        Object.keys(dependencies)
          .filter((dependency) => dependency.startsWith('@tt/'))
          .map((dependency) => dependency.replace('@tt/', ''));
      const shipped = [...ours(manifest.dependencies), ...ours(manifest.peerDependencies)];
      expect(shipped.filter((imported) => !mayImport(importer, imported))).toEqual([]);

      const forTests = [...(testsUseEmulator.includes(importer) ? [emulator] : []), 'tooling'];
      const development = ours(manifest.devDependencies).filter((imported) => !forTests.includes(imported));
      expect(development.filter((imported) => !mayImport(importer, imported))).toEqual([]);
    },
  );
});
