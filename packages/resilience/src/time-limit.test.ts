import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
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

describe('D3: an answer that came while the process was held up', () => {
  /** Answers in a thread of its own, so that it can while this one is held up. */
  async function startAnswering(): Promise<{ readonly port: number; readonly worker: Worker }> {
    const worker = new Worker(
      `const { createServer } = require('node:net');
       const server = createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end('the answer')));
       server.listen(0, '127.0.0.1', () => require('node:worker_threads').parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    const [port] = await once(worker, 'message');
    return { port, worker };
  }

  it.each([50, 200, 600])('is read, though the time was up %d ms ago', async (lateMs) => {
    vi.useRealTimers();
    const { port, worker } = await startAnswering();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const answer = withTimeLimit({ ...limit, limitMs: 100 }, undefined, async () => {
      socket.write('ask');
      return String((await once(socket, 'data'))[0]);
    });
    holdUp(100 + lateMs);
    await expect(answer).resolves.toBe('the answer');
    socket.destroy();
    await worker.terminate();
  });
});

it('a process that was held up and finds no answer gives up a moment later', async () => {
  vi.useRealTimers();
  const call = withTimeLimit({ ...limit, limitMs: 20 }, undefined, () => new Promise(() => undefined));
  holdUp(600);
  await expect(call).rejects.toMatchObject({ type: 'TIMEOUT_ERROR', code: 'attempt_timeout_exceeded' });
});
