import { TikTokError } from '@tt/errors';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createRetry, type GiveUpEvent, type Retry } from './retry.js';
import type { RetryBudgetOptions } from './retry-budget.js';

let now = 0;
const retryWith = (budget: RetryBudgetOptions | false | undefined): Retry =>
  createRetry({ attempts: 3, budget, sleep: () => Promise.resolve(), monotonicNow: () => now });

beforeEach(() => {
  now = 0;
});

/** Makes `calls` calls that all fail. @returns How many requests were sent. */
async function outage(retry: Retry, calls: number, everyMs = 0): Promise<number> {
  let sends = 0;
  for (let call = 0; call < calls; call++) {
    now += everyMs;
    await retry
      .execute(() => {
        sends += 1;
        return Promise.reject(new TikTokError('down', { type: 'SERVER_ERROR', statusCode: 503 }));
      })
      .catch(() => undefined);
  }
  return sends;
}

describe('the retry budget (D7)', () => {
  it('keeps a total outage from multiplying traffic', async () => {
    expect(await outage(retryWith({ capacity: 50, perSecond: 0 }), 1_000)).toBe(1_050);
    // With the defaults, at ten calls a second: what was saved up, and one retry a second.
    const sends = await outage(retryWith(undefined), 1_000, 100);
    expect(sends).toBeGreaterThan(1_000);
    expect(sends).toBeLessThanOrEqual(1_000 + 50 + 100);
  });

  it('keeps calls that run at the same time from multiplying traffic', async () => {
    const retry = retryWith({ capacity: 10 });
    const fn = vi.fn(() => Promise.reject(new TikTokError('down', { type: 'SERVER_ERROR', statusCode: 503 })));
    await Promise.allSettled(Array.from({ length: 500 }, () => retry.execute(fn)));
    expect(fn).toHaveBeenCalledTimes(510);
  });

  it('does without a limit where that is asked for', async () => {
    expect(await outage(retryWith(false), 100)).toBe(300);
  });

  it('is earned by successes: ten pay for one retry', async () => {
    const retry = retryWith({ capacity: 2, perSuccess: 0.1, perSecond: 0 });
    expect(await outage(retry, 5)).toBe(7);
    for (let i = 0; i < 9; i++) await retry.execute(() => Promise.resolve());
    expect(await outage(retry, 1)).toBe(1);
    for (let i = 0; i < 2; i++) await retry.execute(() => Promise.resolve());
    expect(await outage(retry, 1)).toBe(2);
  });

  it('is earned by time, for a client with few calls', async () => {
    const retry = retryWith({ capacity: 2, perSuccess: 0, perSecond: 0.5 });
    expect(await outage(retry, 5)).toBe(7);
    now += 1_900;
    expect(await outage(retry, 1)).toBe(1);
    now += 100;
    expect(await outage(retry, 1)).toBe(2);
  });

  it('saves up no more than its capacity', async () => {
    const retry = retryWith({ capacity: 3, perSecond: 1 });
    now += 86_400_000;
    for (let i = 0; i < 100; i++) await retry.execute(() => Promise.resolve());
    expect(await outage(retry, 10)).toBe(13);
  });

  it('tells that it was the reason', async () => {
    const retry = retryWith({ capacity: 1, perSecond: 0 });
    const error = new TikTokError('down', { type: 'SERVER_ERROR', statusCode: 503 });
    const heard: GiveUpEvent[] = [];
    const call = retry.execute(() => Promise.reject(error), { onGiveUp: (event) => void heard.push(event) });
    await expect(call).rejects.toBe(error);
    expect(heard).toEqual([{ error, attempt: 2, reason: 'budget', correlationId: error.correlationId }]);
  });

  it.each([
    [{ capacity: 0 }, 'createRetry: budget.capacity is 0; expected a whole number of at least 1'],
    [{ perSuccess: -1 }, 'createRetry: budget.perSuccess is -1; expected a number from 0 to 1'],
    [{ perSecond: Number.NaN }, 'createRetry: budget.perSecond is NaN; expected a number of at least 0'],
  ])('refuses %j by name', (budget, message) => {
    expect(() => createRetry({ budget })).toThrow(new TypeError(message));
  });
});
