import type { Timing } from './timing.js';

/** A change that is waited for. */
export interface ExpectedChange {
  /** Resolves to whether it was heard of within the time. */
  within(ms: number, signal: AbortSignal): Promise<boolean>;
  end(): void;
}

/** Lets a refresh wait for the one that another process is doing. */
export class StoreChanges {
  readonly #sleep: Timing['sleep'];
  readonly #expected = new Map<string, Set<() => void>>();

  constructor(sleep: Timing['sleep']) {
    this.#sleep = sleep;
  }

  /** Begins to listen: before looking at the state that is to change, so that no change falls in between. */
  expect(userId: string): ExpectedChange {
    const heard = new AbortController();
    const listener = (): void => heard.abort();
    const listeners = this.#expected.get(userId) ?? new Set();
    this.#expected.set(userId, listeners.add(listener));
    return {
      within: async (ms, signal) => {
        try {
          await this.#sleep(ms, AbortSignal.any([heard.signal, signal]));
        } catch {
          signal.throwIfAborted();
        }
        return heard.signal.aborted;
      },
      end: () => {
        listeners.delete(listener);
        if (listeners.size === 0 && this.#expected.get(userId) === listeners) this.#expected.delete(userId);
      },
    };
  }

  heard(userId: string): void {
    for (const listener of this.#expected.get(userId) ?? []) listener();
  }
}
