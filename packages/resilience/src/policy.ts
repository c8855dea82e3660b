import type { CallContext } from '@tt/errors';
import type { CircuitBreaker } from './circuit-breaker.js';
import { duration } from './options.js';
import { PolicyCall } from './policy-call.js';
import type { RateLimitWait } from './rate-limit-queue.js';
import type { RateLimiter } from './rate-limiter.js';
import type { GiveUpEvent, Retry, RetryEvent } from './retry.js';
import type { RetryRule } from './retry-rule.js';

/** Which parts a policy is made of. Each is optional. */
export interface PolicyOptions {
  /** The longest a call may take over all its attempts and waits, in milliseconds. Default: no limit. */
  readonly deadlineMs?: number | undefined;
  /** The longest one attempt may take, in milliseconds. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: Retry | undefined;
  readonly breaker?: CircuitBreaker | undefined;
  readonly rateLimiter?: RateLimiter | undefined;
  /** What the time left is measured with, in milliseconds. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
}

export interface PolicyExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether a failed call may be made again. Default: `ifRepeatable`. */
  readonly retryIf?: RetryRule | undefined;
  /** What an error of the policy's own says of the call, such as its operation. */
  readonly context?: CallContext | undefined;
  /** Which of the rate limiter's limits the call falls under, such as TikTok's path. Default: its default limit. */
  readonly rateLimitName?: string | undefined;
  /**
   * Whose calls are counted together where that limit is not the whole application's: a hash of the access token, say,
   * never the token. Default: everybody's.
   */
  readonly rateLimitKey?: string | undefined;
  /**
   * Is awaited once for each attempt, after the limiter let it through and before the breaker counts it and its timeout
   * starts. Where it rejects, the call ends with that very error: it is never retried, and the breaker counts nothing.
   */
  readonly beforeAttempt?: ((context: AttemptContext) => Promise<void> | void) | undefined;
  /** Hears of each retry before its wait. */
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
  /** Hears why a failure that could have passed was not retried. */
  readonly onGiveUp?: ((event: GiveUpEvent) => void) | undefined;
  /** Hears of each wait in the limiter when it has ended. */
  readonly onWait?: ((event: PolicyWaitEvent) => void) | undefined;
}

/** A wait in the limiter that has ended. */
export interface PolicyWaitEvent extends RateLimitWait {
  /** The attempt that waited, from 1. */
  readonly attempt: number;
}

/** What one attempt is told. */
export interface AttemptContext {
  /** From 1. */
  readonly attempt: number;
  /** Aborts when the caller aborts, the attempt's time is up or the deadline is reached. Made when it is first read. */
  readonly signal: AbortSignal;
}

export interface Policy {
  /**
   * Runs `fn` under every part of the policy.
   *
   * @throws TikTokError `TIMEOUT_ERROR`, `CIRCUIT_OPEN` or `RATE_LIMIT_ERROR` of its own, or what `fn` threw last; what
   *   `beforeAttempt` threw; the signal's reason when the caller aborts.
   */
  execute<T>(fn: (context: AttemptContext) => Promise<T>, options?: PolicyExecuteOptions): Promise<T>;
}

/**
 * The parts in the one order that holds in an outage (D8):
 * deadline( retry( breaker looked at, rate limit( breaker( attempt timeout( call ))))).
 *
 * The deadline is outermost, so that waits count too. The breaker is inside the retry, so that it counts every attempt
 * and its refusal ends the call at once. It is looked at before the limiter, so that nobody queues for a call that would
 * be refused, and entered after it, so that a wait counts as nothing. The timeout is innermost, so that it is the
 * attempt's own and the breaker sees it as a failure.
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { createCircuitBreaker, createPolicy, createRetry } from '@tt/resilience';
 *
 * const breaker = createCircuitBreaker();
 * const policy = createPolicy({ deadlineMs: 30_000, timeoutMs: 8_000, retry: createRetry(), breaker });
 * const answer = await policy.execute(async ({ attempt }) => `answered at attempt ${attempt}`);
 * breaker.close();
 * ```
 */
export function createPolicy(options: PolicyOptions = {}): Policy {
  const { deadlineMs, timeoutMs, monotonicNow = () => performance.now() } = options;
  if (deadlineMs !== undefined) duration('createPolicy: deadlineMs', deadlineMs);
  if (timeoutMs !== undefined) duration('createPolicy: timeoutMs', timeoutMs);
  const parts = { ...options, monotonicNow };

  return {
    execute: (fn, executeOptions = {}) => new PolicyCall(parts, fn, executeOptions).run(),
  };
}
