import { timeoutError } from '@tt/errors';
import { untilAborted } from '@tt/resilience';
import { notConnectedError } from '../account-errors.js';
import type { TokenRecord } from '../token-record.js';
import type { AccountKey, StoredRecord, TokenStore } from '../token-store.js';
import type { Announcer } from './announcer.js';
import type { Timing } from './timing.js';
import type { TokenCache } from './token-cache.js';
import { isUsable, type TokenNeed } from './token-need.js';

/** How long a store that could not be asked is not asked again for an account whose token is at hand. */
const PAUSE_MS = 1_000;
/** How long a caller with a valid token waits for a better one, in milliseconds. */
export const PATIENCE_WITH_VALID_TOKEN_MS = 2_000;

export interface TokenReaderParts {
  readonly store: TokenStore;
  readonly keyOf: (userId: string) => AccountKey;
  readonly cache: TokenCache;
  readonly announcer: Announcer;
  readonly timing: Timing;
}

/** Reads accounts: from memory where that may be believed, else from the store (D17). */
export class TokenReader {
  readonly #parts: TokenReaderParts;
  readonly #running = new Map<string, Promise<StoredRecord | null>>();
  #pausedUntil = 0;

  constructor(parts: TokenReaderParts) {
    this.#parts = parts;
  }

  /**
   * The account's record.
   *
   * @throws TikTokError `AUTH_ERROR` with code `not_connected`; `TOKEN_STORE_ERROR` where the store cannot be asked and
   *   nothing at hand serves the need.
   */
  async read(userId: string, need: TokenNeed, signal: AbortSignal | undefined): Promise<TokenRecord> {
    const { cache, announcer, timing } = this.#parts;
    const believed = cache.believed(userId);
    if (believed !== undefined) return believed.record;
    const last = cache.last(userId);
    const atHand = last !== undefined && isUsable(last, need, timing.now()) ? last : undefined;
    if (atHand === undefined || timing.monotonic() >= this.#pausedUntil) {
      try {
        const stored = await untilAborted(this.#ask(userId, atHand !== undefined), signal);
        if (stored === null) throw notConnectedError('token.get');
        return stored.record;
      } catch (error) {
        if (atHand === undefined || signal?.aborted === true || cache.last(userId) !== last) throw error;
        announcer.storeFailed(error);
        this.#pausedUntil = timing.monotonic() + PAUSE_MS;
      }
    }
    // Where the store cannot be asked, what is at hand is served while it is valid.
    announcer.servedAnyway('store_failed');
    return atHand;
  }

  /** A read that began before now is nobody's answer any more. */
  outdated(userId: string): void {
    this.#running.delete(userId);
  }

  /** One read for everyone who asks meanwhile. Who has a token at hand does not wait long. */
  async #ask(userId: string, impatient: boolean): Promise<StoredRecord | null> {
    const read = this.#read(userId);
    if (!impatient) return read;
    const done = new AbortController();
    const overdue = this.#parts.timing.sleep(PATIENCE_WITH_VALID_TOKEN_MS, done.signal).then(
      () => Promise.reject(timeoutError('patience', PATIENCE_WITH_VALID_TOKEN_MS, { operation: 'store.get' })),
      () => read,
    );
    try {
      return await Promise.race([read, overdue]);
    } finally {
      done.abort();
    }
  }

  #read(userId: string): Promise<StoredRecord | null> {
    const running = this.#running.get(userId);
    if (running !== undefined) return running;
    const { store, keyOf, cache } = this.#parts;
    const reading = cache.begin(userId);
    const asked = store
      .get(keyOf(userId))
      .then((stored) => {
        if (stored === null) cache.heard(userId, null);
        else reading.keep(stored);
        return stored;
      })
      .finally(() => {
        reading.end();
        if (this.#running.get(userId) === asked) this.#running.delete(userId);
      });
    this.#running.set(userId, asked);
    return asked;
  }
}
