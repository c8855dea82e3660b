import { networkError, TikTokError } from '@tt/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCircuitBreaker } from './circuit-breaker.js';
import { createPolicy } from './policy.js';
import { createRetry, ifUnsent } from './retry.js';

const down = () => Promise.reject(networkError(Object.assign(new Error('x'), { code: 'ECONNRESET' })));
const hang = () => new Promise<never>(() => undefined);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lets a call run to its end under the fake clock. */
async function run<T>(call: Promise<T>): Promise<T> {
  const guarded = call.then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  await vi.runAllTimersAsync();
  return (await guarded)();
}

describe('createPolicy', () => {
  it('is just the call where nothing is asked for', async () => {
    await expect(createPolicy().execute(({ attempt }) => Promise.resolve(attempt))).resolves.toBe(1);
  });

  it('the breaker is inside the retry: it counts every attempt, and its refusal ends the call', async () => {
    const breaker = createCircuitBreaker({ failureThreshold: 2 });
    const policy = createPolicy({ retry: createRetry({ attempts: 5, baseDelayMs: 1 }), breaker });
    const fn = vi.fn(down);
    const call = policy.execute(fn).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await call).toMatchObject({ type: 'CIRCUIT_OPEN' });
    expect(fn).toHaveBeenCalledTimes(2);
    breaker.close();
  });

  it('the timeout is inside the breaker: an attempt that hangs counts as a failure, and only that attempt ends', async () => {
    const breaker = createCircuitBreaker();
    const policy = createPolicy({ timeoutMs: 100, retry: createRetry({ attempts: 2, baseDelayMs: 1 }), breaker });
    const call = policy.execute(({ attempt }) => (attempt === 1 ? hang() : Promise.resolve('second')));
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(call).resolves.toBe('second');
    expect(breaker.stats()).toMatchObject({ failures: 1, successes: 1 });
    breaker.close();
  });

  it('the deadline is outside the retry: it bounds all attempts and waits together', async () => {
    const policy = createPolicy({
      deadlineMs: 250,
      timeoutMs: 100,
      retry: createRetry({ attempts: 99, baseDelayMs: 1 }),
    });
    const started = performance.now();
    await expect(run(policy.execute(hang))).rejects.toMatchObject({ type: 'TIMEOUT_ERROR', code: 'deadline_exceeded' });
    expect(performance.now() - started).toBe(250);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin a wait that would outlast the deadline: the failure is told at once', async () => {
    const policy = createPolicy({ deadlineMs: 50, retry: createRetry({ baseDelayMs: 100, random: () => 1 }) });
    await expect(policy.execute(down)).rejects.toMatchObject({ type: 'NETWORK_ERROR' });
  });

  it('without any time limit too, a caller’s abort ends the call', async () => {
    const breaker = createCircuitBreaker();
    const controller = new AbortController();
    const call = createPolicy({ breaker }).execute(hang, { signal: controller.signal });
    controller.abort(new Error('called off'));
    await expect(call).rejects.toThrow('called off');
    breaker.close();
  });

  it('passes the rule for this call to the retry', async () => {
    const policy = createPolicy({ retry: createRetry({ baseDelayMs: 1 }) });
    const fn = vi.fn(down);
    await expect(run(policy.execute(fn, { retryIf: ifUnsent }))).rejects.toBeInstanceOf(TikTokError);
    expect(fn).toHaveBeenCalledOnce();
  });

  it('a caller’s abort reaches the call, is not retried and is not counted', async () => {
    const breaker = createCircuitBreaker();
    const policy = createPolicy({ deadlineMs: 1_000, timeoutMs: 500, retry: createRetry(), breaker });
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const call = policy.execute(
      ({ signal }) => {
        seen = signal;
        return hang();
      },
      { signal: controller.signal },
    );
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new Error('called off'));
    await expect(call).rejects.toThrow('called off');
    expect(seen?.aborted).toBe(true);
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 0, totalCalls: 1 });
    breaker.close();
  });

  it('its own errors say which call they are of', async () => {
    const context = { operation: 'user.info', correlationId: 'c-1' };
    const breaker = createCircuitBreaker({ failureThreshold: 1 });
    const policy = createPolicy({ timeoutMs: 5, breaker });
    const first = expect(policy.execute(hang, { context })).rejects.toMatchObject({
      type: 'TIMEOUT_ERROR',
      ...context,
    });
    await vi.advanceTimersByTimeAsync(5);
    await first;
    await expect(policy.execute(hang, { context })).rejects.toMatchObject({ type: 'CIRCUIT_OPEN', ...context });
    breaker.close();
  });

  it('refuses a wrong option by name', () => {
    expect(() => createPolicy({ deadlineMs: 0 })).toThrow(
      'createPolicy: deadlineMs is 0; expected milliseconds, more than 0 and at most 2147483647',
    );
    expect(() => createPolicy({ timeoutMs: -5 })).toThrow(
      'createPolicy: timeoutMs is -5; expected milliseconds, more than 0 and at most 2147483647',
    );
  });
});
