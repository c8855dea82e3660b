import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What people install, as the build left it; the build runs before the tests. */
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tt-errors-'));
  cpSync(dist, join(folder, 'other'), { recursive: true });
  writeFileSync(join(folder, 'other', 'package.json'), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program of its own over three copies: the ESM build, the CommonJS build, and another installed one. */
function run(program: string): unknown {
  const file = join(folder, 'program.mjs');
  writeFileSync(
    file,
    `import { createRequire } from 'node:module';
    import { inspect } from 'node:util';
    import * as esm from ${JSON.stringify(join(dist, 'index.js'))};
    import * as other from './other/index.js';
    const cjs = createRequire(import.meta.url)(${JSON.stringify(join(dist, 'index.cjs'))});
    const copies = { esm, cjs, other };
    ${program}`,
  );
  return JSON.parse(execFileSync(process.execPath, [file], { encoding: 'utf8' }));
}

describe('errors of three copies in one process', () => {
  it('are three classes whose errors know each other', () => {
    const known = run(`
      const known = {};
      for (const [maker, { TikTokError }] of Object.entries(copies)) {
        const error = new TikTokError('m', { type: 'API_ERROR', correlationId: 'c-1' });
        for (const [reader, { TikTokError: Class }] of Object.entries(copies)) {
          known[maker + ' by ' + reader] = [Class.isInstance(error), error instanceof Class];
        }
      }
      console.log(JSON.stringify(known));`);
    const names = ['esm', 'cjs', 'other'];
    const expected = names.flatMap((maker) =>
      names.map((reader) => [`${maker} by ${reader}`, [true, maker === reader]] as const),
    );
    expect(known).toEqual(Object.fromEntries(expected));
  });

  it('keep their secrets as each other’s causes, and print as well', () => {
    const texts = run(`
      const error = new cjs.TikTokError('outer', { type: 'API_ERROR', cause:
        new esm.TikTokError('between', { type: 'API_ERROR', cause:
          new other.TikTokError('inner', { type: 'API_ERROR', cause: new Error('act.c4n4ry') }) }) });
      console.log(JSON.stringify([inspect(error, { depth: 9 }), JSON.stringify(error), JSON.stringify(esm.redact({ error }))]));`);
    for (const text of texts as string[]) {
      for (const part of ['outer', 'between', 'inner', 'act.[redacted]']) expect(text).toContain(part);
      expect(text).not.toContain('c4n4ry');
    }
  });

  it('are called by their name, not by one of the bundler’s', () => {
    expect(
      run(`console.log(JSON.stringify(Object.values(copies).map(({ TikTokError }) => TikTokError.name)))`),
    ).toEqual(['TikTokError', 'TikTokError', 'TikTokError']);
  });
});

it('an error that nobody catches is printed without its secrets', () => {
  const file = join(folder, 'uncaught.mjs');
  writeFileSync(
    file,
    `import { networkError, storeError } from './other/index.js';
    const cause = Object.assign(new Error('connect failed for Bearer c4n4ry'), { config: { client_secret: 'c4n4ry' } });
    throw storeError('outer', { cause: networkError(cause) });`,
  );
  const { stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(stderr).toContain('TikTokError: outer\n    at ');
  expect(stderr).toContain('[cause]: TikTokError: The connection to TikTok ended');
  // Node asks no getters there, so what is not ours is not shown at all.
  expect(stderr).toContain('[cause]: [Getter/Setter]');
  expect(stderr).not.toContain('c4n4ry');
});
