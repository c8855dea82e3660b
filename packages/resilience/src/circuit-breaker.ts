import { channel } from 'node:diagnostics_channel';
import { type CallContext, circuitOpenError, type TikTokError, validationError } from '@tt/errors';
import { OpossumState } from './opossum-state.js';
import { count, duration, label, share } from './options.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { rejected } from './rejected.js';
import { untilAborted } from './until-aborted.js';

/** When the breaker opens and when it tries again. */
export interface CircuitBreakerOptions {
  /** How many failures within the monitoring period open it. Default: 5. */
  readonly failureThreshold?: number | undefined;
  /** How long it stays open before one trial is let through, in milliseconds. Default: 60,000. */
  readonly resetTimeout?: number | undefined;
  /**
   * The sliding period in which failures are counted, in milliseconds. It slides in steps of a 60th: at the default, a
   * failure is forgotten 118 to 120 seconds after it happened, never later. Default: 120,000.
   */
  readonly monitoringPeriod?: number | undefined;
  /**
   * Which share of the calls within the monitoring period must have failed, beside the threshold, from 0 to 1. For a
   * busy service, where five failures in two minutes are nothing. Default: 0, so that the threshold alone decides.
   */
  readonly minimumFailureRate?: number | undefined;
  /** Tells breakers apart on the channel `tt:breaker`: 1 to 64 characters of `A-Za-z0-9._:-`. Default: none. */
  readonly name?: string | undefined;
  /** What the two instants of the stats are read from, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /**
   * What the monitoring period and the time left are measured with, in milliseconds. The timer that begins HALF_OPEN is
   * always `setTimeout`. Default: `performance.now`.
   */
  readonly monotonicNow?: (() => number) | undefined;
}

export type CircuitState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** What the breaker has seen. */
export interface CircuitBreakerStats {
  readonly state: CircuitState;
  /** Failures within the monitoring period. */
  readonly failures: number;
  /** Successes within the monitoring period. */
  readonly successes: number;
  /** Every `execute` since creation or `reset()`, refused ones included. */
  readonly totalCalls: number;
  /** When the last failure was counted, in epoch milliseconds; `null` if none was. */
  readonly lastFailureTime: number | null;
  /** When the state last changed, in epoch milliseconds. */
  readonly lastStateChange: number;
}

/** What is published on the diagnostics channel `tt:breaker` when a breaker changes its state. */
export interface BreakerTransition {
  /** The breaker's `name`, if it has one. */
  readonly name: string | undefined;
  readonly from: CircuitState;
  readonly to: CircuitState;
  /** Failures within the monitoring period, at that moment. */
  readonly failures: number;
  /** In epoch milliseconds. */
  readonly timestamp: number;
}

export interface BreakerExecuteOptions {
  readonly signal?: AbortSignal | undefined;
  readonly context?: CallContext | undefined;
}

/**
 * CLOSED lets every call through and counts failures; OPEN refuses at once; HALF_OPEN lets one trial through, whose
 * success closes and whose failure opens again.
 */
export interface CircuitBreaker {
  /**
   * Runs `fn` unless the breaker refuses.
   *
   * An answer, a refusal included, counts as a success; a network error, a timeout, a 5xx and any error that is not a
   * `TikTokError` as a failure; an abort by `signal` and our own checks as neither.
   *
   * @param options.signal Aborting it rejects with its reason, and counts as neither.
   * @param options.context What a refusal of the breaker says of the call, such as its operation.
   * @throws TikTokError `CIRCUIT_OPEN` with `retryAfterMs` while open, and while another trial runs in half-open;
   *   `VALIDATION_ERROR` with code `closed` after `close()`.
   */
  execute<T>(
    fn: (context: { readonly signal: AbortSignal | undefined }) => Promise<T>,
    options?: BreakerExecuteOptions,
  ): Promise<T>;
  /**
   * What `execute` would refuse with now, and counts that call; `undefined` where it would let it pass. For looking before
   * a wait that would be in vain; it takes no trial's place.
   */
  refusal(context?: CallContext): TikTokError | undefined;
  stats(): CircuitBreakerStats;
  /** Back to CLOSED with all counts at zero. Calls that are still running no longer count. */
  reset(): void;
  /** Ends its timer. A closed breaker refuses every call with `VALIDATION_ERROR`. */
  close(): void;
  [Symbol.dispose](): void;
}

/** What a caller is told to wait while a trial runs: how long that takes nobody knows. */
const TRIAL_MS = 1_000;

/**
 * A circuit breaker on opossum, which keeps the state, the timer and the counts. What counts as what is decided here
 * (D8), so opossum is told outcomes, and only those that count: it never sees an abort, a refusal of our own, or the
 * outcome of a call that began in an earlier state.
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { createCircuitBreaker } from '@tt/resilience';
 *
 * const breaker = createCircuitBreaker({ failureThreshold: 5, resetTimeout: 60_000, monitoringPeriod: 120_000 });
 * const answer = await breaker.execute(async () => 'pong');
 * breaker.close();
 * ```
 */
export function createCircuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const failureThreshold = count('createCircuitBreaker: failureThreshold', options.failureThreshold ?? 5);
  const resetTimeoutMs = duration('createCircuitBreaker: resetTimeout', options.resetTimeout ?? 60_000);
  const monitoringPeriodMs = duration('createCircuitBreaker: monitoringPeriod', options.monitoringPeriod ?? 120_000);
  const minimumFailureRate = share('createCircuitBreaker: minimumFailureRate', options.minimumFailureRate ?? 0);
  const name = options.name === undefined ? undefined : label('createCircuitBreaker: name', options.name);
  const { now = Date.now, monotonicNow = () => performance.now() } = options;
  const transitions = channel('tt:breaker');

  /** Grows with every change of state: an outcome counts only in the state its call began in (D8). */
  let epoch = 0;
  let trialRunning = false;
  let closed = false;
  let totalCalls = 0;
  /** On the monotonic clock, as timers are: a wall clock that is set must not move the trial. */
  let openedAt = 0;
  let lastFailureTime: number | null = null;
  let lastStateChange = now();

  const counted = new OpossumState({ resetTimeoutMs, monitoringPeriodMs, monotonicNow, onChange });

  function onChange(from: CircuitState, to: CircuitState): void {
    epoch += 1;
    trialRunning = false;
    lastStateChange = now();
    if (to === 'OPEN') openedAt = monotonicNow();
    if (transitions.hasSubscribers) {
      const { failures } = counted.counts();
      const transition: BreakerTransition = { name, from, to, failures, timestamp: lastStateChange };
      transitions.publish(transition);
    }
    if (to === 'CLOSED') counted.forgetCounts();
  }

  /** For how long it refuses, in milliseconds; `undefined` where a call may pass. */
  function refusesForMs(): number | undefined {
    if (counted.state === 'OPEN') return Math.max(0, openedAt + resetTimeoutMs - monotonicNow());
    return trialRunning ? TRIAL_MS : undefined;
  }

  function closedError(context: CallContext | undefined): TikTokError {
    return validationError('The circuit breaker was closed', { ...context, code: 'closed' });
  }

  function settle(outcome: Outcome, began: number): void {
    if (began !== epoch || closed) return;
    // Whatever a trial says, it is over; where it says nothing, the next caller gets its place.
    trialRunning = false;
    if (outcome === 'success') counted.succeeded();
    if (outcome === 'failure') {
      lastFailureTime = now();
      counted.failed();
      if (counted.state === 'CLOSED' && isTooMuch(counted.counts())) counted.open();
    }
  }

  function isTooMuch({ failures, successes }: { readonly failures: number; readonly successes: number }): boolean {
    return failures >= failureThreshold && failures / (failures + successes) >= minimumFailureRate;
  }

  async function counting<T>(
    fn: (context: { readonly signal: AbortSignal | undefined }) => Promise<T>,
    { signal }: BreakerExecuteOptions,
  ): Promise<T> {
    signal?.throwIfAborted();
    trialRunning = counted.state === 'HALF_OPEN';
    const began = epoch;
    let result: T;
    try {
      result = await (signal === undefined ? fn({ signal }) : untilAborted(fn({ signal }), signal));
    } catch (error) {
      settle(outcomeOf(error, signal), began);
      throw error;
    }
    settle('success', began);
    return result;
  }

  const breaker: CircuitBreaker = {
    execute(fn, executeOptions = {}) {
      totalCalls += 1;
      if (executeOptions.signal?.aborted === true) return counting(fn, executeOptions);
      if (closed) return rejected(closedError(executeOptions.context));
      const waitMs = refusesForMs();
      // In an outage refusals are most of the work, and each function they pass is one more line of a stack.
      return waitMs === undefined
        ? counting(fn, executeOptions)
        : rejected(circuitOpenError(waitMs, executeOptions.context));
    },

    refusal(context) {
      const waitMs = closed ? undefined : refusesForMs();
      if (!closed && waitMs === undefined) return undefined;
      totalCalls += 1;
      return waitMs === undefined ? closedError(context) : circuitOpenError(waitMs, context);
    },

    stats() {
      const { failures, successes } = counted.counts();
      return { state: counted.state, failures, successes, totalCalls, lastFailureTime, lastStateChange };
    },

    reset() {
      epoch += 1;
      trialRunning = false;
      counted.close();
      counted.forgetCounts();
      totalCalls = 0;
      lastFailureTime = null;
    },

    close() {
      closed = true;
      counted.shutdown();
    },

    [Symbol.dispose]() {
      breaker.close();
    },
  };
  return breaker;
}
