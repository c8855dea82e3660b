// @ts-check
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endOnSignal, releaseSignals, run } from '../src/processes.js';
import { SetupError, setup } from '../src/setup.js';
import { root } from '../src/workspaces.js';

const entry = join(root, 'apps', 'demo', 'dist', 'main.js');

endOnSignal();
try {
  await setup();
  await build();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}
// In this very process, so that there is no grandchild that could outlive it. From here on the demo answers signals.
releaseSignals();
await import(pathToFileURL(entry).href);

async function build() {
  if (!existsSync(entry)) {
    console.error('Building ...');
  }
  const { code, output } = await run('turbo', ['run', 'build', '--filter=@tt/demo...', '--output-logs=errors-only']);
  if (code !== 0) {
    throw new SetupError(`${output.trimEnd()}\n\nThe build failed (exit code ${code}).`);
  }
}
