import { count, rate, share } from './options.js';

/** How many retries a client may send beside its calls. */
export interface RetryBudgetOptions {
  /** How many retries can be saved up; a client begins with as many. Default: 50. */
  readonly capacity?: number | undefined;
  /** What each call that succeeds earns, in retries: at 0.1 ten successes pay for one. Default: 0.1. */
  readonly perSuccess?: number | undefined;
  /** What passing time earns, in retries a second: a client with few calls would wait for ever for its successes. Default: 1. */
  readonly perSecond?: number | undefined;
}

/**
 * A token bucket that retries are paid from, so that an outage does not multiply traffic (D7): while nothing succeeds,
 * all calls of a client together send what was saved up and the trickle of `perSecond`, however many calls there are.
 */
export class RetryBudget {
  readonly #capacity: number;
  readonly #perSuccess: number;
  readonly #perMs: number;
  readonly #monotonicNow: () => number;
  #balance: number;
  #countedUntil: number;

  /** @throws TypeError naming the option that is wrong, what it got and what it takes. */
  constructor(name: string, options: RetryBudgetOptions, monotonicNow: () => number) {
    this.#capacity = count(`${name}.capacity`, options.capacity ?? 50);
    this.#perSuccess = share(`${name}.perSuccess`, options.perSuccess ?? 0.1);
    this.#perMs = rate(`${name}.perSecond`, options.perSecond ?? 1) / 1_000;
    this.#monotonicNow = monotonicNow;
    this.#balance = this.#capacity;
    this.#countedUntil = monotonicNow();
  }

  /** A call succeeded. */
  earn(): void {
    this.#add(this.#perSuccess);
  }

  /** Pays for one retry. @returns False where the balance is too low for it. */
  spend(): boolean {
    const now = this.#monotonicNow();
    this.#add((now - this.#countedUntil) * this.#perMs);
    this.#countedUntil = now;
    if (this.#balance < 1) return false;
    this.#balance -= 1;
    return true;
  }

  #add(retries: number): void {
    this.#balance = Math.min(this.#capacity, this.#balance + retries);
  }
}
