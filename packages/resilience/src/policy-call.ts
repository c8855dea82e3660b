import { Cancellation } from './cancellation.js';
import type { AttemptContext, PolicyExecuteOptions, PolicyOptions } from './policy.js';
import { rejected } from './rejected.js';
import { ifRepeatable } from './retry-rule.js';
import { withTimeLimit } from './time-limit.js';

/** The parts of a policy, checked. */
export interface PolicyParts extends PolicyOptions {
  readonly monotonicNow: () => number;
}

/** One call under a policy: deadline( retry( breaker looked at, rate limit( breaker( attempt timeout( call ))))) (D8). */
export class PolicyCall<T> {
  readonly #parts: PolicyParts;
  readonly #fn: (context: AttemptContext) => Promise<T>;
  readonly #options: PolicyExecuteOptions;
  /** On the monotonic clock, in milliseconds. */
  readonly #endsAt: number;
  /** `beforeAttempt` said no, which is final. */
  #turnedAway = false;

  constructor(parts: PolicyParts, fn: (context: AttemptContext) => Promise<T>, options: PolicyExecuteOptions) {
    this.#parts = parts;
    this.#fn = fn;
    this.#options = options;
    this.#endsAt = parts.deadlineMs === undefined ? Number.POSITIVE_INFINITY : parts.monotonicNow() + parts.deadlineMs;
  }

  run(): Promise<T> {
    const { deadlineMs, breaker } = this.#parts;
    const { signal, context } = this.#options;
    // Each attempt looks for itself; but in an outage refusals are most of the work, and each layer they pass costs.
    const refused = signal?.aborted === true ? undefined : breaker?.refusal(context);
    if (refused !== undefined) return rejected(refused);
    // Without either nobody can call it off.
    if (deadlineMs === undefined && signal === undefined) return this.#retried(new Cancellation(() => undefined));
    return withTimeLimit({ what: 'deadline', limitMs: deadlineMs, context }, signal, (call) => this.#retried(call));
  }

  #retried(call: Cancellation): Promise<T> {
    const { retry } = this.#parts;
    if (retry === undefined) return this.#attempt(1, call);
    const { signal, retryIf = ifRepeatable, onRetry, onGiveUp } = this.#options;
    return retry.execute(({ attempt }) => this.#attempt(attempt, call), {
      // Not the call's own: a wait that would outlast the deadline is never begun.
      signal,
      retryIf: (error, sends) => !this.#turnedAway && retryIf(error, sends),
      remainingMs: () => this.#remainingMs(call),
      onRetry,
      onGiveUp,
    });
  }

  async #attempt(attempt: number, call: Cancellation): Promise<T> {
    const { breaker, rateLimiter } = this.#parts;
    const { signal, context, beforeAttempt } = this.#options;
    call.throwIfCancelled();
    const refused = breaker?.refusal(context);
    if (refused !== undefined) throw refused;
    if (rateLimiter !== undefined) await this.#admission(attempt, call);
    if (beforeAttempt !== undefined) await this.#permission(attempt, call);
    // The caller's own signal: its abort counts as nothing, an attempt that the deadline cuts off as a failure.
    return breaker === undefined
      ? this.#timed(attempt, call)
      : breaker.execute(() => this.#timed(attempt, call), { signal, context });
  }

  async #admission(attempt: number, call: Cancellation): Promise<void> {
    const { rateLimitName, rateLimitKey, context, onWait } = this.#options;
    await this.#parts.rateLimiter?.acquire({
      name: rateLimitName,
      key: rateLimitKey,
      maxWaitMs: this.#remainingMs(call),
      context,
      onWait: onWait && ((wait) => onWait({ ...wait, attempt })),
      signal: call.signal,
    });
    call.throwIfCancelled();
  }

  async #permission(attempt: number, call: Cancellation): Promise<void> {
    try {
      await this.#options.beforeAttempt?.(new LazyAttemptContext(attempt, call));
    } catch (error) {
      this.#turnedAway = true;
      throw error;
    }
    call.throwIfCancelled();
  }

  #timed(attempt: number, call: Cancellation): Promise<T> {
    const limit = { what: 'attempt timeout', limitMs: this.#parts.timeoutMs, context: this.#options.context } as const;
    return withTimeLimit(limit, call, (own) => this.#fn(new LazyAttemptContext(attempt, own)));
  }

  #remainingMs(call: Cancellation): number {
    return call.cancelled ? 0 : this.#endsAt - this.#parts.monotonicNow();
  }
}

/** The signal is made when it is read: most of the price of a call would be in it. */
class LazyAttemptContext implements AttemptContext {
  readonly attempt: number;
  readonly #cancellation: Cancellation;

  constructor(attempt: number, cancellation: Cancellation) {
    this.attempt = attempt;
    this.#cancellation = cancellation;
  }

  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }
}
