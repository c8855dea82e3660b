import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What people install, as the build left it; the build runs before the tests. */
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tt-logger-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Starts a program that has both builds of this package. */
async function start(
  program: string,
  stdout: 'pipe' | number = 'pipe',
  env: NodeJS.ProcessEnv = {},
): Promise<ChildProcess> {
  const file = join(folder, `program-${Math.random().toString(36).slice(2)}.mjs`);
  await writeFile(
    file,
    `import { createRequire } from 'node:module';
    import * as esm from ${JSON.stringify(join(dist, 'index.js'))};
    const cjs = createRequire(import.meta.url)(${JSON.stringify(join(dist, 'index.cjs'))});
    ${program}`,
  );
  const { NODE_ENV: _nodeEnv, TIKTOK_LOG_LEVEL: _level, ...rest } = process.env;
  return spawn(process.execPath, [file], { stdio: ['ignore', stdout, 'pipe'], env: { ...rest, ...env } });
}

async function outcome(child: ChildProcess, { readAfterMs = 0 } = {}) {
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const texts = { stdout: '', stderr: '' };
  child.stderr?.on('data', (chunk) => {
    texts.stderr += chunk;
  });
  // Until then the pipe fills up and stays full.
  if (readAfterMs > 0) await sleep(readAfterMs);
  child.stdout?.setEncoding('utf8').on('data', (chunk) => {
    texts.stdout += chunk;
  });
  return { exitCode: await closed, ...texts };
}

const numbers = (text: string): number[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).number);

const upTo = (count: number): number[] => Array.from({ length: count }, (_item, number) => number);

describe('no line is lost', () => {
  // Some 4 MB, sixty times what a pipe holds.
  const lines = 20_000;
  const logAll = `for (let number = 0; number < ${lines}; number++) {
    esm.tiktokLogger.info('line', { number, text: 'x'.repeat(100) });
  }`;

  it.each([
    ['process.exit right after', 'process.exit(3);', 3],
    ['the natural end', '', 0],
    ['an exception that nobody catches', 'throw new Error("end");', 1],
    ['a rejection that nobody catches', 'Promise.reject(new Error("end"));', 1],
    ['both builds in turn', 'cjs.tiktokLogger.info("last", { number: 20000 }); process.exit(0);', 0],
  ])(
    'to a pipe that is read slowly, with %s',
    async (_name, end, exitCode) => {
      const child = await start(`${logAll}\n${end}`);
      const result = await outcome(child, { readAfterMs: 400 });
      expect(result.exitCode).toBe(exitCode);
      const expected = end.includes('20000') ? lines + 1 : lines;
      expect(numbers(result.stdout)).toEqual(upTo(expected));
    },
    30_000,
  );

  it('to a file, with process.exit right after', async () => {
    const path = join(folder, 'out.log');
    const file = openSync(path, 'w');
    const { exitCode } = await outcome(await start(`${logAll}\nprocess.exit(0);`, file));
    closeSync(file);
    expect(exitCode).toBe(0);
    expect(numbers(readFileSync(path, 'utf8'))).toEqual(upTo(lines));
  }, 30_000);

  it('of the last words before a process ends, pretty ones too', async () => {
    const child = await start(`esm.tiktokLogger.error('last words', new Error('e')); process.exit(1);`, 'pipe', {
      NODE_ENV: 'development',
    });
    const { stdout } = await outcome(child);
    expect(stdout).toMatch(/^\[[^\]]+\] \[TikTok\] \[ERROR\] last words\n\{\n {2}error: Error: e\n/);
  });

  it('and none waits behind a full pipe for as long as the program runs', async () => {
    const child = await start(`${logAll}
      // It goes on while the pipe is full.
      process.stderr.write('went on');
      setTimeout(() => undefined, 800);`);
    const result = await outcome(child, { readAfterMs: 400 });
    expect(result.stderr).toBe('went on');
    expect(numbers(result.stdout)).toEqual(upTo(lines));
  }, 30_000);
});

it('a reader that goes away ends nothing', async () => {
  const child = await start(`
    for (let number = 0; number < 3; number++) {
      esm.tiktokLogger.info('line', { number });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    process.stderr.write('survived');`);
  child.stdout?.once('data', () => child.stdout?.destroy());
  const { exitCode, stderr } = await outcome(child);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'survived' });
});

it('the ESM and the CommonJS build share one correlation context', async () => {
  const { stdout } = await outcome(
    await start(`
    const seen = [];
    await esm.withCorrelationId('from-esm', async () => {
      await null;
      seen.push(cjs.currentCorrelationId());
      cjs.tiktokLogger.info('m');
      cjs.withCorrelationId('from-cjs', () => seen.push(esm.currentCorrelationId()));
      seen.push(cjs.currentCorrelationId());
    });
    seen.push(esm.currentCorrelationId() ?? 'none');
    console.log(JSON.stringify({ seen, two: esm.withCorrelationId !== cjs.withCorrelationId }));`),
  );
  const [line, result] = stdout.trim().split('\n');
  expect(JSON.parse(line ?? '')).toMatchObject({ correlationId: 'from-esm' });
  expect(JSON.parse(result ?? '')).toEqual({ seen: ['from-esm', 'from-cjs', 'from-esm', 'none'], two: true });
});

it('importing it does nothing: no output, no listener, no global, and the environment may still be set', async () => {
  const { stdout } = await outcome(
    await start(`
    const before = { listeners: process.listeners('exit').filter(({ name }) => name !== 'handleProcessExit').length, symbols: Object.getOwnPropertySymbols(globalThis).filter((symbol) => String(symbol).includes('@tt')).length };
    process.env.TIKTOK_LOG_LEVEL = 'error';
    const child = esm.tiktokLogger.child({ a: 1 });
    process.env.TIKTOK_LOG_LEVEL = 'debug';
    child.debug(JSON.stringify(before));`),
  );
  expect(JSON.parse(JSON.parse(stdout).msg)).toEqual({ listeners: 0, symbols: 0 });
});

it('a TIKTOK_LOG_LEVEL that is none is reported, and costs no line', async () => {
  const child = await start(`esm.tiktokLogger.debug('d'); esm.tiktokLogger.info('i');`, 'pipe', {
    TIKTOK_LOG_LEVEL: 'loud',
  });
  const { exitCode, stdout } = await outcome(child);
  expect(exitCode).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([
    { level: 'error', msg: 'TIKTOK_LOG_LEVEL is "loud"; expected DEBUG, INFO, WARN, ERROR or 0 to 3' },
    { level: 'info', msg: 'i' },
  ]);
});

it('its types name no package but @tt/errors', () => {
  for (const file of ['index.d.ts', 'index.d.cts']) {
    const imported = [
      ...withoutComments(readFileSync(join(dist, file), 'utf8')).matchAll(/(?:from|import\()\s*'([^']+)'/g),
    ];
    expect(new Set(imported.map(([, name]) => name))).toEqual(new Set(['@tt/errors']));
  }
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '');
}
