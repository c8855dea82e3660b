import type { Lease } from '../token-store.js';
import type { Timing } from './timing.js';

const EXTEND_EVERY_MS = 5_000;

export interface KeptLeaseParts {
  readonly askedAt: number;
  readonly ttlMs: number;
  readonly timing: Timing;
  readonly closing?: AbortSignal | undefined;
}

/**
 * A lease that is extended while it is held, and knows by a clock that is never set how long it certainly lasts (D2).
 */
export class KeptLease {
  readonly lease: Lease;
  /** Somebody else releases it when the time comes. */
  handedOver = false;
  readonly #ttlMs: number;
  readonly #timing: Timing;
  readonly #over = new AbortController();
  #endsAt: number;

  /**
   * @param askedAt When the store was asked for it, on the monotonic clock: it cannot have begun earlier.
   * @param ttlMs How long it was asked for.
   * @param closing Ends its keeping.
   */
  constructor(lease: Lease, { askedAt, ttlMs, timing, closing }: KeptLeaseParts) {
    this.lease = lease;
    this.#ttlMs = ttlMs;
    this.#timing = timing;
    this.#endsAt = askedAt + ttlMs;
    closing?.addEventListener('abort', () => this.end(), { once: true, signal: this.#over.signal });
    void this.#keep();
  }

  /**
   * Makes sure that it lasts for so long; `false` where it is not ours any more.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` where the store cannot be asked.
   */
  async lasts(ms: number): Promise<boolean> {
    if (this.lease.lost.aborted) return false;
    if (this.#endsAt - this.#timing.monotonic() >= ms) return true;
    // The answer may have been waited for, or read, for longer than the lease lasts.
    return (await this.#extend()) && this.#endsAt - this.#timing.monotonic() >= ms;
  }

  /** A write has released it. */
  end(): void {
    this.#over.abort();
  }

  /** Stops extending it, and gives it back unless it is over. Nobody waits: where it fails it runs out by itself. */
  release(): void {
    if (this.#over.signal.aborted) return;
    this.end();
    this.lease.release().catch(() => undefined);
  }

  async #keep(): Promise<void> {
    const { signal } = this.#over;
    for (let ours = true; ours && !signal.aborted; ) {
      await this.#timing.sleep(EXTEND_EVERY_MS, signal).catch(() => undefined);
      // A store that does not answer now may do so next time.
      if (!signal.aborted) ours = await this.#extend().catch(() => true);
    }
  }

  async #extend(): Promise<boolean> {
    const askedAt = this.#timing.monotonic();
    if (!(await this.lease.extend())) {
      this.#endsAt = Number.NEGATIVE_INFINITY;
      return false;
    }
    this.#endsAt = askedAt + this.#ttlMs;
    return true;
  }
}
