import { count, countOrNone, duration, oneOf } from './options.js';
import { RateLimitKeys } from './rate-limit-keys.js';
import { type AdmissionOptions, closedError } from './rate-limit-queue.js';

/** How many calls may be made in what time, and whose calls are counted together. */
export interface RateLimit {
  /** How many calls. */
  readonly limit: number;
  /** Within any span of this length, in milliseconds: the window slides. */
  readonly windowMs: number;
  /** `key` counts each key by itself, `app` counts all calls together. Default: `key`. */
  readonly per?: 'key' | 'app' | undefined;
}

export interface RateLimiterOptions {
  /** Limits by name; a call says which one it falls under. Default: none. */
  readonly limits?: Readonly<Record<string, RateLimit>> | undefined;
  /** The limit of a call whose name is in no limit, all of them together. Default: such a call is let through. */
  readonly default?: RateLimit | undefined;
  /** Whether a call beyond the limit waits for its turn or is refused. Default: `wait`. */
  readonly whenExceeded?: 'wait' | 'refuse' | undefined;
  /** How many may wait for one limit and key; whoever comes then is refused. Default: 100. */
  readonly maxQueue?: number | undefined;
  /**
   * For how many keys a limit keeps count. Beyond it the key that called longest ago is forgotten, so that it may call
   * more often than the limit says. Default: 10,000.
   */
  readonly maxKeys?: number | undefined;
}

export interface AcquireOptions extends AdmissionOptions {
  /** Which limit the call falls under. Default: the default limit. */
  readonly name?: string | undefined;
  /** Whose call it is, where the limit counts by key: a hash of the access token, say, never the token. */
  readonly key?: string | undefined;
}

/** Keeps calls below a limit of the service, by letting them wait or by refusing them. */
export interface RateLimiter {
  /**
   * Resolves when the call may be made, in the order of arrival.
   *
   * @param options.signal Aborting it ends the wait and gives the place to the next.
   * @throws TikTokError `RATE_LIMIT_ERROR` with code `rate_limited_locally` and `retryAfterMs`, without a `statusCode`,
   *   when the call is refused; `VALIDATION_ERROR` with code `closed` after `close()`; the signal's reason when it aborts.
   */
  acquire(options?: AcquireOptions): Promise<void>;
  /** Refuses everybody who waits, and ends all timers. */
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * A rate limiter in the memory of this process: twenty processes that share a limit get a twentieth of it each.
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { createRateLimiter, TIKTOK_RATE_LIMITS } from '@tt/resilience';
 *
 * const limiter = createRateLimiter({ limits: TIKTOK_RATE_LIMITS });
 * await limiter.acquire({ name: '/v2/post/publish/video/init/', key: 'hash-of-the-access-token' });
 * limiter.close();
 * ```
 */
export function createRateLimiter(options: RateLimiterOptions = {}): RateLimiter {
  const whenExceeded = oneOf('createRateLimiter: whenExceeded', options.whenExceeded ?? 'wait', ['wait', 'refuse']);
  const maxQueue = countOrNone('createRateLimiter: maxQueue', options.maxQueue ?? 100);
  const maxKeys = count('createRateLimiter: maxKeys', options.maxKeys ?? 10_000);
  const settings = { maxQueue: whenExceeded === 'wait' ? maxQueue : 0, maxKeys };
  const limits = new Map(
    Object.entries(options.limits ?? {}).map(([name, limit]) => [
      name,
      keysOf(`createRateLimiter: limits['${name}']`, limit, settings),
    ]),
  );
  const rest = options.default && keysOf('createRateLimiter: default', options.default, settings);
  let closed = false;

  const limiter: RateLimiter = {
    async acquire(request = {}) {
      const { name, key = '', context } = request;
      if (closed) throw closedError(context);
      const limit = (name === undefined ? undefined : limits.get(name)) ?? rest;
      await limit?.queueOf(key, context).admit(request);
    },
    close() {
      closed = true;
      for (const limit of limits.values()) limit.close();
      rest?.close();
    },
    [Symbol.dispose]() {
      limiter.close();
    },
  };
  return limiter;
}

function keysOf(
  option: string,
  { limit, windowMs, per = 'key' }: RateLimit,
  settings: { readonly maxQueue: number; readonly maxKeys: number },
): RateLimitKeys {
  return new RateLimitKeys({
    ...settings,
    limit: count(`${option}.limit`, limit),
    windowMs: duration(`${option}.windowMs`, windowMs),
    per: oneOf(`${option}.per`, per, ['key', 'app']),
  });
}
