import { networkError, TikTokError } from '@tt/errors';
import type Opossum from 'opossum';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';

/** The real opossum, so that a test can look inside. */
const made = vi.hoisted((): Opossum[] => []);
vi.mock('opossum', async (importOriginal) => {
  const { default: Real } = await importOriginal<{ default: typeof Opossum }>();
  return {
    default: class extends Real {
      constructor(...args: ConstructorParameters<typeof Opossum>) {
        super(...args);
        made.push(this);
      }
    },
  };
});

const answer = () => Promise.resolve('ok');
const down = () => Promise.reject(networkError(new Error('down')));
const refusal = () => Promise.reject(new TikTokError('no', { type: 'TOKEN_EXPIRED', statusCode: 400 }));

let breaker: CircuitBreaker;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  breaker = createCircuitBreaker({ failureThreshold: 5, resetTimeout: 60_000, monitoringPeriod: 120_000 });
});

afterEach(() => {
  breaker.close();
  vi.useRealTimers();
});

async function fail(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await breaker.execute(down).catch(() => undefined);
}

function deferred(): { promise: Promise<string>; resolve: (value: string) => void; reject: (error: unknown) => void } {
  let resolve: (value: string) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

describe('closed', () => {
  it('passes results and errors through and has exactly the six stats', async () => {
    await expect(breaker.execute(answer)).resolves.toBe('ok');
    await expect(breaker.execute(down)).rejects.toMatchObject({ type: 'NETWORK_ERROR' });
    expect(breaker.stats()).toEqual({
      state: 'CLOSED',
      failures: 1,
      successes: 1,
      totalCalls: 2,
      lastFailureTime: 1_000_000,
      lastStateChange: 1_000_000,
    });
  });

  it('stays closed at four failures and opens at the fifth, whatever the share of successes', async () => {
    for (let i = 0; i < 100; i++) await breaker.execute(answer);
    await fail(4);
    expect(breaker.stats().state).toBe('CLOSED');
    await fail(1);
    expect(breaker.stats()).toMatchObject({ state: 'OPEN', failures: 5 });
  });

  it('does not open at four of four: a percentage is not what it counts by', async () => {
    await fail(4);
    expect(breaker.stats().state).toBe('CLOSED');
  });

  it('counts an answered refusal as a success', async () => {
    for (let i = 0; i < 10; i++) await breaker.execute(refusal).catch(() => undefined);
    expect(breaker.stats()).toMatchObject({ state: 'CLOSED', failures: 0, successes: 10 });
  });

  it('forgets failures after the monitoring period, and not a bucket earlier', async () => {
    await fail(4);
    vi.advanceTimersByTime(114_999);
    expect(breaker.stats().failures).toBe(4);
    vi.advanceTimersByTime(5_001);
    expect(breaker.stats().failures).toBe(0);
    await fail(1);
    expect(breaker.stats().state).toBe('CLOSED');
  });

  it('does not count a call that was called off', async () => {
    const controller = new AbortController();
    const call = breaker.execute(
      ({ signal }) =>
        new Promise((_resolve, reject) =>
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true }),
        ),
      { signal: controller.signal },
    );
    controller.abort(new Error('called off'));
    await expect(call).rejects.toThrow('called off');
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 0, totalCalls: 1 });
  });

  it('does not send what was called off before', async () => {
    const fn = vi.fn(answer);
    await expect(breaker.execute(fn, { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early');
    expect(fn).not.toHaveBeenCalled();
  });
});

it('keeps no latency sample, of which opossum would collect one a call', async () => {
  for (let i = 0; i < 10; i++) await breaker.execute(answer);
  const [opossum] = made.slice(-1);
  expect(opossum?.stats.successes).toBe(10);
  expect(opossum?.status.window.flatMap(({ latencyTimes }) => latencyTimes)).toEqual([]);
});

describe('open', () => {
  it('refuses at once with the time left', async () => {
    await fail(5);
    vi.advanceTimersByTime(20_000);
    const fn = vi.fn(answer);
    await expect(breaker.execute(fn)).rejects.toMatchObject({ type: 'CIRCUIT_OPEN', retryAfterMs: 40_000 });
    expect(fn).not.toHaveBeenCalled();
    expect(breaker.stats()).toMatchObject({ state: 'OPEN', totalCalls: 6, lastStateChange: 1_000_000 });
  });

  it('ignores the late success of a call that began before it opened', async () => {
    const slow = deferred();
    const call = breaker.execute(() => slow.promise);
    await fail(5);
    vi.advanceTimersByTime(60_000);
    expect(breaker.stats().state).toBe('HALF_OPEN');
    slow.resolve('late');
    await call;
    expect(breaker.stats()).toMatchObject({ state: 'HALF_OPEN', successes: 0 });
  });

  it('ignores the late failure of a call that began before it opened', async () => {
    const slow = deferred();
    const call = breaker.execute(() => slow.promise);
    await fail(5);
    vi.advanceTimersByTime(60_000);
    slow.reject(networkError(new Error('late')));
    await call.catch(() => undefined);
    expect(breaker.stats().state).toBe('HALF_OPEN');
  });
});

describe('half-open', () => {
  beforeEach(async () => {
    await fail(5);
    vi.advanceTimersByTime(60_000);
  });

  it('begins after the reset timeout', () => {
    expect(breaker.stats()).toMatchObject({ state: 'HALF_OPEN', lastStateChange: 1_060_000 });
  });

  it('lets exactly one trial through; its success closes, and counting starts anew', async () => {
    const trial = deferred();
    const call = breaker.execute(() => trial.promise);
    await expect(breaker.execute(answer)).rejects.toMatchObject({ type: 'CIRCUIT_OPEN', retryAfterMs: 1_000 });
    trial.resolve('ok');
    await call;
    expect(breaker.stats()).toMatchObject({ state: 'CLOSED', failures: 0 });
    await fail(4);
    expect(breaker.stats().state).toBe('CLOSED');
  });

  it('opens again when the trial fails, for another reset timeout', async () => {
    await fail(1);
    expect(breaker.stats()).toMatchObject({ state: 'OPEN', lastStateChange: 1_060_000 });
    await expect(breaker.execute(answer)).rejects.toMatchObject({ retryAfterMs: 60_000 });
    vi.advanceTimersByTime(60_000);
    expect(breaker.stats().state).toBe('HALF_OPEN');
  });

  it('is not blocked by a trial that was called off and never ends', async () => {
    const controller = new AbortController();
    const call = breaker.execute(() => new Promise(() => undefined), { signal: controller.signal });
    controller.abort(new Error('called off'));
    await expect(call).rejects.toThrow('called off');
    await expect(breaker.execute(answer)).resolves.toBe('ok');
  });

  it('does not hang on the wall clock', async () => {
    await fail(1);
    vi.setSystemTime(Date.now() + 7_200_000);
    await expect(breaker.execute(answer)).rejects.toMatchObject({ retryAfterMs: 60_000 });
  });

  it('gives the place of a trial that was called off to the next caller, and does not close', async () => {
    const controller = new AbortController();
    const trial = deferred();
    const call = breaker.execute(() => trial.promise, { signal: controller.signal });
    controller.abort(new Error('called off'));
    trial.reject(controller.signal.reason);
    await call.catch(() => undefined);
    expect(breaker.stats().state).toBe('HALF_OPEN');
    await expect(breaker.execute(answer)).resolves.toBe('ok');
    expect(breaker.stats().state).toBe('CLOSED');
  });
});

describe('reset and close', () => {
  it('reset closes and zeroes, and running calls no longer count', async () => {
    const slow = deferred();
    const call = breaker.execute(() => slow.promise);
    await fail(5);
    breaker.reset();
    slow.reject(networkError(new Error('late')));
    await call.catch(() => undefined);
    expect(breaker.stats()).toMatchObject({
      state: 'CLOSED',
      failures: 0,
      successes: 0,
      totalCalls: 0,
      lastFailureTime: null,
    });
    await expect(breaker.execute(answer)).resolves.toBe('ok');
  });

  it('close ends every timer and refuses from then on', async () => {
    await fail(5);
    breaker.close();
    expect(vi.getTimerCount()).toBe(0);
    await expect(breaker.execute(answer)).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code: 'closed' });
  });
});

it.each([
  [{ failureThreshold: 0 }, 'createCircuitBreaker: failureThreshold is 0; expected a whole number of at least 1'],
  [
    { resetTimeout: -1 },
    'createCircuitBreaker: resetTimeout is -1; expected milliseconds, more than 0 and at most 2147483647',
  ],
  [
    { monitoringPeriod: Number.NaN },
    'createCircuitBreaker: monitoringPeriod is NaN; expected milliseconds, more than 0 and at most 2147483647',
  ],
])('refuses %j by name', (options, message) => {
  expect(() => createCircuitBreaker(options)).toThrow(new TypeError(message));
});
