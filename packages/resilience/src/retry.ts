import { TikTokError } from '@tt/errors';
import { count, duration } from './options.js';
import { isRefusalOfOurs } from './outcome.js';
import { RetryBudget, type RetryBudgetOptions } from './retry-budget.js';
import { ifRepeatable, type RetryRule } from './retry-rule.js';
import { sleep as realSleep, type Sleep } from './sleep.js';

/** How often and how patiently. */
export interface RetryOptions {
  /** How many times a call is made in all. Default: 3. */
  readonly attempts?: number | undefined;
  /** The first wait is drawn between 0 and this, in milliseconds; it doubles each time. Default: 200. */
  readonly baseDelayMs?: number | undefined;
  /** No wait of our own choosing is longer, in milliseconds. Default: 5,000. */
  readonly maxDelayMs?: number | undefined;
  /** A `retryAfterMs` beyond this fails at once instead of being waited for, in milliseconds. Default: 30,000. */
  readonly maxRetryAfterMs?: number | undefined;
  /**
   * What all retries of this client together are paid from. `false` is no limit, for what has to land, such as the write
   * of the only copy of a token. Default: 50 saved up, 0.1 earned by each success, 1 each second.
   */
  readonly budget?: RetryBudgetOptions | false | undefined;
  /** A number from 0 up to 1. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Waits between attempts. Default: `setTimeout`. */
  readonly sleep?: Sleep | undefined;
  /** What the budget measures time with, in milliseconds. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

/** What a retry tells whoever listens, before it waits. */
export interface RetryEvent {
  readonly error: TikTokError;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** How long it waits now, in milliseconds. */
  readonly delayMs: number;
  /** That of the first attempt's error: it joins all retries of a call. */
  readonly correlationId: string;
}

/** Why a failure that could have passed was not retried. */
export type GiveUpReason =
  /** There were as many attempts as there may be. */
  | 'attempts'
  /** All calls of this client together have retried too much. */
  | 'budget'
  /** The service asks for a longer wait than `maxRetryAfterMs`. */
  | 'retry_after'
  /** The wait would outlast the time left. */
  | 'deadline';

/** What a retry tells whoever listens, when it does not try again though the rule allows it. */
export interface GiveUpEvent {
  readonly error: TikTokError;
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly reason: GiveUpReason;
  /** That of the first attempt's error. */
  readonly correlationId: string;
}

export interface RetryExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: {@link ifRepeatable}. */
  readonly retryIf?: RetryRule | undefined;
  /** Time left in all, in milliseconds: a wait that would outlast it fails at once. Default: no limit. */
  readonly remainingMs?: (() => number) | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  readonly onGiveUp?: ((event: GiveUpEvent) => void) | undefined;
}

/** What one attempt of a retry is told. */
export interface Attempt {
  /** From 1. */
  readonly attempt: number;
}

export interface Retry {
  /**
   * Calls `fn`, and again after a wait while it fails in a way that `retryIf` allows. Only a `TikTokError` with
   * `retryable` is ever retried, and never a refusal of a breaker or a limiter of ours.
   *
   * @throws The last error; the signal's reason when it aborts, during a wait too.
   */
  execute<T>(fn: (context: Attempt) => Promise<T>, options?: RetryExecuteOptions): Promise<T>;
}

/**
 * Retries with exponential backoff and full jitter, honouring `Retry-After`, within a budget (D7).
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { createRetry } from '@tt/resilience';
 *
 * const retry = createRetry({ attempts: 3, baseDelayMs: 200, maxDelayMs: 5_000 });
 * const answer = await retry.execute(async ({ attempt }) => `answered at attempt ${attempt}`);
 * ```
 */
export function createRetry(options: RetryOptions = {}): Retry {
  const attempts = count('createRetry: attempts', options.attempts ?? 3);
  const baseDelayMs = duration('createRetry: baseDelayMs', options.baseDelayMs ?? 200);
  const maxDelayMs = duration('createRetry: maxDelayMs', options.maxDelayMs ?? 5_000);
  const maxRetryAfterMs = duration('createRetry: maxRetryAfterMs', options.maxRetryAfterMs ?? 30_000);
  const monotonicNow = options.monotonicNow ?? (() => performance.now());
  const budget =
    options.budget === false ? undefined : new RetryBudget('createRetry: budget', options.budget ?? {}, monotonicNow);
  const random = options.random ?? Math.random;
  const sleep = options.sleep ?? realSleep;

  /** What to do after a failure that the rule would have repeated. The budget is asked last, since it is spent. */
  function next(error: TikTokError, attempt: number, remainingMs: number): { delayMs: number } | GiveUpReason {
    if (attempt >= attempts) return 'attempts';
    const { retryAfterMs = 0 } = error;
    if (retryAfterMs > maxRetryAfterMs) return 'retry_after';
    // The jitter comes on top: before the time the service named, asking is useless.
    const delayMs = retryAfterMs + random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
    if (delayMs >= remainingMs) return 'deadline';
    return budget === undefined || budget.spend() ? { delayMs } : 'budget';
  }

  return {
    async execute(fn, { signal, retryIf = ifRepeatable, remainingMs, onRetry, onGiveUp } = {}) {
      let correlationId: string | undefined;
      for (let attempt = 1; ; attempt++) {
        signal?.throwIfAborted();
        try {
          const result = await fn({ attempt });
          budget?.earn();
          return result;
        } catch (error) {
          signal?.throwIfAborted();
          if (!canPass(error) || !retryIf(error, attempt)) throw error;
          correlationId ??= error.correlationId;
          const decided = next(error, attempt, remainingMs?.() ?? Number.POSITIVE_INFINITY);
          if (typeof decided === 'string') {
            onGiveUp?.({ error, attempt, reason: decided, correlationId });
            throw decided === 'retry_after' ? asksForTooLong(error, maxRetryAfterMs) : error;
          }
          onRetry?.({ error, attempt, delayMs: decided.delayMs, correlationId });
          await sleep(decided.delayMs, signal);
        }
      }
    },
  };
}

/** An open breaker says `retryable` to the application, which may come back later; inside the call it is final (D8). */
function canPass(error: unknown): error is TikTokError {
  return TikTokError.isInstance(error) && error.retryable && !isRefusalOfOurs(error);
}

/** `error`, saying why nobody waited. */
function asksForTooLong(error: TikTokError, maxRetryAfterMs: number): TikTokError {
  const seconds = Math.ceil((error.retryAfterMs ?? 0) / 1_000);
  return new TikTokError(
    `${error.message} (not retried: it asks for a wait of ${seconds} s, and a retry waits ${maxRetryAfterMs / 1_000} s at most)`,
    {
      type: error.type,
      code: error.code,
      correlationId: error.correlationId,
      userMessage: error.userMessage,
      retryable: error.retryable,
      audience: error.audience,
      hint: error.hint,
      statusCode: error.statusCode,
      logId: error.logId,
      retryAfterMs: error.retryAfterMs,
      operation: error.operation,
      docsUrl: error.docsUrl,
      outcomeUnknown: error.outcomeUnknown,
      timestamp: error.timestamp,
      cause: error,
    },
  );
}
