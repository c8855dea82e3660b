import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';

/** How many calls are let through, and in what time. */
export interface SlidingWindowOptions {
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * Lets `limit` calls through in any `windowMs`, wherever one begins to count. The library counts in windows that stand
 * still, which lets twice as many through around the end of one; so each call takes a place of its own, and each place can
 * be taken once in a window.
 */
export class SlidingWindow {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #places: RateLimiterMemory;
  /** The place that was taken longest ago: where it isn't free, none is. */
  #oldest = 0;
  /** How many places were ever taken: the rest the library has never heard of. */
  #known = 0;

  constructor({ limit, windowMs }: SlidingWindowOptions) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#places = new RateLimiterMemory({ points: 1, duration: windowMs / 1_000, keyPrefix: '' });
  }

  /**
   * Takes a place. The next call must wait for this one's answer.
   *
   * @returns 0, or after how many milliseconds a place will be free.
   */
  async take(): Promise<number> {
    try {
      await this.#places.consume(String(this.#oldest));
    } catch (refusal) {
      return this.#waitMs(refusal);
    }
    this.#known = Math.max(this.#known, this.#oldest + 1);
    this.#oldest = (this.#oldest + 1) % this.#limit;
    return 0;
  }

  /** Forgets everything, and ends the library's timers. */
  clear(): void {
    for (let place = 0; place < this.#known; place++) void this.#places.delete(String(place));
  }

  /** A wall clock that was set back would have us wait for as long as it was set back; the library's timers don't. */
  #waitMs(refusal: unknown): number {
    const { msBeforeNext } = refusal as { readonly msBeforeNext: number };
    return Math.min(Math.max(1, msBeforeNext), this.#windowMs);
  }
}
