import type { CallContext } from '@tt/errors';
import type { CircuitBreaker } from './circuit-breaker.js';
import { duration } from './options.js';
import type { Retry, RetryEvent, RetryRule } from './retry.js';
import { withTimeLimit } from './time-limit.js';

/** Which parts a policy is made of. Each is optional. */
export interface PolicyOptions {
  /** The longest a call may take over all its attempts and waits, in milliseconds. Default: no limit. */
  readonly deadlineMs?: number | undefined;
  /** The longest one attempt may take, in milliseconds. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  readonly retry?: Retry | undefined;
  readonly breaker?: CircuitBreaker | undefined;
}

export interface PolicyExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether a failed call may be made again. Default: `ifRepeatable`. */
  readonly retryIf?: RetryRule | undefined;
  /** What an error of the policy's own says of the call, such as its operation. */
  readonly context?: CallContext | undefined;
  readonly onRetry?: ((event: RetryEvent) => void) | undefined;
}

/** What one attempt is told. */
export interface AttemptContext {
  /** From 1. */
  readonly attempt: number;
  /** Aborts when the caller aborts, the attempt's time is up or the deadline is reached. */
  readonly signal: AbortSignal | undefined;
}

export interface Policy {
  /**
   * Runs `fn` under every part of the policy.
   *
   * @throws TikTokError `TIMEOUT_ERROR` or `CIRCUIT_OPEN` of its own, or what `fn` threw last; the signal's reason when
   *   the caller aborts.
   */
  execute<T>(fn: (context: AttemptContext) => Promise<T>, options?: PolicyExecuteOptions): Promise<T>;
}

/**
 * The parts in the one order that holds in an outage (D8): deadline( retry( breaker( attempt timeout( call )))).
 *
 * The deadline is outermost, so that waits between attempts count too. The breaker is inside the retry, so that it
 * counts every attempt and its refusal ends the call at once. The timeout is innermost, so that it is the attempt's own
 * and the breaker sees it as a failure.
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 */
export function createPolicy({ deadlineMs, timeoutMs, retry, breaker }: PolicyOptions = {}): Policy {
  if (deadlineMs !== undefined) duration('createPolicy: deadlineMs', deadlineMs);
  if (timeoutMs !== undefined) duration('createPolicy: timeoutMs', timeoutMs);

  return {
    execute(fn, { signal, retryIf, context, onRetry } = {}) {
      const attempted = (attempt: number, outer: AbortSignal | undefined) => {
        const timed = (inner: AbortSignal | undefined) =>
          timeoutMs === undefined
            ? fn({ attempt, signal: inner })
            : withTimeLimit({ what: 'attempt timeout', limitMs: timeoutMs, context }, inner, (own) =>
                fn({ attempt, signal: own }),
              );
        return breaker === undefined
          ? timed(outer)
          : breaker.execute((own) => timed(own.signal), { signal: outer, context });
      };

      const retried = (outer: AbortSignal | undefined, remainingMs?: () => number) =>
        retry === undefined
          ? attempted(1, outer)
          : retry.execute(({ attempt }) => attempted(attempt, outer), { signal: outer, retryIf, onRetry, remainingMs });

      if (deadlineMs === undefined) return retried(signal);
      const end = performance.now() + deadlineMs;
      return withTimeLimit({ what: 'deadline', limitMs: deadlineMs, context }, signal, (own) =>
        retried(own, () => end - performance.now()),
      );
    },
  };
}
