import { expect, it, vi } from 'vitest';
import { conclusively, realTime, until } from './waiting.js';

it('waits in real time under the fake timers of a test runner', async () => {
  vi.useFakeTimers();
  await realTime(1);
  vi.useRealTimers();
});

it('looks once more at the very end, and then says what it waited for', async () => {
  let passed = 0;
  const waiting = (probe: () => boolean) =>
    until({ what: 'it is there', probe, passTime: (ms) => (passed += ms), patienceMs: 50 });
  await waiting(() => passed === 50);
  passed = 0;
  await expect(waiting(() => false)).rejects.toThrow('waited 50 ms in vain until it is there');
  expect(passed).toBe(50);
});

it('repeats what the machine was too slow for, and gives up by name', async () => {
  let attempts = 0;
  await conclusively(async () => (++attempts < 3 ? 'too slow' : 'proved'));
  expect(attempts).toBe(3);
  await expect(conclusively(async () => 'too slow')).rejects.toThrow('too slow 10 times');
});
