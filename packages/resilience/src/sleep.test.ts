import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sleep } from './sleep.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('waits as long as it says', async () => {
  const done = vi.fn();
  const slept = sleep(100, undefined).then(done);
  await vi.advanceTimersByTimeAsync(99);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await slept;
  expect(done).toHaveBeenCalled();
});

it('ends with the signal’s reason and leaves no timer', async () => {
  const controller = new AbortController();
  const slept = sleep(100, controller.signal);
  controller.abort(new Error('stop'));
  await expect(slept).rejects.toThrow('stop');
  expect(vi.getTimerCount()).toBe(0);
  await expect(sleep(100, controller.signal)).rejects.toThrow('stop');
  expect(vi.getTimerCount()).toBe(0);
});
