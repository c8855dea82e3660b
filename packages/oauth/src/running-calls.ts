import { currentCorrelationId, withCorrelationId } from '@tt/logger';
import { closedError } from './account-errors.js';

/** The calls under way, so that closing can wait for them: one may hold a code or a refresh token that is spent. */
export class RunningCalls {
  readonly #running = new Set<Promise<unknown>>();
  #closed = false;

  /** No call is taken any more. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Runs `call` under one correlation id.
   *
   * @throws TikTokError `VALIDATION_ERROR` with code `closed` once no call is taken any more.
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#closed) throw closedError();
    const running = withCorrelationId(currentCorrelationId(), call);
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** Takes no more calls, and resolves when those under way have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#running);
  }
}
