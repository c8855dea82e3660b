import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RedisServer, startRedis } from '@tt/tooling/redis';
import { catalog, root } from '@tt/tooling/workspaces';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importedPackages, installedPackages } from './code-blocks.js';
import { type Consumer, createConsumer } from './consumer.js';
import { type RunningEmulator, startEmulator } from './emulator-process.js';
import { published } from './published.js';
import { type ReadmeBlock, readmeBlocks, readmePaths } from './readmes.js';

const { registryUrl, packages } = published();

/** A block that serves something never ends by itself: it passes if it is still alive after this time. */
const serverAliveMs = 3_000;

const blockWithinMs = 20_000;

const blocks = readmeBlocks();
const examples = blocks.filter(({ language }) => language === 'ts');
const ours = packages.map(({ manifest }) => manifest.name);

/** What an example may import besides ours, each with the types it needs. */
const companions: Record<string, string[]> = {
  express: ['express', '@types/express'],
  ioredis: ['ioredis'],
  vitest: ['vitest'],
};

function title({ readme, line }: ReadmeBlock): string {
  return `${readme}:${line}`;
}

/** Where a block stands in the consumer's project. Its lines keep the numbers they have in the README. */
function fileOf({ readme, line, code }: ReadmeBlock): string {
  const name = `${readme.replace(/\/?README\.md$/, '').replaceAll('/', '-') || 'root'}-${line}`;
  return code.includes("from 'vitest'") ? `${name}.test.ts` : `${name}.mts`;
}

function sourceOf({ line, code }: ReadmeBlock): string {
  return `${'\n'.repeat(line - 1)}${code}`;
}

describe('every README', () => {
  test.each(readmePaths())('%s exists', (readme) => {
    expect(existsSync(join(root, readme)), `${readme} is missing`).toBe(true);
  });

  test.each(readmePaths().filter((readme) => readme.startsWith('packages/')))('%s has an example', (readme) => {
    expect(
      examples.some((block) => block.readme === readme),
      `${readme} has no \`ts\` block`,
    ).toBe(true);
  });

  test('tells people to install only what there is', () => {
    const known = [...ours, ...Object.values(companions).flat()];
    const unknown = blocks
      .filter(({ language }) => ['sh', 'bash', 'shell', 'console'].includes(language))
      .flatMap((block) =>
        installedPackages(block.code)
          .filter((name) => !known.includes(name))
          .map((name) => `${title(block)}: ${name}`),
      );
    expect(unknown).toEqual([]);
  });

  test('imports only what there is', () => {
    const known = [...ours, ...Object.keys(companions)];
    const unknown = examples.flatMap((block) =>
      importedPackages(block.code)
        .filter((name) => !known.includes(name))
        .map((name) => `${title(block)}: ${name}`),
    );
    expect(unknown).toEqual([]);
  });
});

describe('the examples of the READMEs', () => {
  let consumer: Consumer;
  let redis: RedisServer;
  let emulator: RunningEmulator;

  beforeAll(async () => {
    const versions = catalog();
    const imported = new Set(examples.flatMap(({ code }) => importedPackages(code)));
    const extras = [
      '@types/node',
      ...Object.keys(companions).flatMap((name) => (imported.has(name) ? (companions[name] ?? []) : [])),
    ];
    consumer = await createConsumer(registryUrl, [
      ...ours,
      ...extras.map((name) => `${name}@${versions[name] ?? 'latest'}`),
    ]);
    [redis, emulator] = await Promise.all([startRedis(), startEmulator(consumer)]);
    for (const block of examples) {
      await consumer.write(fileOf(block), sourceOf(block));
    }
  });

  afterAll(async () => {
    await Promise.all([redis?.stop(), emulator?.stop()]);
    await consumer?.remove();
  });

  function environment(): NodeJS.ProcessEnv {
    return {
      TIKTOK_API_BASE_URL: emulator.url,
      TIKTOK_AUTHORIZE_BASE_URL: emulator.url,
      TIKTOK_CLIENT_KEY: emulator.clientKey,
      TIKTOK_CLIENT_SECRET: emulator.clientSecret,
      TIKTOK_REDIRECT_URI: 'http://localhost:3000/auth/tiktok/callback',
      REDIS_URL: redis.url,
      SESSION_SECRET: randomBytes(32).toString('base64'),
      TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      PORT: '0',
    };
  }

  test('compile, in strict mode', async () => {
    await consumer.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          lib: ['es2023'],
          types: ['node'],
          module: 'nodenext',
          moduleResolution: 'nodenext',
          moduleDetection: 'force',
          strict: true,
          skipLibCheck: true,
          noEmit: true,
        },
        files: examples.map(fileOf),
      }),
    );
    const compiler = join(root, 'e2e', 'consumers', 'node_modules', 'typescript', 'bin', 'tsc');
    const { code, output } = await consumer.run('node', [compiler, '--pretty', 'false']);
    expect(code, withReadmePlaces(output)).toBe(0);
  });

  test.each(examples.map((block) => [title(block), block] as const))('%s runs', async (_title, block) => {
    const { code, output, timedOut } = await runExample(block);
    const serves = block.code.includes('.listen(');
    expect(serves && timedOut ? 0 : code, `${timedOut ? `not over after ${blockWithinMs} ms\n` : ''}${output}`).toBe(0);
  });

  function runExample(block: ReadmeBlock) {
    const file = fileOf(block);
    if (file.endsWith('.test.ts')) {
      const args = ['node_modules/vitest/vitest.mjs', 'run', file, '--root', '.'];
      return consumer.run('node', args, { env: environment(), timeoutMs: blockWithinMs });
    }
    return runScript(block, file);
  }

  async function runScript(block: ReadmeBlock, file: string) {
    const { outputText } = ts.transpileModule(sourceOf(block), {
      fileName: file,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        inlineSourceMap: true,
        inlineSources: true,
      },
    });
    const script = file.replace(/\.mts$/, '.mjs');
    await consumer.write(script, outputText);
    return consumer.run('node', ['--enable-source-maps', script], {
      env: environment(),
      timeoutMs: block.code.includes('.listen(') ? serverAliveMs : blockWithinMs,
    });
  }

  /** The compiler speaks of the consumer's files; people look for the README. */
  function withReadmePlaces(output: string): string {
    return examples.reduce((text, block) => text.replaceAll(`${fileOf(block)}(`, `${block.readme}(`), output);
  }
});
