import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@tt/tooling/processes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { published } from './published.js';

const { packages } = published();

/** What packages are built on must not reach their users' types, so that it can be replaced. */
const thirdParties = ['opossum', 'pino', 'lossless-json', 'ioredis', 'undici', 'express'];

const mayMention: Record<string, string[]> = { '@tt/token-store-redis': ['ioredis'] };

describe.each(packages)('the tarball of $manifest.name', ({ manifest, tarball }) => {
  let folder: string;
  let files: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tt-tarball-'));
    const { code, output } = await run('tar', ['-xzf', tarball, '-C', folder]);
    expect(code, output).toBe(0);
    files = (await readdir(join(folder, 'package'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'package').length + 1));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test('holds what a user needs', () => {
    const needed = [
      'README.md',
      'LICENSE',
      'package.json',
      ...['js', 'cjs', 'd.ts', 'd.cts'].map((end) => `dist/index.${end}`),
    ];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
  });

  test('holds nothing else', () => {
    const strangers = files.filter((file) => !/^(README\.md|LICENSE|CHANGELOG\.md|package\.json|dist\/.+)$/.test(file));
    expect(strangers).toEqual([]);
    expect(files.filter((file) => /\.test\.|vitest|fixture/.test(file))).toEqual([]);
  });

  test('names no workspace version', async () => {
    expect(await readFile(join(folder, 'package', 'package.json'), 'utf8')).not.toMatch(/"(workspace|catalog):/);
  });

  test("keeps third parties' types out of its own", async () => {
    const forbidden = thirdParties.filter((name) => !mayMention[manifest.name]?.includes(name));
    const mention = new RegExp(`(from|import\\(|require\\(|types=)\\s*['"](${forbidden.join('|')})['"/]`);
    const declarations = files.filter((file) => /\.d\.c?ts$/.test(file));
    expect(declarations.length).toBeGreaterThanOrEqual(2);
    for (const file of declarations) {
      const lines = (await readFile(join(folder, 'package', file), 'utf8')).split('\n');
      expect(
        // An example in a comment may use what it likes.
        lines.filter((line) => mention.test(line) && !/^\s*\*/.test(line)),
        file,
      ).toEqual([]);
    }
  });
});
