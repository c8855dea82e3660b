// @ts-check
import { join } from 'node:path';
import { endOnSignal, run } from './processes.js';
import { SetupError, setup } from './setup.js';
import { root } from './workspaces.js';

/**
 * Builds a workspace with all that it stands on, and runs its `dist/main.js` with the arguments this process was given.
 * Whatever goes wrong is the exit code.
 *
 * @param {object} workspace
 * @param {string} workspace.name
 * @param {string} workspace.path Its folder from the root of the repository.
 */
export async function runBuilt({ name, path }) {
  endOnSignal();
  try {
    await setup();
    await build(name);
    const main = join(root, path, 'dist', 'main.js');
    const { code } = await run(process.execPath, [main, ...process.argv.slice(2)], { output: 'show' });
    process.exitCode = code;
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}

/** @param {string} name */
async function build(name) {
  const { code, output } = await run('turbo', ['run', 'build', `--filter=${name}...`, '--output-logs=errors-only']);
  if (code !== 0) {
    throw new SetupError(`${output.trimEnd()}\n\nThe build failed (exit code ${code}).`);
  }
}
