import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';
import { createPolicy } from './policy.js';
import { createRateLimiter, type RateLimiter } from './rate-limiter.js';
import { createRetry } from './retry.js';
import { answer, down, hang, run } from './test-support/calls.js';

let breaker: CircuitBreaker;
let rateLimiter: RateLimiter;

beforeEach(() => {
  vi.useFakeTimers();
  breaker = createCircuitBreaker({ failureThreshold: 2, resetTimeout: 10_000 });
  rateLimiter = createRateLimiter({ default: { limit: 1, windowMs: 1_000 } });
});

afterEach(() => {
  breaker.close();
  rateLimiter.close();
  // Whatever a call used has ended with it.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

async function openBreaker(): Promise<void> {
  for (let i = 0; i < 2; i++) await breaker.execute(down).catch(() => undefined);
  expect(breaker.stats().state).toBe('OPEN');
}

describe('the order (D8), pair by pair', () => {
  it('deadline( retry: it bounds all attempts and waits together', async () => {
    const retry = createRetry({ attempts: 99, baseDelayMs: 1 });
    const policy = createPolicy({ deadlineMs: 250, timeoutMs: 100, retry });
    const began = performance.now();
    let tookMs = 0;
    const call = policy.execute(hang).finally(() => {
      tookMs = performance.now() - began;
    });
    await expect(run(call)).rejects.toMatchObject({ type: 'TIMEOUT_ERROR', code: 'deadline_exceeded' });
    expect(tookMs).toBe(250);
  });

  it('retry( look at the breaker: the refusal ends the call at once', async () => {
    const policy = createPolicy({ retry: createRetry({ attempts: 5, baseDelayMs: 1 }), breaker });
    const fn = vi.fn(down);
    await expect(run(policy.execute(fn))).rejects.toMatchObject({ type: 'CIRCUIT_OPEN' });
    expect(fn).toHaveBeenCalledTimes(2);
    // Two attempts, and one refusal: looking and entering count once.
    expect(breaker.stats().totalCalls).toBe(3);
  });

  it('look at the breaker, rate limit: nobody queues, and no place is taken, for a call that would be refused', async () => {
    const policy = createPolicy({ breaker, rateLimiter });
    await rateLimiter.acquire();
    await openBreaker();
    const began = performance.now();
    await expect(policy.execute(answer)).rejects.toMatchObject({ type: 'CIRCUIT_OPEN' });
    expect(performance.now()).toBe(began);
    // Two failures, and one refusal: looking twice counts once.
    expect(breaker.stats().totalCalls).toBe(3);
    breaker.reset();
    await vi.advanceTimersByTimeAsync(1_000);
    await expect(policy.execute(answer)).resolves.toBe('ok');
    expect(performance.now()).toBe(began + 1_000);
  });

  it('retry( look at the breaker, rate limit: one that an attempt has opened ends the call without a wait', async () => {
    const sensitive = createCircuitBreaker({ failureThreshold: 1 });
    const retry = createRetry({ baseDelayMs: 1, random: () => 0 });
    const policy = createPolicy({ retry, breaker: sensitive, rateLimiter });
    const outcome = expect(policy.execute(down)).rejects.toMatchObject({ type: 'CIRCUIT_OPEN' });
    await vi.advanceTimersByTimeAsync(1);
    await outcome;
    sensitive.close();
  });

  it('retry( rate limit: every attempt takes a place of its own', async () => {
    const policy = createPolicy({ retry: createRetry({ baseDelayMs: 1 }), rateLimiter });
    const times: number[] = [];
    const began = performance.now();
    const call = policy.execute(() => {
      times.push(performance.now() - began);
      return down();
    });
    await expect(run(call)).rejects.toMatchObject({ type: 'NETWORK_ERROR' });
    expect(times).toEqual([0, 1_000, 2_000]);
  });

  it('rate limit( breaker: a wait holds no trial’s place, and the breaker is asked again after it', async () => {
    const policy = createPolicy({ breaker, rateLimiter });
    await openBreaker();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(breaker.stats().state).toBe('HALF_OPEN');
    await rateLimiter.acquire();
    const waiting = policy.execute(answer).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(500);
    // The trial that came later fails first.
    await breaker.execute(down).catch(() => undefined);
    expect(await run(waiting)).toMatchObject({ type: 'CIRCUIT_OPEN' });
  });

  it('rate limit( breaker: neither a wait nor a refusal of the limiter counts', async () => {
    const refusing = createRateLimiter({ default: { limit: 1, windowMs: 1_000 }, whenExceeded: 'refuse' });
    const policy = createPolicy({ retry: createRetry(), breaker, rateLimiter: refusing });
    await policy.execute(answer);
    const fn = vi.fn(answer);
    const call = policy.execute(fn, { context: { operation: 'user.info' } });
    await expect(call).rejects.toMatchObject({ code: 'rate_limited_locally', operation: 'user.info' });
    expect(fn).not.toHaveBeenCalled();
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 1, totalCalls: 1 });
    refusing.close();
  });

  it('rate limit( attempt timeout: a wait does not use up the attempt’s time', async () => {
    const policy = createPolicy({ timeoutMs: 100, rateLimiter });
    await rateLimiter.acquire();
    await expect(run(policy.execute(answer))).resolves.toBe('ok');
  });

  it('breaker( attempt timeout: an attempt that hangs counts as a failure, and only that attempt ends', async () => {
    const policy = createPolicy({ timeoutMs: 100, retry: createRetry({ attempts: 2, baseDelayMs: 1 }), breaker });
    const signals: AbortSignal[] = [];
    const call = policy.execute(({ attempt, signal }) => {
      signals.push(signal);
      return attempt === 1 ? hang() : answer();
    });
    await expect(run(call)).resolves.toBe('ok');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(breaker.stats()).toMatchObject({ failures: 1, successes: 1 });
  });
});
