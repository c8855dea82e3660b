import { circuitOpenError, networkError, TikTokError, timeoutError } from '@tt/errors';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createRetry, ifRepeatable, ifUnsent, type RetryOptions } from './retry.js';

const serverError = (extra = {}) => new TikTokError('m', { type: 'SERVER_ERROR', statusCode: 503, ...extra });

function setUp(options: RetryOptions = {}) {
  const waits: number[] = [];
  const retry = createRetry({
    random: () => 1,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  return { retry, waits };
}

describe('createRetry', () => {
  it('tries three times in all, doubling the wait, and throws the last error', async () => {
    const { retry, waits } = setUp();
    const errors = [serverError(), serverError(), serverError()];
    const fn = vi.fn(({ attempt }: { attempt: number }) => Promise.reject(errors[attempt - 1]));
    await expect(retry.execute(fn)).rejects.toBe(errors[2]);
    expect(fn).toHaveBeenCalledTimes(3);
    expect(waits).toEqual([200, 400]);
  });

  it('stops at the first success and tells who listens', async () => {
    const { retry } = setUp();
    const onRetry = vi.fn();
    const error = serverError();
    const result = await retry.execute(({ attempt }) => (attempt < 2 ? Promise.reject(error) : Promise.resolve('ok')), {
      onRetry,
    });
    expect(result).toBe('ok');
    expect(onRetry.mock.calls).toEqual([[{ error, attempt: 1, delayMs: 200 }]]);
  });

  it('waits between nothing and the doubled base, never above the ceiling', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.integer({ min: 2, max: 12 }),
        async (chance, attempts) => {
          const { retry, waits } = setUp({ random: () => chance, attempts });
          await retry.execute(() => Promise.reject(serverError())).catch(() => undefined);
          expect(waits).toHaveLength(attempts - 1);
          waits.forEach((wait, i) => {
            expect(wait).toBeGreaterThanOrEqual(0);
            expect(wait).toBeLessThanOrEqual(Math.min(5_000, 200 * 2 ** i));
          });
        },
      ),
    );
  });

  it('honours Retry-After up to its ceiling, and beyond it fails at once', async () => {
    const within = setUp({ attempts: 2 });
    await within.retry.execute(() => Promise.reject(serverError({ retryAfterMs: 30_000 }))).catch(() => undefined);
    expect(within.waits).toEqual([30_200]);
    const beyond = setUp({ attempts: 2 });
    await beyond.retry.execute(() => Promise.reject(serverError({ retryAfterMs: 30_001 }))).catch(() => undefined);
    expect(beyond.waits).toEqual([]);
  });

  it.each([
    ['an open breaker', circuitOpenError(10)],
    ['what cannot pass', new TikTokError('m', { type: 'TOKEN_EXPIRED' })],
    ['an error nobody foresaw', new TypeError('bug')],
  ])('does not retry %s', async (_name, error) => {
    const { retry } = setUp();
    const fn = vi.fn(() => Promise.reject(error));
    await expect(retry.execute(fn)).rejects.toBe(error);
    expect(fn).toHaveBeenCalledOnce();
  });

  it('does not begin a wait that would outlast the time left', async () => {
    const { retry, waits } = setUp();
    const error = serverError();
    await expect(retry.execute(() => Promise.reject(error), { remainingMs: () => 200 })).rejects.toBe(error);
    expect(waits).toEqual([]);
  });

  it('stops waiting as soon as the signal aborts', async () => {
    const retry = createRetry({ baseDelayMs: 60_000, maxDelayMs: 60_000, random: () => 1 });
    const controller = new AbortController();
    const call = retry.execute(() => Promise.reject(serverError()), {
      signal: controller.signal,
      onRetry: () => setImmediate(() => controller.abort(new Error('enough'))),
    });
    await expect(call).rejects.toThrow('enough');
  });

  it.each([
    [{ attempts: 1.5 }, 'createRetry: attempts is 1.5; expected a whole number of at least 1'],
    [{ baseDelayMs: 0 }, 'createRetry: baseDelayMs is 0; expected milliseconds, more than 0 and at most 2147483647'],
  ])('refuses %j by name', (options, message) => {
    expect(() => createRetry(options)).toThrow(new TypeError(message));
  });
});

describe('the rules (D7)', () => {
  const refused = networkError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
  const reset = networkError(Object.assign(new Error('x'), { code: 'ECONNRESET' }));
  const tooFast = new TikTokError('m', { type: 'RATE_LIMIT_ERROR', statusCode: 429 });

  it('a read may be repeated after anything that can pass', () => {
    for (const error of [refused, reset, tooFast, serverError(), timeoutError('deadline', 1)]) {
      expect(ifRepeatable(error, 1)).toBe(true);
    }
  });

  it('a single-use request only where it certainly had no effect', () => {
    expect(ifUnsent(refused, 1)).toBe(true);
    expect(ifUnsent(tooFast, 1)).toBe(true);
    expect(ifUnsent(reset, 1)).toBe(false);
    expect(ifUnsent(serverError(), 1)).toBe(false);
    expect(ifUnsent(serverError({ statusCode: undefined }), 1)).toBe(false);
    expect(ifUnsent(timeoutError('attempt timeout', 1), 1)).toBe(false);
  });
});
