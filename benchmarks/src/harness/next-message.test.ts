import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { nextMessage } from './next-message.js';

function child(program: string) {
  return spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

test('resolves with what the process says', async () => {
  const talking = child('process.send({ port: 1 }, () => process.disconnect())');
  expect(await nextMessage(talking, 'it')).toEqual({ port: 1 });
});

test('rejects where the process ends without a word', async () => {
  await expect(nextMessage(child('process.exit(3)'), 'it')).rejects.toThrow('it ended with 3 and said nothing');
});
