import { expect, test } from 'vitest';
import { waitUntil } from './wait-until.js';

test('asks until there is an answer; a failure is none', async () => {
  const answers = [() => Promise.reject(new Error('not yet')), async () => false as const, async () => undefined];
  expect(await waitUntil('an answer', () => (answers.shift() ?? (async () => 'found'))())).toBe('found');
  expect(await waitUntil('zero', async () => 0)).toBe(0);
});

test('gives up in the end, and says what it waited for and what went wrong last', async () => {
  const reason = new Error('still not');
  await expect(waitUntil('an answer', () => Promise.reject(reason), 100)).rejects.toMatchObject({
    message: 'waited 0.1 s for an answer',
    cause: reason,
  });
});
