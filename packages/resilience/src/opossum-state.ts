import { EventEmitter } from 'node:events';
import Opossum from 'opossum';
import type { CircuitState } from './circuit-breaker.js';

/** How finely the monitoring period slides. */
const BUCKETS = 60;

export interface OpossumStateOptions {
  readonly resetTimeoutMs: number;
  readonly monitoringPeriodMs: number;
  readonly monotonicNow: () => number;
  readonly onChange: (from: CircuitState, to: CircuitState) => void;
}

/**
 * opossum as a state machine with a timer and counts. It never runs a call: that would bring its percentage, its timeout
 * and its view of errors with it. It is told what happened by the events it listens to itself.
 */
export class OpossumState {
  readonly #opossum: Opossum;
  readonly #clockwork = new EventEmitter();
  readonly #monotonicNow: () => number;
  readonly #bucketMs: number;
  /** Which bucket is the current one, counted from the start of the monotonic clock. */
  #bucket: number;
  #state: CircuitState = 'CLOSED';

  constructor({ resetTimeoutMs, monitoringPeriodMs, monotonicNow, onChange }: OpossumStateOptions) {
    this.#monotonicNow = monotonicNow;
    this.#bucketMs = monitoringPeriodMs / BUCKETS;
    this.#bucket = this.#currentBucket();
    const settings: Opossum.Options & { rotateBucketController: EventEmitter } = {
      resetTimeout: resetTimeoutMs,
      rollingCountTimeout: monitoringPeriodMs,
      rollingCountBuckets: BUCKETS,
      // Its own interval would wake an idle process for ever, and would slip behind on a busy one.
      rotateBucketController: this.#clockwork,
      timeout: false,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
    };
    this.#opossum = new Opossum(() => Promise.resolve(), settings);
    const enter = (to: CircuitState) => () => {
      const from = this.#state;
      this.#state = to;
      onChange(from, to);
    };
    this.#opossum.on('open', enter('OPEN'));
    this.#opossum.on('halfOpen', enter('HALF_OPEN'));
    this.#opossum.on('close', enter('CLOSED'));
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Counts a success. In HALF_OPEN it closes. */
  succeeded(): void {
    this.#count('success');
  }

  /** Counts a failure. In HALF_OPEN it opens. */
  failed(): void {
    this.#count('failure');
    if (this.#state === 'HALF_OPEN') this.open();
  }

  /** What was counted within the monitoring period. */
  counts(): { readonly failures: number; readonly successes: number } {
    this.#slide();
    let failures = 0;
    let successes = 0;
    // Its own sum (`stats`) costs a hundred times as much, for a dozen numbers that nobody asked for.
    for (const bucket of this.#opossum.status.window) {
      failures += bucket.failures;
      successes += bucket.successes;
    }
    return { failures, successes };
  }

  forgetCounts(): void {
    for (const bucket of this.#opossum.status.window) {
      bucket.failures = 0;
      bucket.successes = 0;
    }
  }

  open(): void {
    this.#opossum.open();
  }

  close(): void {
    this.#opossum.close();
  }

  /** Ends its timer. It changes its state no more. */
  shutdown(): void {
    this.#opossum.shutdown();
  }

  #count(event: 'success' | 'failure'): void {
    this.#slide();
    this.#opossum.emit(event);
    // It keeps a latency for each call as long as the window lasts, even with percentiles off.
    const [current] = this.#opossum.status.window;
    if (current !== undefined) current.latencyTimes.length = 0;
  }

  /** Drops the buckets that have left the monitoring period. */
  #slide(): void {
    const bucket = this.#currentBucket();
    const steps = Math.min(bucket - this.#bucket, BUCKETS);
    for (let step = 0; step < steps; step++) this.#clockwork.emit('rotate');
    this.#bucket = bucket;
  }

  #currentBucket(): number {
    return Math.floor(this.#monotonicNow() / this.#bucketMs);
  }
}
