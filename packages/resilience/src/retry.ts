import { TikTokError } from '@tt/errors';
import { count, duration } from './options.js';
import { sleep as realSleep, type Sleep } from './sleep.js';

/** How often and how patiently. */
export interface RetryOptions {
  /** How many times a call is made in all. Default: 3. */
  readonly attempts?: number | undefined;
  /** The first wait is drawn between 0 and this, in milliseconds; it doubles each time. Default: 200. */
  readonly baseDelayMs?: number | undefined;
  /** No wait of our own choosing is longer, in milliseconds. Default: 5,000. */
  readonly maxDelayMs?: number | undefined;
  /** A `Retry-After` beyond this fails at once instead of being waited for, in milliseconds. Default: 30,000. */
  readonly maxRetryAfterMs?: number | undefined;
  /** A number from 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  readonly sleep?: Sleep | undefined;
}

/**
 * Whether a call that failed may be made again.
 *
 * @param sends How many times it was made so far.
 */
export type RetryRule = (error: TikTokError, sends: number) => boolean;

/** What a retry tells whoever listens, before it waits. */
export interface RetryEvent {
  readonly error: TikTokError;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly delayMs: number;
}

export interface RetryExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: {@link ifRepeatable}. */
  readonly retryIf?: RetryRule | undefined;
  /** Time left in all, in milliseconds: a wait that would outlast it fails at once. Default: no limit. */
  readonly remainingMs?: (() => number) | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
}

export interface Retry {
  /**
   * Calls `fn`, and again after a wait while it fails in a way that `retryIf` allows. Only a `TikTokError` with
   * `retryable` is ever retried, and never `CIRCUIT_OPEN`.
   *
   * @throws The last error; the signal's reason when it aborts, during a wait too.
   */
  execute<T>(fn: (context: { readonly attempt: number }) => Promise<T>, options?: RetryExecuteOptions): Promise<T>;
}

/** For a call whose effect may be repeated, such as a read: any failure that can pass. */
export const ifRepeatable: RetryRule = () => true;

/**
 * For a call whose effect is single-use, such as a code exchange (D7): only where it certainly had no effect, because
 * nothing was sent, or because it was turned away for coming too fast.
 */
export const ifUnsent: RetryRule = ({ type, outcomeUnknown, statusCode }) => {
  if (type === 'RATE_LIMIT_ERROR') return true;
  return (type === 'NETWORK_ERROR' || type === 'TIMEOUT_ERROR') && !outcomeUnknown && statusCode === undefined;
};

/**
 * Retries with exponential backoff and full jitter, honouring `Retry-After`.
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 */
export function createRetry(options: RetryOptions = {}): Retry {
  const attempts = count('createRetry: attempts', options.attempts ?? 3);
  const baseDelayMs = duration('createRetry: baseDelayMs', options.baseDelayMs ?? 200);
  const maxDelayMs = duration('createRetry: maxDelayMs', options.maxDelayMs ?? 5_000);
  const maxRetryAfterMs = duration('createRetry: maxRetryAfterMs', options.maxRetryAfterMs ?? 30_000);
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? realSleep;

  /** How long to wait before the next attempt; `null` where there is to be none. */
  function delayAfter(error: TikTokError, attempt: number): number | null {
    const backoffMs = random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
    if (error.retryAfterMs === undefined) return backoffMs;
    // The jitter comes on top: before the time TikTok named, asking is useless.
    return error.retryAfterMs > maxRetryAfterMs ? null : error.retryAfterMs + backoffMs;
  }

  return {
    async execute(fn, { signal, retryIf = ifRepeatable, remainingMs, onRetry } = {}) {
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted();
        try {
          return await fn({ attempt });
        } catch (error) {
          if (attempt >= attempts || signal?.aborted === true || !canPass(error) || !retryIf(error, attempt))
            throw error;
          const delayMs = delayAfter(error, attempt);
          if (delayMs === null || (remainingMs !== undefined && delayMs >= remainingMs())) throw error;
          onRetry?.({ error, attempt, delayMs });
          await sleep(delayMs, signal);
        }
      }
    },
  };
}

/** An open breaker says so to the application, which may come back later; inside the call it is final (D8). */
function canPass(error: unknown): error is TikTokError {
  return TikTokError.isInstance(error) && error.retryable && error.type !== 'CIRCUIT_OPEN';
}
