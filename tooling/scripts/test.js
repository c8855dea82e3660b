// @ts-check
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { longSuites } from '../src/long-suites.js';
import { packPackages } from '../src/pack.js';
import { endOnSignal, run } from '../src/processes.js';
import { findRedisServer } from '../src/redis.js';
import { SetupError, setup } from '../src/setup.js';
import { begin, formatSeconds, show } from '../src/steps.js';
import { leftOut, sumUp, tallyVitest } from '../src/summary.js';
import { listWorkspaces, root } from '../src/workspaces.js';

const startedAt = performance.now();

/** `npm run test:long`: the same, with every suite that has a long form in it. */
const long = process.argv.includes('--long');
if (long) {
  process.env.TT_LONG = '1';
}

/** What the last line adds up: one entry for each check, one for all the tests. @type {import('../src/summary.js').Counts[]} */
const parts = [];

endOnSignal();
const temporary = await mkdtemp(join(tmpdir(), 'tt-test-'));
try {
  await setup();
  await runEverything();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  parts.push({ passed: 0, failed: 1 });
} finally {
  await rm(temporary, { recursive: true, force: true });
}
const { line, exitCode } = sumUp(parts);
console.log(`\nin ${formatSeconds(performance.now() - startedAt)}`);
console.log(long ? `in their long form: ${longSuites().join(', ')}` : leftOut(longSuites()));
console.log(line);
process.exitCode = exitCode;

async function runEverything() {
  // Installing Redis waits for the network, so it runs beside the steps that need the processor.
  const redis = begin('redis-server', async () => {
    process.env.REDIS_SERVER = await findRedisServer();
    return { ok: true, output: '' };
  });
  const lint = command('format, lint and the one-way import rule (biome)', 'biome', [
    'check',
    '--error-on-warnings',
    '.',
  ]);
  const knip = command('unused files, exports and dependencies (knip)', 'knip', []);
  await check(lint);
  await check(knip);

  const built = await check(command('build', 'turbo', ['run', 'build', '--continue', '--output-logs=errors-only']));
  await check(command('types', 'turbo', ['run', 'typecheck', '--continue', '--output-logs=errors-only']));
  await check(redis);

  if (built) {
    await checkPackages();
  } else {
    await check(begin('pack, publint and attw', async () => ({ ok: false, output: 'not run: the build failed' })));
  }
  await runTests();
}

/** Packs what would be published, and checks each tarball. The tests install the same tarballs. */
async function checkPackages() {
  /** @type {import('../src/pack.js').PackedPackage[]} */
  let packages = [];
  const packing = begin('pack', async () => {
    packages = await packPackages(temporary);
    process.env.TT_PACKED = temporary;
    return { ok: true, output: '' };
  });
  if (!(await check(packing))) {
    return;
  }
  const bin = join(root, 'tooling', 'node_modules', '.bin');
  for (const { manifest, tarball } of packages) {
    const publint = command(`publint ${manifest.name}`, join(bin, 'publint'), ['run', tarball, '--strict']);
    const attw = command(`attw ${manifest.name}`, join(bin, 'attw'), [tarball, '--profile', 'node16', '--no-emoji']);
    await check(publint);
    await check(attw);
  }
}

/** One vitest for all workspaces. Its report is for us, its usual output for the reader. */
async function runTests() {
  process.stdout.write('\n# tests (vitest)\n');
  const reportFile = join(temporary, 'vitest.json');
  const { code } = await run(
    'vitest',
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
    { output: 'show' },
  );
  /** @type {import('../src/summary.js').VitestReport | undefined} */
  const report = await readFile(reportFile, 'utf8').then(JSON.parse, () => undefined);
  const projects = listWorkspaces().map(({ path, manifest }) => ({ name: manifest.name, folder: join(root, path) }));
  const tally = tallyVitest({ report, exitCode: code, projects });
  for (const problem of tally.problems) {
    console.log(`FAILED: ${shorten(problem)}`);
  }
  for (const test of tally.skipped) {
    console.log(`skipped: ${shorten(test)}`);
  }
  parts.push(tally);
}

/**
 * @param {string} name
 * @param {string} program
 * @param {string[]} args
 */
function command(name, program, args) {
  return begin(name, async () => {
    const { code, output } = await run(program, args);
    return { ok: code === 0, output };
  });
}

/** @param {import('../src/steps.js').Step} step */
async function check(step) {
  const ok = await show(step);
  parts.push(ok ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  return ok;
}

/** @param {string} text A line that begins with an absolute path. */
function shorten(text) {
  return text.startsWith(root) ? relative(root, text) : text;
}
