import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

it('runs the seeds that it is given, and prints them and what they add up to', async () => {
  const { stdout } = await run(process.execPath, [
    main,
    '--seed',
    '3',
    '--seeds',
    '2',
    '--accounts',
    '3',
    '--days',
    '9',
  ]);
  expect(stdout).toContain('2 runs from seed 3 on, 3 accounts each, 9 days\n');
  expect(stdout).toMatch(/^seed 3: 0 violations; 2 h \/ 40 d extended, grace 20 min, errors with 200; \d+ calls/m);
  expect(stdout).toMatch(/how the accounts ended:\n +\d+ {2}/);
  expect(stdout.trimEnd()).toMatch(/\nNo violation in 2 runs \(seeds 3, 4\)\.$/);
});

it('says what is wrong with its arguments, and ends with 2', async () => {
  await expect(run(process.execPath, [main, '--accounts', 'all'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /^--accounts is "all"; expected a whole number of at least 1\n\nusage: npm run simulate/,
    ),
  });
});
