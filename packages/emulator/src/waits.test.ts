import { expect, test } from 'vitest';
import { createWaits } from './waits.js';

test('a wait is over when its time has come, when nobody is there any more, or when all waits end', async () => {
  const waits = createWaits();
  const gone = new AbortController();
  const here = new AbortController().signal;
  const kinds = Promise.all([
    waits.wait(5, here),
    waits.wait(60_000, gone.signal),
    waits.wait(undefined, gone.signal),
    waits.wait(60_000, here),
    waits.wait(undefined, here),
    waits.wait(60_000, AbortSignal.abort()),
  ]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  gone.abort();
  waits.end();
  expect(await kinds).toEqual(['over', 'gone', 'gone', 'ended', 'ended', 'gone']);
});

test('no timer outlives its wait, and later waits are welcome', async () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const waits = createWaits();
  const { signal } = new AbortController();
  const waiting = waits.wait(60_000, signal);
  expect(timers()).toBe(before + 1);
  waits.end();
  await waiting;
  expect(timers()).toBe(before);
  expect(await waits.wait(1, signal)).toBe('over');

  waits.close();
  expect(await waits.wait(60_000, signal)).toBe('ended');
  expect(await waits.wait(undefined, signal)).toBe('ended');
  expect(timers()).toBe(before);
});
