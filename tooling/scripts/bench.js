// @ts-check
import { join } from 'node:path';
import { endOnSignal, run } from '../src/processes.js';
import { SetupError, setup } from '../src/setup.js';
import { root } from '../src/workspaces.js';

endOnSignal();
try {
  await setup();
  await build();
  const main = join(root, 'benchmarks', 'dist', 'main.js');
  const { code } = await run(process.execPath, [main, ...process.argv.slice(2)], { output: 'show' });
  process.exitCode = code;
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
}

async function build() {
  const { code, output } = await run('turbo', [
    'run',
    'build',
    '--filter=@tt/benchmarks...',
    '--output-logs=errors-only',
  ]);
  if (code !== 0) {
    throw new SetupError(`${output.trimEnd()}\n\nThe build failed (exit code ${code}).`);
  }
}
