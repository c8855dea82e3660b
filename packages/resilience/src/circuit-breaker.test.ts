import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { networkError, TikTokError } from '@tt/errors';
import type Opossum from 'opossum';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type BreakerTransition,
  type CircuitBreaker,
  type CircuitState,
  createCircuitBreaker,
} from './circuit-breaker.js';
import { deferred } from './test-support/deferred.js';

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

  it('opens at five failures that lie at most a monitoring period apart, and not when the first has left it', async () => {
    await fail(1);
    vi.advanceTimersByTime(117_000);
    await fail(4);
    expect(breaker.stats().state).toBe('OPEN');
    breaker.reset();
    await fail(1);
    vi.advanceTimersByTime(120_000);
    await fail(4);
    expect(breaker.stats().state).toBe('CLOSED');
  });

  it('slides on however long nobody called', async () => {
    await fail(4);
    vi.advanceTimersByTime(365 * 86_400_000);
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 0 });
    await fail(4);
    expect(breaker.stats()).toMatchObject({ state: 'CLOSED', failures: 4 });
    // Step by step this would take minutes.
    let ms = 0;
    const old = createCircuitBreaker({ monotonicNow: () => ms });
    await old.execute(down).catch(() => undefined);
    ms = 1e14;
    expect(old.stats().failures).toBe(0);
    old.close();
  });

  it('has no timer at all: a process may keep thousands of breakers', async () => {
    await breaker.execute(answer);
    await fail(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts an answered refusal as a success', async () => {
    for (let i = 0; i < 10; i++) await breaker.execute(refusal).catch(() => undefined);
    expect(breaker.stats()).toMatchObject({ state: 'CLOSED', failures: 0, successes: 10 });
  });

  it.each([0, 1_999, 4_999])(
    'forgets a failure a monitoring period later, or up to a 60th of it earlier, from %d ms on',
    async (ms) => {
      vi.advanceTimersByTime(ms);
      await fail(4);
      vi.advanceTimersByTime(117_999);
      expect(breaker.stats().failures).toBe(4);
      vi.advanceTimersByTime(2_001);
      expect(breaker.stats().failures).toBe(0);
      await fail(1);
      expect(breaker.stats().state).toBe('CLOSED');
    },
  );

  it('counts a failure from when it happened, however long nobody had looked', async () => {
    await breaker.execute(answer);
    vi.advanceTimersByTime(100_000);
    await fail(4);
    vi.advanceTimersByTime(100_000);
    expect(breaker.stats()).toMatchObject({ failures: 4, successes: 0 });
  });

  it('opens at five failures that lie at most a monitoring period apart, and not when the first has left it', async () => {
    await fail(1);
    vi.advanceTimersByTime(117_000);
    await fail(4);
    expect(breaker.stats().state).toBe('OPEN');
    breaker.reset();
    await fail(1);
    vi.advanceTimersByTime(120_000);
    await fail(4);
    expect(breaker.stats().state).toBe('CLOSED');
  });

  it('slides on however long nobody called', async () => {
    await fail(4);
    vi.advanceTimersByTime(365 * 86_400_000);
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 0 });
    await fail(4);
    expect(breaker.stats()).toMatchObject({ state: 'CLOSED', failures: 4 });
    // Step by step this would take minutes.
    let ms = 0;
    const old = createCircuitBreaker({ monotonicNow: () => ms });
    await old.execute(down).catch(() => undefined);
    ms = 1e14;
    expect(old.stats().failures).toBe(0);
    old.close();
  });

  it('has no timer at all: a process may keep thousands of breakers', async () => {
    await breaker.execute(answer);
    await fail(4);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts an answered refusal as a success', async () => {
    for (let i = 0; i < 10; i++) await breaker.execute(refusal).catch(() => undefined);
    expect(breaker.stats()).toMatchObject({ state: 'CLOSED', failures: 0, successes: 10 });
  });

  it('forgets a failure after the monitoring period, and at most a 60th of it earlier', async () => {
    await fail(4);
    vi.advanceTimersByTime(117_999);
    expect(breaker.stats().failures).toBe(4);
    vi.advanceTimersByTime(2_001);
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

  it('that came before an open breaker could refuse rejects with its reason too', async () => {
    for (let call = 0; call < 5; call++) await breaker.execute(down).catch(() => undefined);
    const signal = AbortSignal.abort(new Error('early'));
    await expect(breaker.execute(answer, { signal })).rejects.toBe(signal.reason);
    await expect(breaker.execute(answer)).rejects.toMatchObject({ type: 'CIRCUIT_OPEN' });
  });
});

it('keeps no latency sample, of which opossum would collect one a call', async () => {
  for (let i = 0; i < 10; i++) await breaker.execute(answer);
  const [opossum] = made.slice(-1);
  expect(opossum?.status.window.map(({ successes }) => successes).reduce((sum, one) => sum + one)).toBe(10);
  expect(opossum?.status.window.flatMap(({ latencyTimes }) => latencyTimes)).toEqual([]);
});

describe('minimumFailureRate', () => {
  let busy: CircuitBreaker;
  beforeEach(() => {
    busy = createCircuitBreaker({ failureThreshold: 5, minimumFailureRate: 0.5 });
  });
  afterEach(() => busy.close());

  it('keeps five failures among many answers from opening it', async () => {
    for (let i = 0; i < 6; i++) await busy.execute(answer);
    for (let i = 0; i < 5; i++) await busy.execute(down).catch(() => undefined);
    expect(busy.stats().state).toBe('CLOSED');
    // Six of twelve is the share that was asked for.
    await busy.execute(down).catch(() => undefined);
    expect(busy.stats()).toMatchObject({ state: 'OPEN', failures: 6, successes: 6 });
  });

  it('does not open below the threshold, whatever the rate', async () => {
    for (let i = 0; i < 4; i++) await busy.execute(down).catch(() => undefined);
    expect(busy.stats().state).toBe('CLOSED');
  });
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
    const slow = deferred<string>();
    const call = breaker.execute(() => slow.promise);
    await fail(5);
    vi.advanceTimersByTime(60_000);
    expect(breaker.stats().state).toBe('HALF_OPEN');
    slow.resolve('late');
    await call;
    expect(breaker.stats()).toMatchObject({ state: 'HALF_OPEN', successes: 0 });
  });

  it('ignores the late failure of a call that began before it opened', async () => {
    const slow = deferred<string>();
    const call = breaker.execute(() => slow.promise);
    await fail(5);
    vi.advanceTimersByTime(60_000);
    slow.reject(networkError(new Error('late')));
    await call.catch(() => undefined);
    expect(breaker.stats().state).toBe('HALF_OPEN');
  });
});

describe('refusal', () => {
  it('says nothing while calls may pass, and counts none', () => {
    expect(breaker.refusal()).toBeUndefined();
    expect(breaker.stats()).toMatchObject({ state: 'CLOSED', totalCalls: 0 });
  });

  it('is what execute would refuse with, and counts the refused call', async () => {
    await fail(5);
    vi.advanceTimersByTime(20_000);
    expect(breaker.refusal({ operation: 'user.info' })).toMatchObject({
      type: 'CIRCUIT_OPEN',
      retryAfterMs: 40_000,
      operation: 'user.info',
    });
    expect(breaker.stats().totalCalls).toBe(6);
  });

  it('takes no trial’s place, and sees that it is taken', async () => {
    await fail(5);
    vi.advanceTimersByTime(60_000);
    expect(breaker.refusal()).toBeUndefined();
    const trial = deferred<string>();
    const call = breaker.execute(() => trial.promise);
    expect(breaker.refusal()).toMatchObject({ type: 'CIRCUIT_OPEN' });
    trial.resolve('ok');
    await expect(call).resolves.toBe('ok');
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
    const trial = deferred<string>();
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
    const trial = deferred<string>();
    const call = breaker.execute(() => trial.promise, { signal: controller.signal });
    controller.abort(new Error('called off'));
    trial.reject(controller.signal.reason);
    await call.catch(() => undefined);
    expect(breaker.stats().state).toBe('HALF_OPEN');
    await expect(breaker.execute(answer)).resolves.toBe('ok');
    expect(breaker.stats().state).toBe('CLOSED');
  });
});

describe('the channel tt:breaker', () => {
  const heard: unknown[] = [];
  const listener = (message: unknown): void => void heard.push(message);
  beforeEach(() => {
    heard.length = 0;
    subscribe('tt:breaker', listener);
  });
  afterEach(() => void unsubscribe('tt:breaker', listener));

  it('hears of every change of state, once', async () => {
    const named = createCircuitBreaker({ name: 'tiktok', failureThreshold: 2 });
    for (let i = 0; i < 3; i++) await named.execute(down).catch(() => undefined);
    vi.advanceTimersByTime(60_000);
    await named.execute(down).catch(() => undefined);
    vi.advanceTimersByTime(60_000);
    await named.execute(answer);
    const transition = (
      from: CircuitState,
      to: CircuitState,
      failures: number,
      timestamp: number,
    ): BreakerTransition => ({ name: 'tiktok', from, to, failures, timestamp });
    expect(heard).toEqual([
      transition('CLOSED', 'OPEN', 2, 1_000_000),
      transition('OPEN', 'HALF_OPEN', 2, 1_060_000),
      transition('HALF_OPEN', 'OPEN', 3, 1_060_000),
      // The two of the beginning have left the monitoring period.
      transition('OPEN', 'HALF_OPEN', 1, 1_120_000),
      transition('HALF_OPEN', 'CLOSED', 1, 1_120_000),
    ]);
    named.close();
  });

  it('hears of a reset that changes the state, and of none that does not', async () => {
    breaker.reset();
    await fail(5);
    breaker.reset();
    expect(heard).toMatchObject([
      { name: undefined, from: 'CLOSED', to: 'OPEN' },
      { from: 'OPEN', to: 'CLOSED' },
    ]);
  });

  it('is left alone while nobody listens', async () => {
    unsubscribe('tt:breaker', listener);
    const publish = vi.spyOn(channel('tt:breaker'), 'publish');
    await fail(5);
    expect(publish).not.toHaveBeenCalled();
    publish.mockRestore();
  });
});

describe('reset and close', () => {
  it('reset closes and zeroes, and running calls no longer count', async () => {
    const slow = deferred<string>();
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

  it('what ends after close counts no more', async () => {
    const slow = deferred<string>();
    const call = breaker.execute(() => slow.promise);
    breaker.close();
    slow.reject(networkError(new Error('late')));
    await call.catch(() => undefined);
    expect(breaker.stats()).toMatchObject({ failures: 0, lastFailureTime: null });
  });

  it('close ends every timer and refuses from then on', async () => {
    await fail(5);
    expect(vi.getTimerCount()).toBe(1);
    breaker.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(breaker.refusal()).toMatchObject({ type: 'VALIDATION_ERROR', code: 'closed' });
    await expect(breaker.execute(answer)).rejects.toMatchObject({ type: 'VALIDATION_ERROR', code: 'closed' });
  });
});

it('closes itself at the end of a using block', async () => {
  {
    using short = createCircuitBreaker({ failureThreshold: 1 });
    await short.execute(down).catch(() => undefined);
  }
  expect(vi.getTimerCount()).toBe(0);
});

it('measures with the clocks it is given', async () => {
  let ms = 500;
  const injected = createCircuitBreaker({ failureThreshold: 2, now: () => 42, monotonicNow: () => ms });
  await injected.execute(down).catch(() => undefined);
  ms += 120_000;
  expect(injected.stats()).toMatchObject({ failures: 0, lastFailureTime: 42, lastStateChange: 42 });
  for (let i = 0; i < 2; i++) await injected.execute(down).catch(() => undefined);
  ms += 10_000;
  await expect(injected.execute(answer)).rejects.toMatchObject({ retryAfterMs: 50_000 });
  injected.close();
});

it.each([
  [{ minimumFailureRate: 1.1 }, 'createCircuitBreaker: minimumFailureRate is 1.1; expected a number from 0 to 1'],
  [{ name: 'user 7' }, 'createCircuitBreaker: name is user 7; expected 1 to 64 characters of A-Za-z0-9._:-'],
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
