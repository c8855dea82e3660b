// @ts-check
import { join } from 'node:path';
import { endOnSignal, run } from '../src/processes.js';
import { SetupError, setup } from '../src/setup.js';
import { root } from '../src/workspaces.js';

endOnSignal();
try {
  await setup();
  const { code } = await run('turbo', ['run', 'build', '--filter=@tt/demo...', '--output-logs=errors-only'], {
    output: 'show',
  });
  if (code !== 0) {
    throw new SetupError(`The build failed (exit code ${code}).`);
  }
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exit(1);
}

// Every package rebuilds itself; node watches all that the demo imports, the other packages' dist folders included.
await Promise.race([
  run('turbo', ['run', 'dev', '--filter=@tt/demo...', '--concurrency=32', '--output-logs=new-only'], {
    output: 'show',
  }),
  run(process.execPath, ['--watch', '--watch-preserve-output', join(root, 'apps', 'demo', 'dist', 'main.js')], {
    output: 'show',
  }),
]);
process.exit(1);
