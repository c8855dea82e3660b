import { TikTokError } from '@tt/errors';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RateLimitWait } from './rate-limit-queue.js';
import { type AcquireOptions, createRateLimiter, type RateLimiter, type RateLimiterOptions } from './rate-limiter.js';
import { TIKTOK_RATE_LIMITS } from './tiktok-rate-limits.js';

let made: RateLimiter[] = [];

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));

afterEach(() => {
  for (const limiter of made) limiter.close();
  made = [];
  // Nothing may outlive a limiter.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function create(options: RateLimiterOptions): RateLimiter {
  const limiter = createRateLimiter(options);
  made.push(limiter);
  return limiter;
}

/** What has come of each call so far, in the order in which it came. */
function watch(limiter: RateLimiter): {
  readonly acquire: (as: string, options?: AcquireOptions) => void;
  readonly log: string[];
} {
  const log: string[] = [];
  const acquire = (as: string, options?: AcquireOptions): void => {
    limiter.acquire(options).then(
      () => log.push(as),
      (error: unknown) => log.push(`${as}: ${TikTokError.isInstance(error) ? error.code : String(error)}`),
    );
  };
  return { acquire, log };
}

const flush = () => vi.advanceTimersByTimeAsync(0);
const secondly = (limit: number) => ({ limit, windowMs: 1_000 });

describe('waiting', () => {
  it('lets calls through at once up to the limit, then in the order of arrival', async () => {
    const { acquire, log } = watch(create({ default: secondly(2) }));
    for (const name of ['a', 'b', 'c', 'd', 'e']) acquire(name);
    await flush();
    expect(log).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(999);
    acquire('f');
    expect(log).toEqual(['a', 'b']);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('slides: around the end of a window no more calls pass than anywhere else', async () => {
    const { acquire, log } = watch(create({ default: secondly(2) }));
    acquire('a');
    await vi.advanceTimersByTimeAsync(900);
    for (const name of ['b', 'c', 'd']) acquire(name);
    await vi.advanceTimersByTimeAsync(100);
    // A window that stands still would let d through too.
    expect(log).toEqual(['a', 'b', 'c']);
    await vi.advanceTimersByTimeAsync(899);
    expect(log).toEqual(['a', 'b', 'c']);
    await vi.advanceTimersByTimeAsync(1);
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets no more than the limit through in any window, and nobody wait without need', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 0, max: 700 }), { minLength: 1, maxLength: 40 }),
        async (limit, gaps) => {
          const limiter = createRateLimiter({ default: secondly(limit) });
          const passed: number[] = [];
          const arrived: number[] = [];
          for (const gap of gaps) {
            await vi.advanceTimersByTimeAsync(gap);
            arrived.push(Date.now());
            void limiter.acquire().then(() => passed.push(Date.now()));
          }
          await vi.advanceTimersByTimeAsync(60_000);
          limiter.close();
          // The plain rule: as soon as it has arrived and the call `limit` places before it is a window old.
          const expected: number[] = [];
          arrived.forEach((at, i) => {
            const before = expected[i - limit];
            expected.push(Math.max(at, expected[i - 1] ?? 0, before === undefined ? 0 : before + 1_000));
          });
          expect(passed).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives the place of whoever leaves to the next', async () => {
    const { acquire, log } = watch(create({ default: secondly(1) }));
    const controller = new AbortController();
    acquire('a');
    acquire('b', { signal: controller.signal });
    acquire('c');
    await vi.advanceTimersByTimeAsync(500);
    controller.abort('enough');
    await vi.advanceTimersByTimeAsync(500);
    expect(log).toEqual(['a', 'b: enough', 'c']);
  });

  it('leaves no timer where everybody has left', async () => {
    const limiter = create({ default: secondly(1) });
    const { acquire, log } = watch(limiter);
    acquire('a');
    await flush();
    const idle = vi.getTimerCount();
    const controller = new AbortController();
    acquire('b', { signal: controller.signal });
    await flush();
    expect(vi.getTimerCount()).toBe(idle + 1);
    controller.abort('enough');
    expect(vi.getTimerCount()).toBe(idle);
    // Whoever comes then is not forgotten.
    acquire('c');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log).toEqual(['a', 'b: enough', 'c']);
  });

  it('takes no place for a call that was called off before', async () => {
    const { acquire, log } = watch(create({ default: secondly(1) }));
    acquire('a', { signal: AbortSignal.abort('early') });
    acquire('b');
    await flush();
    expect(log).toEqual(['a: early', 'b']);
  });

  it('tells how long a call waited, and whether it got through', async () => {
    const limiter = create({ default: secondly(1) });
    const waits: RateLimitWait[] = [];
    const onWait = (wait: RateLimitWait): void => void waits.push(wait);
    const controller = new AbortController();
    await limiter.acquire({ onWait });
    expect(waits).toEqual([]);
    const second = limiter.acquire({ onWait });
    const third = limiter.acquire({ onWait, signal: controller.signal });
    await vi.advanceTimersByTimeAsync(1_000);
    await second;
    await vi.advanceTimersByTimeAsync(250);
    controller.abort();
    await third.catch(() => undefined);
    expect(waits).toEqual([
      { waitedMs: 1_000, admitted: true },
      { waitedMs: 1_250, admitted: false },
    ]);
  });

  it('a listener that throws fails its own call, and holds up nobody', async () => {
    const { acquire, log } = watch(create({ default: secondly(1) }));
    const onWait = (): void => {
      throw new RangeError('in the listener');
    };
    acquire('a');
    acquire('b', { onWait });
    acquire('c');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(log).toEqual(['a', 'b: RangeError: in the listener', 'c']);
  });

  it('lets a bounded number wait, even of a thousand that come at the same moment', async () => {
    const { acquire, log } = watch(create({ default: secondly(600), maxQueue: 100 }));
    for (let i = 0; i < 1_000; i++) acquire('call');
    await flush();
    expect(log.filter((entry) => entry === 'call')).toHaveLength(600);
    expect(log.filter((entry) => entry === 'call: rate_limited_locally')).toHaveLength(300);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log.filter((entry) => entry === 'call')).toHaveLength(700);
    // There is room again.
    acquire('late');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log.at(-1)).toBe('late');
  });

  it('lets others wait when those who waited have gone, one by one too', async () => {
    const { acquire, log } = watch(create({ default: secondly(1), maxQueue: 1 }));
    acquire('a');
    await flush();
    acquire('b');
    await flush();
    acquire('c');
    await flush();
    expect(log).toEqual(['a', 'c: rate_limited_locally']);
    await vi.advanceTimersByTimeAsync(1_000);
    acquire('d');
    await vi.advanceTimersByTimeAsync(500);
    acquire('e');
    await vi.advanceTimersByTimeAsync(500);
    expect(log.slice(2)).toEqual(['b', 'e: rate_limited_locally', 'd']);
  });

  it('takes its listener from the signal when the wait is over', async () => {
    const limiter = create({ default: secondly(1) });
    const { signal } = new AbortController();
    const removed = vi.spyOn(signal, 'removeEventListener');
    await limiter.acquire({ signal });
    expect(removed).toHaveBeenCalledOnce();
  });

  it('refuses at once who would have to wait longer than they can', async () => {
    const limiter = create({ default: secondly(1) });
    const { acquire, log } = watch(limiter);
    acquire('a', { maxWaitMs: 0 });
    acquire('b', { maxWaitMs: 999 });
    acquire('c', { maxWaitMs: 1_000 });
    // c is ahead of it.
    acquire('d', { maxWaitMs: 1_500 });
    await flush();
    expect(log).toEqual(['a', 'b: rate_limited_locally', 'd: rate_limited_locally']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log.at(-1)).toBe('c');
  });

  it('does not hang on the wall clock', async () => {
    const { acquire, log } = watch(create({ default: secondly(1) }));
    acquire('a');
    await flush();
    vi.setSystemTime(Date.now() - 7_200_000);
    acquire('b');
    await vi.advanceTimersByTimeAsync(1_001);
    expect(log).toEqual(['a', 'b']);
  });

  it('does under fake timers in a moment what takes a day', async () => {
    const limiter = create({ default: { limit: 1, windowMs: 3_600_000 } });
    const { acquire, log } = watch(limiter);
    for (let i = 0; i < 25; i++) acquire('call');
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(log).toHaveLength(25);
  });
});

describe('refusing', () => {
  it('says after how long it makes sense to come back, and nothing of a status', async () => {
    const limiter = create({ default: secondly(2), whenExceeded: 'refuse' });
    await limiter.acquire();
    await vi.advanceTimersByTimeAsync(400);
    await limiter.acquire();
    const error = await limiter
      .acquire({ context: { operation: 'user.info', correlationId: 'c-1', statusCode: 200 } })
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      type: 'RATE_LIMIT_ERROR',
      code: 'rate_limited_locally',
      retryAfterMs: 600,
      retryable: true,
      operation: 'user.info',
      correlationId: 'c-1',
    });
    expect(error).not.toHaveProperty('statusCode');
    // The library's own two, which keep nothing alive; nobody waits.
    expect(vi.getTimerCount()).toBe(2);
    await vi.advanceTimersByTimeAsync(600);
    await expect(limiter.acquire()).resolves.toBeUndefined();
  });

  it('a refused call takes no place', async () => {
    const { acquire, log } = watch(create({ default: secondly(1), whenExceeded: 'refuse' }));
    for (let i = 0; i < 10; i++) acquire('call');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log.filter((entry) => entry === 'call')).toHaveLength(1);
    acquire('next');
    await flush();
    expect(log.at(-1)).toBe('next');
  });
});

describe('limits by name and key', () => {
  it('counts each key by itself, or all together, as the limit says', async () => {
    const limits = { byKey: secondly(1), together: { ...secondly(1), per: 'app' as const } };
    const { acquire, log } = watch(create({ limits, whenExceeded: 'refuse' }));
    for (const name of ['byKey', 'together']) {
      for (const key of ['k1', 'k2', 'k1']) acquire(`${name} ${key}`, { name, key });
    }
    await flush();
    expect(log.toSorted()).toEqual([
      'byKey k1',
      'byKey k1: rate_limited_locally',
      'byKey k2',
      'together k1',
      'together k1: rate_limited_locally',
      'together k2: rate_limited_locally',
    ]);
  });

  it('a call of no known name falls under the default, or under nothing', async () => {
    const free = watch(create({ limits: { known: secondly(1) }, whenExceeded: 'refuse' }));
    for (const name of ['known', 'unknown', 'constructor', undefined, undefined]) free.acquire(`${name}`, { name });
    await flush();
    expect(free.log.toSorted()).toEqual(['constructor', 'known', 'undefined', 'undefined', 'unknown']);
    const bound = watch(create({ limits: { known: secondly(1) }, default: secondly(1), whenExceeded: 'refuse' }));
    for (const name of ['known', 'unknown', 'other']) bound.acquire(name, { name });
    await flush();
    expect(bound.log.toSorted()).toEqual(['known', 'other: rate_limited_locally', 'unknown']);
  });

  it('forgets keys that have not called for a window, so that it stays small', async () => {
    const limiter = create({ default: secondly(1), whenExceeded: 'refuse' });
    for (let i = 0; i < 500; i++) await limiter.acquire({ key: `user-${i}` });
    await vi.advanceTimersByTimeAsync(1_001);
    // The library's own timers have ended, and what they held is gone with the next key.
    expect(vi.getTimerCount()).toBe(0);
    await limiter.acquire({ key: 'next' });
    expect(vi.getTimerCount()).toBe(1);
  });

  it('does not forget a key that has called within the window', async () => {
    const limiter = create({ default: secondly(2), whenExceeded: 'refuse' });
    await limiter.acquire({ key: 'k1' });
    await vi.advanceTimersByTimeAsync(900);
    await limiter.acquire({ key: 'k1' });
    await vi.advanceTimersByTimeAsync(200);
    await limiter.acquire({ key: 'k2' });
    await limiter.acquire({ key: 'k1' });
    await expect(limiter.acquire({ key: 'k1' })).rejects.toMatchObject({ code: 'rate_limited_locally' });
  });

  it('forgets whoever called longest ago where there are too many keys, timers included', async () => {
    const limiter = create({ default: secondly(1), whenExceeded: 'refuse', maxKeys: 3 });
    for (let i = 0; i < 100; i++) await limiter.acquire({ key: `user-${i}` });
    expect(vi.getTimerCount()).toBe(3);
    await expect(limiter.acquire({ key: 'user-99' })).rejects.toMatchObject({ code: 'rate_limited_locally' });
    for (let i = 0; i < 50; i++) {
      // user-99 calls again all the time, so it is never the next to go.
      await limiter.acquire({ key: `user-${i}` });
      await expect(limiter.acquire({ key: 'user-99' })).rejects.toMatchObject({ code: 'rate_limited_locally' });
    }
  });

  it('does not forget a key that is waited for, and refuses where all are', async () => {
    const limiter = create({ default: secondly(1), maxKeys: 2 });
    const { acquire, log } = watch(limiter);
    for (const key of ['k1', 'k2']) {
      await limiter.acquire({ key });
      acquire(key, { key });
    }
    await flush();
    acquire('k3', { key: 'k3' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(log).toEqual(['k3: rate_limited_locally', 'k1', 'k2']);
  });
});

describe('close', () => {
  it('refuses who waits and who comes, and ends every timer', async () => {
    const limiter = create({ default: secondly(1), limits: { known: secondly(1) } });
    const { acquire, log } = watch(limiter);
    for (const name of [undefined, 'known']) for (let i = 0; i < 2; i++) acquire(`${name}`, { name });
    await flush();
    limiter.close();
    await flush();
    acquire('late');
    await flush();
    expect(log.toSorted()).toEqual(['known', 'known: closed', 'late: closed', 'undefined', 'undefined: closed']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('comes at the end of a using block', async () => {
    {
      using limiter = createRateLimiter({ default: secondly(1) });
      await limiter.acquire();
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('has TikTok’s limits as data', async () => {
  expect(TIKTOK_RATE_LIMITS['/v2/user/info/']).toEqual({
    limit: 600,
    windowMs: 60_000,
    per: 'app',
    source: 'https://developers.tiktok.com/docs/en/tiktok-api-v2-rate-limit',
  });
  const perToken = Object.entries(TIKTOK_RATE_LIMITS).filter(([, { per }]) => per === 'key');
  expect(perToken.map(([path, { limit }]) => [path, limit])).toEqual([
    ['/v2/post/publish/video/init/', 6],
    ['/v2/post/publish/inbox/video/init/', 6],
    ['/v2/post/publish/content/init/', 6],
    ['/v2/post/publish/creator_info/query/', 20],
    ['/v2/post/publish/status/fetch/', 30],
  ]);
  const { acquire, log } = watch(create({ limits: TIKTOK_RATE_LIMITS, whenExceeded: 'refuse' }));
  for (let i = 0; i < 7; i++) acquire('call', { name: '/v2/post/publish/video/init/', key: 'hash' });
  await flush();
  expect(log.filter((entry) => entry === 'call')).toHaveLength(6);
});

it.each([
  [{ maxQueue: -1 }, 'createRateLimiter: maxQueue is -1; expected a whole number of at least 0'],
  [{ maxKeys: 0 }, 'createRateLimiter: maxKeys is 0; expected a whole number of at least 1'],
  [
    { default: { limit: 0, windowMs: 1 } },
    'createRateLimiter: default.limit is 0; expected a whole number of at least 1',
  ],
  [
    { limits: { x: { limit: 1, windowMs: 0 } } },
    "createRateLimiter: limits['x'].windowMs is 0; expected milliseconds, more than 0 and at most 2147483647",
  ],
])('refuses %j by name', (options, message) => {
  expect(() => createRateLimiter(options)).toThrow(new TypeError(message));
});

it('refuses what JavaScript callers may write', () => {
  const options: object = { whenExceeded: 'queue' };
  expect(() => createRateLimiter(options)).toThrow(
    new TypeError("createRateLimiter: whenExceeded is queue; expected 'wait' or 'refuse'"),
  );
});
