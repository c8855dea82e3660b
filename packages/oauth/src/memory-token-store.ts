import { storeError } from '@tt/errors';
import { RandomPool } from './random-pool.js';
import type { TokenRecord } from './token-record.js';
import type { AccountKey, Lease, PutOptions, PutResult, StoredRecord, StoreEvent, TokenStore } from './token-store.js';

export interface MemoryTokenStoreOptions {
  /** How many accounts it takes. Beyond it a new account is refused; none is ever dropped (D19). Default: 100,000. */
  readonly maxAccounts?: number | undefined;
  /** Whether it is used in production on purpose: then it does not warn. Default: false. */
  readonly allowInProduction?: boolean | undefined;
  /** The clock, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Of a version (D6). */
const VERSION_BYTES = 16;
/** The longest that a timer can wait. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Entry {
  readonly key: AccountKey;
  readonly stored: StoredRecord;
  readonly dueAt: number;
  readonly expiresAt: number;
}

interface HeldLease {
  readonly controller: AbortController;
  readonly timer: NodeJS.Timeout;
}

/**
 * A {@link TokenStore} in this process's memory, for tests, demos and single processes that may forget. Memory is not a
 * cache (D19): it refuses what it has no room for, and never evicts a refresh token.
 */
export class MemoryTokenStore implements TokenStore {
  readonly #maxAccounts: number;
  readonly #now: () => number;
  readonly #random = new RandomPool();
  readonly #entries = new Map<string, Entry>();
  readonly #leases = new Map<string, HeldLease>();
  readonly #listeners = new Set<{ readonly tell: (event: StoreEvent) => void }>();
  #closed = false;

  /**
   * Warns, as Node.js does, where `NODE_ENV` is `production`: what it holds is lost with the process.
   *
   * @throws TypeError when `maxAccounts` is not a whole number of at least 1.
   */
  constructor({ maxAccounts = 100_000, allowInProduction = false, now = Date.now }: MemoryTokenStoreOptions = {}) {
    if (!Number.isSafeInteger(maxAccounts) || maxAccounts < 1) {
      throw new TypeError(
        `MemoryTokenStore: maxAccounts is ${String(maxAccounts)}; expected a whole number of at least 1`,
      );
    }
    if (process.env.NODE_ENV === 'production' && !allowInProduction) {
      process.emitWarning(
        'MemoryTokenStore forgets every account when the process ends, and shares none with another',
        {
          code: 'TT_MEMORY_TOKEN_STORE',
          detail: 'Use a store that lasts, such as @tt/token-store-redis; or pass allowInProduction: true.',
        },
      );
    }
    this.#maxAccounts = maxAccounts;
    this.#now = now;
  }

  async get(key: AccountKey): Promise<StoredRecord | null> {
    this.#assertOpen('store.get');
    return this.#live(nameOf(key))?.stored ?? null;
  }

  async put(key: AccountKey, record: TokenRecord, options: PutOptions): Promise<PutResult> {
    this.#assertOpen('store.put');
    const name = nameOf(key);
    const found = this.#live(name)?.stored ?? null;
    if ((found?.version ?? null) !== options.ifVersion) return { ok: false, found };
    if (found === null) this.#makeRoom();
    const version = this.#random.text(VERSION_BYTES, 'base64url');
    // A copy that nobody can change, neither who wrote it nor who reads it.
    const stored = { record: frozenCopy(record), version };
    this.#entries.set(name, { key, stored, dueAt: options.dueAt, expiresAt: this.#now() + options.expiresInMs });
    await options.lease?.release();
    this.#tell({ key, version });
    return { ok: true, version };
  }

  async delete(key: AccountKey): Promise<void> {
    this.#assertOpen('store.delete');
    if (this.#entries.delete(nameOf(key))) this.#tell({ key, version: null });
  }

  async acquire(
    key: AccountKey,
    { ttlMs }: { readonly ttlMs: number },
  ): Promise<{ readonly lease: Lease; readonly found: StoredRecord | null } | null> {
    this.#assertOpen('store.acquire');
    if (!(ttlMs > 0 && ttlMs <= LONGEST_TIMER_MS)) {
      throw storeError(
        `ttlMs is ${String(ttlMs)}; expected milliseconds, more than 0 and at most ${LONGEST_TIMER_MS}`,
        {
          code: 'invalid_option',
          operation: 'store.acquire',
          retryable: false,
        },
      );
    }
    const name = nameOf(key);
    if (this.#leases.has(name)) return null;
    return { lease: this.#grant(name, ttlMs), found: this.#live(name)?.stored ?? null };
  }

  watch(listener: (event: StoreEvent) => void): () => void {
    this.#assertOpen('store.watch');
    // An entry of its own: the same function may listen twice, and stop once.
    const entry = { tell: listener };
    this.#listeners.add(entry);
    hear(listener, 'up');
    return () => this.#listeners.delete(entry);
  }

  async due({ before, limit }: { readonly before: number; readonly limit: number }): Promise<readonly AccountKey[]> {
    this.#assertOpen('store.due');
    return [...this.#entries.values()]
      .filter((entry) => entry.dueAt <= before && entry.expiresAt > this.#now())
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, limit)
      .map((entry) => entry.key);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const name of [...this.#leases.keys()]) this.#end(name);
    this.#tell('down');
    this.#listeners.clear();
    this.#entries.clear();
  }

  #live(name: string): Entry | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.expiresAt > this.#now()) return entry;
    this.#entries.delete(name);
    return undefined;
  }

  #makeRoom(): void {
    if (this.#entries.size < this.#maxAccounts) return;
    // What has expired is no account any more.
    for (const name of [...this.#entries.keys()]) this.#live(name);
    if (this.#entries.size < this.#maxAccounts) return;
    throw storeError(`MemoryTokenStore is full: it holds ${this.#maxAccounts} accounts and drops none`, {
      code: 'store_full',
      operation: 'store.put',
      retryable: false,
    });
  }

  #grant(name: string, ttlMs: number): Lease {
    const controller = new AbortController();
    const start = (): void => {
      const timer = setTimeout(() => this.#end(name), ttlMs);
      timer.unref();
      this.#leases.set(name, { controller, timer });
    };
    const ours = (): boolean => this.#leases.get(name)?.controller === controller;
    start();
    return {
      lost: controller.signal,
      extend: async () => {
        if (!ours()) return false;
        clearTimeout(this.#leases.get(name)?.timer);
        start();
        return true;
      },
      release: async () => {
        if (!ours()) return;
        clearTimeout(this.#leases.get(name)?.timer);
        this.#leases.delete(name);
      },
    };
  }

  /** The lease is over without having been given back. */
  #end(name: string): void {
    const held = this.#leases.get(name);
    if (held === undefined) return;
    clearTimeout(held.timer);
    this.#leases.delete(name);
    held.controller.abort(storeError('The lease has run out', { code: 'lease_lost', operation: 'store.acquire' }));
  }

  #tell(event: StoreEvent): void {
    for (const { tell } of [...this.#listeners]) hear(tell, event);
  }

  #assertOpen(operation: string): void {
    if (this.#closed) throw storeError('MemoryTokenStore was closed', { code: 'closed', operation, retryable: false });
  }
}

function frozenCopy(record: TokenRecord): TokenRecord {
  const { signInNeeded } = record;
  return Object.freeze({
    ...record,
    ...(signInNeeded === undefined ? {} : { signInNeeded: Object.freeze({ ...signInNeeded }) }),
  });
}

/** One listener's mistake must not undo a write for its caller, or keep the other listeners from hearing of it. */
function hear(listener: (event: StoreEvent) => void, event: StoreEvent): void {
  try {
    listener(event);
  } catch (error) {
    process.emitWarning(`A listener of TokenStore.watch threw: ${String(error)}`, { code: 'TT_STORE_LISTENER' });
  }
}

/** Two parts of any content, joined so that no two keys share a name. */
function nameOf({ clientKey, userId }: AccountKey): string {
  return `${clientKey.length}:${clientKey}:${userId}`;
}
