import { storeError, type TikTokError } from '@tt/errors';
import { untilAborted } from '@tt/resilience';
import type { TokenRecord } from '../token-record.js';
import type { Timing } from './timing.js';

const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 5_000;
/** How long a caller waits whom the pair itself does not serve. */
const PATIENCE_MS = 30_000;

/** How a pair that waits is written. */
export interface UnsavedWrite {
  /** Why it failed so far. */
  readonly error: TikTokError;
  /** Writes it, and rejects while that fails. Resolves to what is to be told when it has landed. */
  readonly write: () => Promise<() => Promise<void>>;
  /** Called when it has landed, or is given up. */
  readonly over?: (() => void) | undefined;
}

interface UnsavedPair {
  readonly record: TokenRecord;
  readonly error: TikTokError;
  /** Resolves when it has landed, or is given up. */
  readonly over: Promise<void>;
  /** Ends the wait before the next try. */
  wake: AbortController;
  /** The try that is under way. */
  writing: Promise<unknown>;
  state: 'waiting' | 'held back' | 'given up';
}

/**
 * New pairs that the store did not take (D5). Each is the only copy there is: it is kept whatever else is dropped, and
 * written again until that succeeds.
 */
export class UnsavedPairs {
  readonly #timing: Timing;
  readonly #announce: (told: Promise<void>) => void;
  readonly #pairs = new Map<string, UnsavedPair>();
  /** Users whose pair is being written for the first time: should that never end, it is lost too. */
  readonly #firstWrites = new Map<string, number>();
  #closed = false;

  /** @param announce Takes what is told when a pair has landed, so that somebody waits for it. */
  constructor(timing: Timing, announce: (told: Promise<void>) => void) {
    this.#timing = timing;
    this.#announce = announce;
  }

  of(userId: string): TokenRecord | undefined {
    return this.#pairs.get(userId)?.record;
  }

  /**
   * Resolves when the user's pair has landed; at once where there is none.
   *
   * @throws Why it has not, once a caller has waited long enough; the signal's reason when that aborts.
   */
  async landed(userId: string, signal?: AbortSignal, withinMs = PATIENCE_MS): Promise<void> {
    const pair = this.#pairs.get(userId);
    if (pair === undefined) return;
    const done = new AbortController();
    const overdue = this.#timing.sleep(withinMs, done.signal).then(
      () => Promise.reject(pair.error),
      () => undefined,
    );
    try {
      await untilAborted(Promise.race([pair.over, overdue]), signal);
    } finally {
      done.abort();
    }
  }

  /** Resolves when all have landed. */
  async allLanded(): Promise<void> {
    await Promise.all([...this.#pairs.values()].map(({ over }) => over));
  }

  /** A first write, which this process alone knows of until it ends. */
  async firstWrite<T>(userId: string, write: () => Promise<T>): Promise<T> {
    this.#firstWrites.set(userId, (this.#firstWrites.get(userId) ?? 0) + 1);
    try {
      return await write();
    } finally {
      const others = (this.#firstWrites.get(userId) ?? 1) - 1;
      if (others === 0) this.#firstWrites.delete(userId);
      else this.#firstWrites.set(userId, others);
    }
  }

  /** Keeps a pair that could not be written, in the place of one that waits already. */
  keep(userId: string, record: TokenRecord, { error, write, over }: UnsavedWrite): void {
    this.forget(userId);
    // It was named when this was closed.
    if (this.#closed) {
      over?.();
      return;
    }
    let landed = (): void => undefined;
    const pair: UnsavedPair = {
      record,
      error,
      over: new Promise((resolve) => {
        landed = resolve;
      }),
      wake: new AbortController(),
      writing: Promise.resolve(),
      state: 'waiting',
    };
    this.#pairs.set(userId, pair);
    void this.#writeUntilLanded(pair, write).then((announce) => {
      if (this.#pairs.get(userId) === pair) this.#pairs.delete(userId);
      over?.();
      landed();
      if (announce !== undefined) this.#announce(announce());
    });
  }

  /**
   * Runs what makes the user's pair nobody's, with no write of it under way; then forgets it. Where that fails, the pair
   * goes on waiting.
   */
  async forgetAfter<T>(userId: string, action: () => Promise<T>): Promise<T> {
    const pair = this.#pairs.get(userId);
    if (pair === undefined) return action();
    pair.state = 'held back';
    await pair.writing;
    try {
      const result = await action();
      if (this.#pairs.get(userId) === pair) this.forget(userId);
      return result;
    } finally {
      if (pair.state === 'held back') pair.state = 'waiting';
    }
  }

  /** The account has other tokens now: this pair is nobody's any more. */
  forget(userId: string): void {
    const pair = this.#pairs.get(userId);
    if (pair === undefined) return;
    this.#pairs.delete(userId);
    pair.state = 'given up';
    pair.wake.abort();
  }

  /** The store has come back. */
  retryNow(): void {
    for (const pair of this.#pairs.values()) pair.wake.abort();
  }

  /** Ends all tries. What is lost with that is named, by user. */
  giveUp(): AggregateError | undefined {
    this.#closed = true;
    const lost = new Map<string, unknown>([...this.#firstWrites.keys()].map((userId) => [userId, undefined]));
    for (const [userId, { error }] of this.#pairs) lost.set(userId, error);
    for (const userId of lost.keys()) this.forget(userId);
    if (lost.size === 0) return undefined;
    const names = [...lost.keys()].map((userId) => JSON.stringify(userId));
    return new AggregateError(
      [...lost].map(([userId, cause]) =>
        storeError(`The new tokens of ${JSON.stringify(userId)} were never stored; this account must sign in again`, {
          code: 'never_stored',
          operation: 'store.put',
          retryable: false,
          ...(cause === undefined ? {} : { cause }),
        }),
      ),
      `Closed with new tokens that the store never took, of: ${names.join(', ')}`,
    );
  }

  async #writeUntilLanded(pair: UnsavedPair, write: UnsavedWrite['write']): Promise<(() => Promise<void>) | undefined> {
    const { sleep, random } = this.#timing;
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2)) {
      await sleep(delayMs * (0.5 + random() / 2), pair.wake.signal).catch(() => undefined);
      if (pair.state === 'given up') return undefined;
      pair.wake = new AbortController();
      if (pair.state === 'held back') continue;
      try {
        const writing = write();
        pair.writing = writing.catch(() => undefined);
        return await writing;
      } catch {
        // It was told once, when it began.
      }
    }
  }
}
