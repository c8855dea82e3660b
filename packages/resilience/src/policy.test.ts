import { networkError, TikTokError } from '@tt/errors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';
import { createPolicy, type PolicyWaitEvent } from './policy.js';
import { createRateLimiter, type RateLimiter } from './rate-limiter.js';
import { createRetry } from './retry.js';
import { ifUnsent } from './retry-rule.js';
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

describe('the deadline', () => {
  it('does not begin a wait that would outlast it: the failure is told at once', async () => {
    const policy = createPolicy({ deadlineMs: 50, retry: createRetry({ baseDelayMs: 100, random: () => 1 }) });
    await expect(policy.execute(down)).rejects.toMatchObject({ type: 'NETWORK_ERROR' });
  });

  it('does not queue in the limiter where the turn would come too late', async () => {
    await rateLimiter.acquire();
    const call = createPolicy({ deadlineMs: 999, rateLimiter }).execute(answer);
    await expect(call).rejects.toMatchObject({ code: 'rate_limited_locally', retryAfterMs: 1_000 });
  });

  it('ends a wait in the limiter, and leaves the place to others', async () => {
    await rateLimiter.acquire();
    const first = rateLimiter.acquire();
    const fn = vi.fn(answer);
    // The turn might come within 1,500 ms, but somebody is ahead.
    const call = createPolicy({ deadlineMs: 1_500, rateLimiter }).execute(fn);
    const third = rateLimiter.acquire();
    const outcome = expect(call).rejects.toMatchObject({ code: 'rate_limited_locally' });
    await vi.advanceTimersByTimeAsync(2_000);
    await outcome;
    await Promise.all([first, third]);
    expect(fn).not.toHaveBeenCalled();
  });

  it('frees a trial’s place where the call under it never ends, and counts a failure', async () => {
    await openBreaker();
    await vi.advanceTimersByTimeAsync(10_000);
    const call = createPolicy({ deadlineMs: 100, breaker }).execute(hang);
    const outcome = expect(call).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await vi.advanceTimersByTimeAsync(100);
    await outcome;
    expect(breaker.stats()).toMatchObject({ state: 'OPEN', failures: 3 });
  });

  it('is over when it is over, even where a wait took longer than it was to', async () => {
    const oversleep = () => new Promise<void>((resolve) => setTimeout(resolve, 200));
    const policy = createPolicy({
      deadlineMs: 100,
      retry: createRetry({ sleep: oversleep, random: () => 0 }),
      breaker,
    });
    await expect(run(policy.execute(down))).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(breaker.stats()).toMatchObject({ failures: 1, totalCalls: 1 });
  });

  it('is over when it is over, even where a limiter of somebody’s own does not listen', async () => {
    const deaf: RateLimiter = {
      acquire: () => new Promise((resolve) => setTimeout(resolve, 200)),
      close: () => undefined,
      [Symbol.dispose]: () => undefined,
    };
    const beforeAttempt = vi.fn();
    const call = createPolicy({ deadlineMs: 100, rateLimiter: deaf }).execute(answer, { beforeAttempt });
    await expect(run(call)).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(beforeAttempt).not.toHaveBeenCalled();
  });

  it('is no reason for another attempt, even where the clock says that time is left', async () => {
    const onRetry = vi.fn();
    const onGiveUp = vi.fn();
    const policy = createPolicy({ deadlineMs: 100, retry: createRetry({ baseDelayMs: 1 }), monotonicNow: () => 0 });
    const call = policy.execute(hang, { onRetry, onGiveUp });
    await expect(run(call)).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(onRetry).not.toHaveBeenCalled();
    expect(onGiveUp.mock.calls).toMatchObject([[{ reason: 'deadline' }]]);
  });

  it('reaches the second attempt, even where the first one ends only then', async () => {
    const policy = createPolicy({ deadlineMs: 300, timeoutMs: 200, retry: createRetry({ random: () => 0 }) });
    const signals: AbortSignal[] = [];
    const call = policy.execute(async ({ signal }) => {
      signals.push(signal);
      // It doesn't listen: the first ends 50 ms after it was given up.
      await new Promise((resolve) => setTimeout(resolve, 250));
    });
    await expect(run(call)).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(signals.map(({ reason }) => reason.code)).toEqual(['attempt_timeout_exceeded', 'deadline_exceeded']);
  });

  it('is what ended the call, even where the call then aborts its caller', async () => {
    const controller = new AbortController();
    const call = createPolicy({ deadlineMs: 100 }).execute(
      ({ signal }) => {
        signal.addEventListener('abort', () => controller.abort(new Error('too')));
        return hang();
      },
      { signal: controller.signal },
    );
    await expect(run(call)).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  it('is measured with the clock it is given', async () => {
    let ms = 0;
    const waits: number[] = [];
    const sleep = (delayMs: number): Promise<void> => {
      waits.push(delayMs);
      ms += delayMs;
      return Promise.resolve();
    };
    const retry = createRetry({ attempts: 9, baseDelayMs: 100, random: () => 1, sleep });
    const policy = createPolicy({ deadlineMs: 1_000, retry, monotonicNow: () => ms });
    await expect(policy.execute(down)).rejects.toMatchObject({ type: 'NETWORK_ERROR' });
    expect(waits).toEqual([100, 200, 400]);
  });
});

describe('beforeAttempt', () => {
  it('is awaited once for each attempt, after the limiter and before the attempt’s time starts', async () => {
    const policy = createPolicy({ timeoutMs: 100, retry: createRetry({ baseDelayMs: 1 }), breaker, rateLimiter });
    const log: string[] = [];
    const began = performance.now();
    const note = (what: string): void => void log.push(`${what} at ${Math.floor(performance.now() - began)}`);
    const call = policy.execute(
      ({ attempt }) => {
        note(`attempt ${attempt}`);
        return attempt === 1 ? down() : answer();
      },
      {
        beforeAttempt: async ({ attempt }) => {
          note(`before ${attempt}`);
          // Longer than an attempt may take.
          await new Promise((resolve) => setTimeout(resolve, 300));
        },
      },
    );
    await expect(run(call)).resolves.toBe('ok');
    expect(log).toEqual(['before 1 at 0', 'attempt 1 at 300', 'before 2 at 1000', 'attempt 2 at 1300']);
  });

  it.each([
    ['one of ours that could be retried', networkError(new Error('x'))],
    ['any other', new RangeError('lost')],
  ])('ends the call with its very error, %s, and the breaker counts nothing', async (_name, error) => {
    const policy = createPolicy({ deadlineMs: 5_000, timeoutMs: 100, retry: createRetry(), breaker });
    const fn = vi.fn(answer);
    const onRetry = vi.fn();
    const call = policy.execute(fn, { beforeAttempt: () => Promise.reject(error), onRetry });
    await expect(call).rejects.toBe(error);
    expect(fn).not.toHaveBeenCalled();
    expect(onRetry).not.toHaveBeenCalled();
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 0, totalCalls: 0 });
  });

  it('may throw at once', async () => {
    const beforeAttempt = (): void => {
      throw new RangeError('lost');
    };
    await expect(createPolicy({ retry: createRetry() }).execute(answer, { beforeAttempt })).rejects.toThrow('lost');
  });

  it('leaves a trial’s place to the next caller where it says no', async () => {
    await openBreaker();
    await vi.advanceTimersByTimeAsync(10_000);
    const policy = createPolicy({ breaker });
    const beforeAttempt = () => Promise.reject(new Error('lease lost'));
    await expect(policy.execute(answer, { beforeAttempt })).rejects.toThrow('lease lost');
    expect(breaker.stats().state).toBe('HALF_OPEN');
    await expect(policy.execute(answer)).resolves.toBe('ok');
    expect(breaker.stats().state).toBe('CLOSED');
  });

  it('is not asked for a call that the breaker refuses', async () => {
    await openBreaker();
    const beforeAttempt = vi.fn();
    const call = createPolicy({ breaker, rateLimiter }).execute(answer, { beforeAttempt });
    await expect(call).rejects.toMatchObject({ type: 'CIRCUIT_OPEN' });
    expect(beforeAttempt).not.toHaveBeenCalled();
  });

  it('is inside the deadline, sees the signal, and nothing is sent after it', async () => {
    const fn = vi.fn(answer);
    let seen: AbortSignal | undefined;
    const call = createPolicy({ deadlineMs: 100, breaker }).execute(fn, {
      beforeAttempt: ({ signal }) => {
        seen = signal;
        return new Promise((resolve) => setTimeout(resolve, 200));
      },
    });
    await expect(run(call)).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(seen?.reason).toMatchObject({ code: 'deadline_exceeded' });
    expect(fn).not.toHaveBeenCalled();
    expect(breaker.stats().totalCalls).toBe(0);
  });

  it('is called off with the caller', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const call = createPolicy().execute(answer, {
      signal: controller.signal,
      beforeAttempt: ({ signal }) => {
        seen = signal;
        return hang();
      },
    });
    const reason = new Error('called off');
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(seen?.reason).toBe(reason);
  });
});

describe('the caller’s abort', () => {
  it('reaches the call, is not retried and is not counted', async () => {
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
    expect(seen?.reason).toEqual(new Error('called off'));
    expect(breaker.stats()).toMatchObject({ failures: 0, successes: 0, totalCalls: 1 });
  });

  it('is not the service’s fault, even where its reason is a timeout of ours', async () => {
    const controller = new AbortController();
    const call = createPolicy({ timeoutMs: 500, breaker }).execute(hang, { signal: controller.signal });
    const reason = new TikTokError('the caller’s own limit', { type: 'TIMEOUT_ERROR' });
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
    expect(breaker.stats()).toMatchObject({ failures: 0, totalCalls: 1 });
  });

  it('without any part too, ends the call', async () => {
    const controller = new AbortController();
    const call = createPolicy().execute(hang, { signal: controller.signal });
    controller.abort(new Error('called off'));
    await expect(call).rejects.toThrow('called off');
  });

  it('before the call, sends nothing', async () => {
    const fn = vi.fn(answer);
    const signal = AbortSignal.abort(new Error('early'));
    const policy = createPolicy({ timeoutMs: 5, breaker });
    await expect(policy.execute(fn, { signal })).rejects.toThrow('early');
    expect(fn).not.toHaveBeenCalled();
    expect(breaker.stats().totalCalls).toBe(0);
    // An open breaker makes no difference.
    await openBreaker();
    await expect(policy.execute(fn, { signal })).rejects.toThrow('early');
  });

  it('ends a wait between attempts', async () => {
    const controller = new AbortController();
    const retry = createRetry({ baseDelayMs: 5_000, random: () => 1 });
    const call = createPolicy({ deadlineMs: 60_000, retry }).execute(down, { signal: controller.signal });
    const outcome = expect(call).rejects.toThrow('called off');
    await vi.advanceTimersByTimeAsync(1_000);
    controller.abort(new Error('called off'));
    await outcome;
  });

  it('ends a wait in the limiter', async () => {
    await rateLimiter.acquire();
    const controller = new AbortController();
    const waits: PolicyWaitEvent[] = [];
    const call = createPolicy({ rateLimiter }).execute(answer, {
      signal: controller.signal,
      onWait: (wait) => void waits.push(wait),
    });
    const outcome = expect(call).rejects.toThrow('called off');
    await vi.advanceTimersByTimeAsync(400);
    controller.abort(new Error('called off'));
    await outcome;
    expect(waits).toEqual([{ attempt: 1, waitedMs: 400, admitted: false }]);
  });

  it('takes its listeners with it when the call has ended', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const policy = createPolicy({ deadlineMs: 1_000, timeoutMs: 500, retry: createRetry(), breaker, rateLimiter });
    await policy.execute(answer, { signal });
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
  });
});

describe('what a call says for itself', () => {
  it('its limit and key reach the limiter, and it hears of its waits', async () => {
    const limits = { posts: { limit: 1, windowMs: 1_000 } };
    const limiter = createRateLimiter({ limits });
    const policy = createPolicy({ retry: createRetry({ baseDelayMs: 1, random: () => 0 }), rateLimiter: limiter });
    const waits: PolicyWaitEvent[] = [];
    const onWait = (wait: PolicyWaitEvent): void => void waits.push(wait);
    const post = (key: string) => policy.execute(answer, { rateLimitName: 'posts', rateLimitKey: key, onWait });
    await Promise.all([post('k1'), post('k2')]);
    expect(waits).toEqual([]);
    await run(policy.execute(down, { rateLimitName: 'posts', rateLimitKey: 'k1', onWait }).catch(() => undefined));
    // The wait between attempts, of no more than a millisecond, has passed already.
    expect(waits).toEqual([1_000, 999, 999].map((waitedMs, i) => ({ attempt: i + 1, waitedMs, admitted: true })));
    limiter.close();
  });

  it('its rule reaches the retry', async () => {
    const policy = createPolicy({ retry: createRetry({ baseDelayMs: 1 }) });
    const fn = vi.fn(down);
    await expect(run(policy.execute(fn, { retryIf: ifUnsent }))).rejects.toBeInstanceOf(TikTokError);
    expect(fn).toHaveBeenCalledOnce();
  });

  it('it hears of retries and of giving up', async () => {
    const onRetry = vi.fn();
    const onGiveUp = vi.fn();
    const policy = createPolicy({ retry: createRetry({ attempts: 2, random: () => 1 }) });
    await run(policy.execute(down, { onRetry, onGiveUp }).catch(() => undefined));
    expect(onRetry.mock.calls).toMatchObject([[{ attempt: 1, delayMs: 200 }]]);
    expect(onGiveUp.mock.calls).toMatchObject([[{ attempt: 2, reason: 'attempts' }]]);
  });

  it('its context is in the policy’s own errors', async () => {
    const context = { operation: 'user.info', correlationId: 'c-1' };
    const policy = createPolicy({ timeoutMs: 5, breaker });
    for (let i = 0; i < 2; i++) {
      const call = run(policy.execute(hang, { context }));
      await expect(call).rejects.toMatchObject({ type: 'TIMEOUT_ERROR', ...context });
    }
    breaker.reset();
    await openBreaker();
    await expect(policy.execute(hang, { context })).rejects.toMatchObject({ type: 'CIRCUIT_OPEN', ...context });
  });
});

describe('createPolicy', () => {
  it('lives through a year in a moment, under fake timers', async () => {
    const policy = createPolicy({ deadlineMs: 30_000, timeoutMs: 8_000, retry: createRetry(), breaker, rateLimiter });
    const answered: number[] = [];
    for (let day = 1; day <= 365; day++) {
      // In the second half of each week the service is down.
      const service = day % 7 < 4 ? answer : down;
      await run(
        policy.execute(service).then(
          () => answered.push(day),
          () => undefined,
        ),
      );
      await vi.advanceTimersByTimeAsync(86_400_000 - 30_000);
    }
    expect(answered).toHaveLength(209);
    expect(performance.now()).toBe(365 * 86_400_000);
  });

  it('is just the call where nothing is asked for', async () => {
    await expect(createPolicy().execute(({ attempt }) => Promise.resolve(attempt))).resolves.toBe(1);
  });

  it('rejects where the call throws before it gives a promise, and leaves no timer', async () => {
    const thrower = (): Promise<never> => {
      throw new RangeError('at once');
    };
    for (const options of [{}, { timeoutMs: 5 }, { deadlineMs: 5 }]) {
      await expect(createPolicy(options).execute(thrower)).rejects.toThrow('at once');
    }
  });

  it.each([{}, { timeoutMs: 5 }, { deadlineMs: 5 }])('gives an attempt one signal, with %j', async (options) => {
    await createPolicy(options).execute(async (context) => {
      expect(context.signal).toBe(context.signal);
      expect(context.signal.aborted).toBe(false);
    });
  });

  it('tells a call that asks for its signal only after its time is up', async () => {
    let reason: unknown;
    const call = createPolicy({ timeoutMs: 5 }).execute(async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      reason = context.signal.reason;
    });
    await expect(run(call)).rejects.toMatchObject({ code: 'attempt_timeout_exceeded' });
    expect(reason).toMatchObject({ code: 'attempt_timeout_exceeded' });
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
