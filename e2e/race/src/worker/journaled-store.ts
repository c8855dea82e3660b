import {
  type AccountKey,
  type PutOptions,
  type PutResult,
  type StoredRecord,
  TikTokError,
  type TokenRecord,
  type TokenStore,
} from '@tt/oauth';
import { now } from '../journal/clock.js';
import type { SeenRecord } from '../journal/entry.js';
import { fingerprint } from '../journal/fingerprint.js';
import type { Journal } from '../journal/journal.js';

/** The store itself; what passes through it is written down. */
export class JournaledStore implements TokenStore {
  readonly #store: TokenStore;
  readonly #journal: Journal;

  constructor(store: TokenStore, journal: Journal) {
    this.#store = store;
    this.#journal = journal;
  }

  async get(key: AccountKey): Promise<StoredRecord | null> {
    const since = now();
    const found = await this.#store.get(key);
    this.#journal.note({ kind: 'read', by: 'get', userId: key.userId, since, record: seen(found) });
    return found;
  }

  async acquire(key: AccountKey, options: { readonly ttlMs: number }): ReturnType<TokenStore['acquire']> {
    const since = now();
    const acquired = await this.#store.acquire(key, options);
    if (acquired !== null) {
      this.#journal.note({ kind: 'read', by: 'acquire', userId: key.userId, since, record: seen(acquired.found) });
    }
    return acquired;
  }

  async put(key: AccountKey, record: TokenRecord, options: PutOptions): Promise<PutResult> {
    const { userId } = key;
    const since = now();
    const write = {
      userId,
      refreshToken: fingerprint(record.refreshToken),
      ifVersion: options.ifVersion,
      mark: record.signInNeeded?.reason,
      doubted: record.unansweredAt !== undefined,
    };
    this.#journal.note({ kind: 'writing', ...write });
    try {
      const result = await this.#store.put(key, record, options);
      if (result.ok) {
        this.#journal.note({ kind: 'wrote', ...write, version: result.version });
      } else {
        this.#journal.note({ kind: 'read', by: 'put', userId, since, record: seen(result.found) });
        this.#journal.note({ kind: 'write_refused', ...write });
      }
      return result;
    } catch (error) {
      const code = TikTokError.isInstance(error) ? (error.code ?? error.type) : String(error);
      this.#journal.note({ kind: 'write_failed', ...write, code });
      throw error;
    }
  }

  delete(key: AccountKey): Promise<void> {
    return this.#store.delete(key);
  }

  watch(listener: Parameters<TokenStore['watch']>[0]): () => void {
    return this.#store.watch(listener);
  }

  due(options: Parameters<TokenStore['due']>[0]): Promise<readonly AccountKey[]> {
    return this.#store.due(options);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}

function seen(found: StoredRecord | null): SeenRecord | null {
  if (found === null) return null;
  const { version, record } = found;
  return {
    version,
    refreshToken: fingerprint(record.refreshToken),
    mark: record.signInNeeded?.reason,
    doubted: record.unansweredAt !== undefined,
  };
}
