// @ts-check
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run } from './processes.js';
import { listWorkspaces, pnpmVersion, root } from './workspaces.js';

/** The oldest Node that can `require()` an ES module without a flag. */
const oldestNode = [20, 19];

/** A failure whose message says all there is to say: shown without a stack. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/**
 * Makes a fresh clone ready for work: the right Node, every dependency installed, and node_modules/.bin on PATH.
 * Costs a few milliseconds when there is nothing to do.
 */
export async function setup() {
  checkNode(process.versions.node);
  process.env.PATH = `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH ?? ''}`;
  process.env.TURBO_TELEMETRY_DISABLED = '1';
  process.env.DO_NOT_TRACK = '1';
  // Where we were started by `npx --package node@24 --call '...'`, its options would be taken for those of our own npx.
  delete process.env.npm_config_call;
  delete process.env.npm_config_package;
  if (!isInstalled()) {
    await install();
  }
}

/**
 * @param {string} version As `process.versions.node` has it.
 */
export function checkNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new SetupError(`Node ${oldestNode.join('.')} or later is needed; this is ${version}. See https://nodejs.org`);
  }
}

/** pnpm writes the lockfile it installed to node_modules/.pnpm as its last act. */
function isInstalled() {
  const wanted = join(root, 'pnpm-lock.yaml');
  const installed = join(root, 'node_modules', '.pnpm', 'lock.yaml');
  return (
    existsSync(installed) &&
    readFileSync(installed, 'utf8') === readFileSync(wanted, 'utf8') &&
    listWorkspaces().every(
      ({ path, manifest }) =>
        (manifest.dependencies === undefined && manifest.devDependencies === undefined) ||
        existsSync(join(root, path, 'node_modules')),
    )
  );
}

async function install() {
  console.error('Installing dependencies ...');
  const { code, output } = await run(
    'npx',
    [
      '--yes',
      `pnpm@${pnpmVersion()}`,
      '--dir',
      root,
      'install',
      '--frozen-lockfile',
      // A node_modules that another package manager left behind is replaced, not asked about.
      '--config.confirm-modules-purge=false',
    ],
    // Here npx would find the pnpm in our own node_modules, which then might have to replace itself.
    { cwd: tmpdir() },
  );
  if (code !== 0) {
    throw new SetupError(`${output.trimEnd()}\n\nInstalling the dependencies failed (exit code ${code}); try again.`);
  }
}
