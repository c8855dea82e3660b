import { circuitOpenError, TikTokError } from '@tt/errors';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createRetry, type RetryOptions } from './retry.js';

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

const asError = (error: unknown): TikTokError => {
  if (TikTokError.isInstance(error)) return error;
  throw error;
};

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
    expect(onRetry.mock.calls).toEqual([[{ error, attempt: 1, delayMs: 200, correlationId: error.correlationId }]]);
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

  it('gives the id of the first attempt’s error with every retry, and with giving up', async () => {
    const { retry } = setUp();
    const errors = [1, 2, 3].map((n) => serverError({ correlationId: `id-${n}` }));
    const ids: string[] = [];
    const call = retry.execute(({ attempt }) => Promise.reject(errors[attempt - 1]), {
      onRetry: ({ correlationId }) => void ids.push(correlationId),
      onGiveUp: ({ correlationId, reason }) => void ids.push(`${reason} ${correlationId}`),
    });
    await expect(call).rejects.toBe(errors[2]);
    expect(ids).toEqual(['id-1', 'id-1', 'attempts id-1']);
  });

  // 120 ms would pass for either unit; 20 seconds waited as 20 ms would not.
  it.each([1_000, 20_000, 30_000])('honours a Retry-After of %d ms, with the jitter on top', async (retryAfterMs) => {
    const { retry, waits } = setUp({ attempts: 2 });
    await retry.execute(() => Promise.reject(serverError({ retryAfterMs }))).catch(() => undefined);
    expect(waits).toEqual([retryAfterMs + 200]);
  });

  it('fails at once where Retry-After is beyond its ceiling, and says so', async () => {
    const { retry, waits } = setUp();
    const error = new TikTokError('Too many requests', {
      type: 'RATE_LIMIT_ERROR',
      statusCode: 429,
      code: 'rate_limit_exceeded',
      logId: 'log-1',
      operation: 'user.info',
      hint: 'Call less often.',
      retryAfterMs: 30_001,
      cause: new Error('c'),
    });
    const reasons: string[] = [];
    const fn = vi.fn(() => Promise.reject(error));
    const given = await retry.execute(fn, { onGiveUp: ({ reason }) => void reasons.push(reason) }).catch(asError);
    expect(given.message).toBe(
      'Too many requests (not retried: it asks for a wait of 31 s, and a retry waits 30 s at most)',
    );
    expect(given.cause).toBe(error);
    // All else is as it was.
    const { message: _m, stack: _s, cause: _c, ...before } = error.toJSON();
    const { message: _m2, stack: _s2, cause: _c2, ...after } = given.toJSON();
    expect(after).toEqual(before);
    expect([fn.mock.calls.length, waits, reasons]).toEqual([1, [], ['retry_after']]);
  });

  it('waits out a minute’s window where it is allowed to', async () => {
    const { retry, waits } = setUp({ attempts: 2, maxRetryAfterMs: 60_000 });
    const tooFast = new TikTokError('m', { type: 'RATE_LIMIT_ERROR', statusCode: 429, retryAfterMs: 60_000 });
    await retry.execute(() => Promise.reject(tooFast)).catch(() => undefined);
    expect(waits).toEqual([60_200]);
  });

  it.each([
    ['an open breaker', circuitOpenError(10)],
    ['a limiter of ours', new TikTokError('m', { type: 'RATE_LIMIT_ERROR', retryAfterMs: 10 })],
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
    const reasons: string[] = [];
    const call = retry.execute(() => Promise.reject(error), {
      remainingMs: () => 200,
      onGiveUp: ({ reason }) => void reasons.push(reason),
    });
    await expect(call).rejects.toBe(error);
    expect([waits, reasons]).toEqual([[], ['deadline']]);
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

  it('sends nothing where the signal was aborted before', async () => {
    const { retry } = setUp();
    const fn = vi.fn(() => Promise.resolve());
    const signal = AbortSignal.abort(new Error('early'));
    await expect(retry.execute(fn, { signal })).rejects.toThrow('early');
    expect(fn).not.toHaveBeenCalled();
  });

  it('gives up without a word where the caller called it off meanwhile', async () => {
    const { retry, waits } = setUp();
    const controller = new AbortController();
    const onGiveUp = vi.fn();
    const call = retry.execute(
      () => {
        controller.abort(new Error('enough'));
        return Promise.reject(serverError());
      },
      { signal: controller.signal, onGiveUp },
    );
    await expect(call).rejects.toThrow('enough');
    expect(waits).toEqual([]);
    expect(onGiveUp).not.toHaveBeenCalled();
  });

  it.each([
    [{ attempts: 1.5 }, 'createRetry: attempts is 1.5; expected a whole number of at least 1'],
    [{ baseDelayMs: 0 }, 'createRetry: baseDelayMs is 0; expected milliseconds, more than 0 and at most 2147483647'],
  ])('refuses %j by name', (options, message) => {
    expect(() => createRetry(options)).toThrow(new TypeError(message));
  });
});
