import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withTimeLimit } from './time-limit.js';

const limit = { what: 'attempt timeout', limitMs: 100, context: undefined } as const;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('gives the result and leaves no timer', async () => {
  await expect(withTimeLimit(limit, undefined, () => Promise.resolve(7))).resolves.toBe(7);
  expect(vi.getTimerCount()).toBe(0);
});

it('ends a function that does not listen, and tells one that does', async () => {
  let seen: AbortSignal | undefined;
  const call = withTimeLimit(limit, undefined, ({ signal }) => {
    seen = signal;
    return new Promise(() => undefined);
  });
  const outcome = expect(call).rejects.toMatchObject({ type: 'TIMEOUT_ERROR', code: 'attempt_timeout_exceeded' });
  await vi.advanceTimersByTimeAsync(100);
  await outcome;
  expect(seen?.aborted).toBe(true);
});

it('passes the caller’s reason on, and takes its listener away afterwards', async () => {
  const controller = new AbortController();
  const removed = vi.spyOn(controller.signal, 'removeEventListener');
  const call = withTimeLimit(limit, controller.signal, () => new Promise(() => undefined));
  controller.abort(new Error('called off'));
  await expect(call).rejects.toThrow('called off');
  expect(removed).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it('does not call the function where the signal was aborted before', async () => {
  const fn = vi.fn();
  await expect(withTimeLimit(limit, AbortSignal.abort(new Error('early')), fn)).rejects.toThrow('early');
  expect(fn).not.toHaveBeenCalled();
});
