import { readFile } from 'node:fs/promises';
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

/** Stops this thread, timers and all, as a SIGSTOP or a long computation does. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

it('D3: an answer that came while the process was held up is read, though the time is up', async () => {
  vi.useRealTimers();
  const answer = withTimeLimit({ ...limit, limitMs: 20 }, undefined, () => readFile(import.meta.filename, 'utf8'));
  holdUp(600);
  await expect(answer).resolves.toContain('holdUp');
});

it('a process that was held up and finds no answer gives up a moment later', async () => {
  vi.useRealTimers();
  const call = withTimeLimit({ ...limit, limitMs: 20 }, undefined, () => new Promise(() => undefined));
  holdUp(600);
  await expect(call).rejects.toMatchObject({ type: 'TIMEOUT_ERROR', code: 'attempt_timeout_exceeded' });
});
