import { storeError } from '@tt/errors';
import type { Lease } from '@tt/oauth';

/** How a lease asks the store. */
interface LeaseCalls {
  /** Whether the lease is still its owner's in Redis, now for its whole time again. */
  extend(): Promise<boolean>;
  release(): Promise<void>;
  /** Told once, however it ended. */
  over(): void;
}

interface GrantedLease {
  /** What tells this holder from any other: random, and never used again. */
  readonly owner: string;
  readonly ttlMs: number;
  /** When Redis was asked for it, by `performance.now()`. */
  readonly askedAt: number;
}

/**
 * A lease in Redis. Its time here runs from when it was asked for, so it ends here no later than it does in Redis,
 * whatever the two clocks say (D2).
 */
export class RedisLease implements Lease {
  readonly owner: string;
  readonly #ttlMs: number;
  readonly #calls: LeaseCalls;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #over = false;

  constructor({ owner, ttlMs, askedAt }: GrantedLease, calls: LeaseCalls) {
    this.owner = owner;
    this.#ttlMs = ttlMs;
    this.#calls = calls;
    this.#runFrom(askedAt);
  }

  get lost(): AbortSignal {
    return this.#controller.signal;
  }

  async extend(): Promise<boolean> {
    if (this.#over) return false;
    const askedAt = performance.now();
    const ours = await this.#calls.extend();
    if (this.#over) {
      // It ran out here while Redis was asked: others need not wait for what nobody uses.
      if (ours) this.#calls.release().catch(() => undefined);
      return false;
    }
    if (ours) this.#runFrom(askedAt);
    else this.lose('The lease is somebody else’s by now, or has run out');
    return ours;
  }

  async release(): Promise<void> {
    if (this.#over) return;
    this.end();
    await this.#calls.release();
  }

  /** It was given back, by {@link release} or together with a write. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#timer);
    this.#calls.over();
  }

  /** It is over without having been given back. */
  lose(why: string): void {
    if (this.#over) return;
    this.end();
    this.#controller.abort(storeError(why, { code: 'lease_lost', operation: 'store.lease' }));
  }

  #runFrom(askedAt: number): void {
    clearTimeout(this.#timer);
    const leftMs = Math.max(0, askedAt + this.#ttlMs - performance.now());
    this.#timer = setTimeout(() => this.lose('The lease has run out'), leftMs);
    this.#timer.unref();
  }
}
