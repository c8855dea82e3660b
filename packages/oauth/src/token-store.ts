import type { TokenRecord } from './token-record.js';

/** An account: whatever the application calls its user, in one TikTok app (D14). */
export interface AccountKey {
  readonly clientKey: string;
  readonly userId: string;
}

/** A record and the version it stands at. */
export interface StoredRecord {
  readonly record: TokenRecord;
  /** Drawn at random for each write and never used again (D6). Compare it for equality only. */
  readonly version: string;
}

export interface PutOptions {
  /** The version that the write replaces; `null` where there must be no record yet. */
  readonly ifVersion: string | null;
  /** How long the record is kept, in milliseconds. */
  readonly expiresInMs: number;
  /** When the pair should be refreshed, in epoch milliseconds; what {@link TokenStore.due} goes by. */
  readonly dueAt: number;
  /** Released together with the write. */
  readonly lease?: Lease | undefined;
}

export type PutResult =
  | { readonly ok: true; readonly version: string }
  /** Another version was there; it is told, so that reading it costs no round trip. */
  | { readonly ok: false; readonly found: StoredRecord | null };

/**
 * The right to refresh an account, for a while. It saves requests; it never decides whether an answer is kept (D2).
 */
export interface Lease {
  /**
   * Aborts, with a `TOKEN_STORE_ERROR`, when the lease is no longer ours without our having given it back: it ran out, or
   * its store was closed.
   */
  readonly lost: AbortSignal;
  /** Starts its time anew. Resolves to `false` where it is no longer ours. */
  extend(): Promise<boolean>;
  /** Gives it back, if it is still ours. */
  release(): Promise<void>;
}

/** A change somewhere in the store, or the state of hearing about changes. */
export type StoreEvent = { readonly key: AccountKey; readonly version: string | null } | 'up' | 'down';

/**
 * Where tokens are kept. Every method rejects with a `TikTokError` `TOKEN_STORE_ERROR` when the store cannot be asked;
 * an answer is never guessed.
 */
export interface TokenStore {
  get(key: AccountKey): Promise<StoredRecord | null>;
  /**
   * Compare-and-set: writes only where the version is still the one that was read (D6). A write that is refused leaves
   * the lease as it is; a lease that was lost stops no write, and somebody else's is left alone. Where the write may have
   * happened and no answer came, rejects with `outcomeUnknown: true`.
   */
  put(key: AccountKey, record: TokenRecord, options: PutOptions): Promise<PutResult>;
  /** Leaves a lease on the account as it is. */
  delete(key: AccountKey): Promise<void>;
  /**
   * The lease on an account and the record as it is now, or `null` while somebody else has the lease.
   *
   * @param options.ttlMs How long it lasts unless extended, in milliseconds.
   */
  acquire(
    key: AccountKey,
    options: { readonly ttlMs: number },
  ): Promise<{ readonly lease: Lease; readonly found: StoredRecord | null } | null>;
  /**
   * Hears of every change, of this process's own too, until the returned function is called. A message carries no
   * record (D17); the version is `null` where the record was deleted. What a listener throws reaches neither the writer
   * nor the other listeners. `'up'` comes first, once it hears; a store that cannot tell of changes never says it. The
   * same function may listen twice.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` with code `closed` after `close()`.
   */
  watch(listener: (event: StoreEvent) => void): () => void;
  /**
   * The accounts whose pair should have been refreshed by `before`, the most overdue first. A store that keeps no list
   * gives none.
   *
   * @param options.before Epoch milliseconds.
   * @param options.limit How many at most.
   */
  due(options: { readonly before: number; readonly limit: number }): Promise<readonly AccountKey[]>;
  /**
   * Ends what the store opened itself. Leases of this instance are lost, listeners are told `'down'`, and every later call
   * is refused with code `closed`. May be called twice.
   */
  close(): Promise<void>;
}
