/** A call that is under way. */
interface TimedCall {
  /** By `performance.now()`. */
  readonly endsAt: number;
  /** Told when its time is over. */
  runOut(): void;
}

/**
 * The calls that are under way. All have the same time limit, so that they run out in the order in which they began, and
 * one timer does for all of them.
 */
export class RunningCalls {
  readonly #limitMs: number;
  /** In the order in which they began. */
  readonly #calls = new Set<TimedCall>();
  #timer: NodeJS.Timeout | undefined;
  #onLast: (() => void) | undefined;

  /** @param limitMs How long each of them may take, in milliseconds. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  add(call: TimedCall): void {
    this.#calls.add(call);
    if (this.#timer === undefined) this.#lookIn(this.#limitMs);
    else if (this.#calls.size === 1) this.#timer.ref();
  }

  delete(call: TimedCall): void {
    this.#calls.delete(call);
    if (this.#calls.size > 0) return;
    // It runs on, which is cheaper than a new one for the next call, but must not keep the process.
    this.#timer?.unref();
    this.#onLast?.();
  }

  /** Resolves when the last of them is over. No more may be added. */
  async settled(): Promise<void> {
    if (this.#calls.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onLast = resolve;
      });
    }
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#endOverdue();
    }, ms);
  }

  #endOverdue(): void {
    const now = performance.now();
    for (const call of this.#calls) {
      if (call.endsAt > now) {
        this.#lookIn(Math.ceil(call.endsAt - now));
        return;
      }
      this.delete(call);
      call.runOut();
    }
  }
}
