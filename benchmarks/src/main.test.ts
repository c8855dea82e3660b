import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { program } from './paths.js';

const run = promisify(execFile);

test('an unknown name is refused with what there is, and ends with 2', async () => {
  await expect(run(process.execPath, [program('main'), 'polisy'])).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^there is no benchmark "polisy"; there are .*policy[\s\S]*usage: npm run bench/),
  });
});
