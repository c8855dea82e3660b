import { type CallContext, circuitOpenError, validationError } from '@tt/errors';
import Opossum from 'opossum';
import { count, duration } from './options.js';
import { type Outcome, outcomeOf } from './outcome.js';
import { untilAborted } from './until-aborted.js';

/** When the breaker opens and when it tries again. */
export interface CircuitBreakerOptions {
  /** How many failures within the monitoring period open it. Default: 5. */
  readonly failureThreshold?: number | undefined;
  /** How long it stays open before one trial is let through, in milliseconds. Default: 60,000. */
  readonly resetTimeout?: number | undefined;
  /**
   * The sliding period in which failures are counted, in milliseconds. It slides in steps of a 24th: at the default, a
   * failure is forgotten 115 to 120 seconds after it happened. Default: 120,000.
   */
  readonly monitoringPeriod?: number | undefined;
  /** What the two instants of the stats are read from, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
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
   * @throws TikTokError `CIRCUIT_OPEN` with `retryAfterMs` while open, and while another trial runs in half-open.
   */
  execute<T>(
    fn: (context: { readonly signal: AbortSignal | undefined }) => Promise<T>,
    options?: { readonly signal?: AbortSignal | undefined; readonly context?: CallContext | undefined },
  ): Promise<T>;
  stats(): CircuitBreakerStats;
  /** Back to CLOSED with all counts at zero. Calls that are still running no longer count. */
  reset(): void;
  /** Ends its timers. A closed breaker refuses every call with `VALIDATION_ERROR`. */
  close(): void;
}

/** How finely the monitoring period slides. */
const BUCKETS = 24;

/** What a caller is told to wait while a trial runs: how long that takes nobody knows. */
const TRIAL_MS = 1_000;

/**
 * A circuit breaker on opossum, which keeps the state, the timers and the sliding window. What counts as what is decided
 * here (D8), so opossum is told outcomes, and only those that count: it never sees an abort, a refusal of our own, or
 * the outcome of a call that began in an earlier state.
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
  const resetTimeout = duration('createCircuitBreaker: resetTimeout', options.resetTimeout ?? 60_000);
  const monitoringPeriod = duration('createCircuitBreaker: monitoringPeriod', options.monitoringPeriod ?? 120_000);
  const now = options.now ?? Date.now;

  const opossum = new Opossum((report: () => Promise<void>) => report(), {
    resetTimeout,
    rollingCountTimeout: monitoringPeriod,
    rollingCountBuckets: BUCKETS,
    // Its own limits act on the whole breaker and by percentage; ours act per call and by count.
    timeout: false,
    errorThresholdPercentage: 100,
    volumeThreshold: Number.MAX_SAFE_INTEGER,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  });

  /** Grows with every change of state: an outcome counts only in the state its call began in. */
  let epoch = 0;
  let trialRunning = false;
  let closed = false;
  let totalCalls = 0;
  /** On the monotonic clock, as the timers are: a wall clock that is set must not move the trial. */
  let openedAt = 0;
  let lastFailureTime: number | null = null;
  let lastStateChange = now();

  const changed = (): void => {
    epoch += 1;
    trialRunning = false;
    lastStateChange = now();
  };
  opossum.on('open', () => {
    changed();
    openedAt = performance.now();
  });
  opossum.on('halfOpen', changed);
  opossum.on('close', () => {
    changed();
    forgetCounts();
  });

  function forgetCounts(): void {
    for (const bucket of opossum.status.window) {
      bucket.failures = 0;
      bucket.successes = 0;
    }
  }

  async function report(outcome: 'success' | 'failure'): Promise<void> {
    if (outcome === 'failure') lastFailureTime = now();
    await opossum
      .fire(() => (outcome === 'success' ? Promise.resolve() : Promise.reject(new Error(outcome))))
      .catch(() => undefined);
    // It keeps each call's latency for as long as the window lasts, even with percentiles off.
    const [current] = opossum.status.window;
    if (current !== undefined) current.latencyTimes.length = 0;
    if (opossum.closed && opossum.stats.failures >= failureThreshold) opossum.open();
  }

  async function settle(began: number, trial: boolean, outcome: Outcome): Promise<void> {
    if (began !== epoch || closed) return;
    // A trial that says nothing gives its place to the next caller.
    if (outcome === 'ignored') {
      if (trial) trialRunning = false;
    } else {
      await report(outcome);
    }
  }

  return {
    async execute(fn, { signal, context } = {}) {
      if (closed) throw validationError('The circuit breaker was closed', { ...context, code: 'closed' });
      totalCalls += 1;
      signal?.throwIfAborted();
      if (opossum.opened) throw circuitOpenError(Math.max(0, openedAt + resetTimeout - performance.now()), context);
      const trial = opossum.halfOpen;
      if (trial) {
        if (trialRunning) throw circuitOpenError(TRIAL_MS, context);
        trialRunning = true;
      }
      const began = epoch;
      let result: Awaited<ReturnType<typeof fn>>;
      try {
        result = await untilAborted(fn({ signal }), signal);
      } catch (error) {
        await settle(began, trial, outcomeOf(error, signal));
        throw error;
      }
      await settle(began, trial, 'success');
      return result;
    },

    stats() {
      const { failures, successes } = opossum.stats;
      const state = opossum.opened ? 'OPEN' : opossum.halfOpen ? 'HALF_OPEN' : 'CLOSED';
      return { state, failures, successes, totalCalls, lastFailureTime, lastStateChange };
    },

    reset() {
      if (opossum.closed) epoch += 1;
      else opossum.close();
      forgetCounts();
      totalCalls = 0;
      lastFailureTime = null;
    },

    close() {
      closed = true;
      opossum.shutdown();
    },
  };
}
