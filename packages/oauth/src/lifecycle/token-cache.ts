import { OldestFirst } from '../oldest-first.js';
import type { TokenRecord } from '../token-record.js';
import type { StoredRecord } from '../token-store.js';
import { wantedTtlMs } from './token-need.js';

export interface TokenCacheOptions {
  /** How many accounts at most; `0` keeps none. */
  readonly maxAccounts: number;
  /** For how long an entry is believed without asking the store, in milliseconds. */
  readonly maxAgeMs: number;
  readonly now: () => number;
  /** When a pair should be refreshed, in epoch milliseconds. */
  readonly dueAt: (userId: string, record: TokenRecord) => number;
}

interface Entry {
  readonly stored: StoredRecord;
  readonly readAt: number;
  /** When the token is due, or the entry too old to be believed. */
  readonly servableUntil: number;
  /** Which unbroken stretch of the subscription it was read in. */
  readonly stretch: number;
  /** Asked for since it was last in line to be dropped. */
  used: boolean;
}

/** A read or a write that is under way. What is heard meanwhile may be newer than what it brings. */
export interface Reading {
  /** Keeps what was read, unless another version of it was heard of meanwhile (D17). */
  keep(stored: StoredRecord): void;
  /** The same of what was written, which readings that began before it may not know. */
  wrote(stored: StoredRecord): void;
  /** It is over. */
  end(): void;
}

interface OpenReading extends Reading {
  heard: string | null | undefined;
}

/**
 * The tokens this process has seen lately (D17). Entries are believed only while the store's subscription stands, for a
 * bounded time; the record itself stays for the time when the store cannot be asked. Bounded: what nobody asked for
 * since its last turn goes first.
 */
export class TokenCache {
  readonly #options: TokenCacheOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #oldest = new OldestFirst(this.#entries);
  readonly #readings = new Map<string, Set<OpenReading>>();
  #up = false;
  #stretch = 0;

  constructor(options: TokenCacheOptions) {
    this.#options = options;
  }

  /** The hot path: a token that may be handed out as it is. */
  hit(userId: string, minTtlMs: number): string | undefined {
    const entry = this.#entries.get(userId);
    if (entry === undefined || entry.stretch !== this.#stretch || !this.#up) return undefined;
    const now = this.#options.now();
    // A clock that was set back says nothing about an entry's age.
    if (now >= entry.servableUntil || now < entry.readAt) return undefined;
    const { record } = entry.stored;
    if (minTtlMs > 0 && record.accessTokenExpiresAt - now < wantedTtlMs(record, minTtlMs)) return undefined;
    entry.used = true;
    return record.accessToken;
  }

  /** The stored record, where it need not be asked for again; valid, due or marked. */
  believed(userId: string): StoredRecord | undefined {
    const entry = this.#entries.get(userId);
    if (entry === undefined || entry.stretch !== this.#stretch || !this.#up) return undefined;
    const ageMs = this.#options.now() - entry.readAt;
    if (ageMs < 0 || ageMs >= this.#options.maxAgeMs) return undefined;
    entry.used = true;
    return entry.stored;
  }

  /** The last record seen, however old. */
  last(userId: string): TokenRecord | undefined {
    return this.#entries.get(userId)?.stored.record;
  }

  /** To be called before the store is asked or written to. */
  begin(userId: string): Reading {
    const readAt = this.#options.now();
    const stretch = this.#stretch;
    const reading: OpenReading = {
      heard: undefined,
      keep: (stored) => {
        if (reading.heard === undefined || reading.heard === stored.version) this.#set(userId, stored, readAt, stretch);
      },
      wrote: (stored) => {
        if (reading.heard === undefined || reading.heard === stored.version) this.heard(userId, stored.version);
        reading.keep(stored);
      },
      end: () => {
        const open = this.#readings.get(userId);
        open?.delete(reading);
        if (open?.size === 0) this.#readings.delete(userId);
      },
    };
    const open = this.#readings.get(userId) ?? new Set();
    this.#readings.set(userId, open.add(reading));
    return reading;
  }

  /** The account stands at this version now; `null` where it was deleted. */
  heard(userId: string, version: string | null): void {
    for (const reading of this.#readings.get(userId) ?? []) reading.heard = version;
    if (this.#entries.get(userId)?.stored.version !== version) this.#entries.delete(userId);
  }

  /** The subscription stands, or has broken: either way, what was read before may have changed unheard. */
  subscription(state: 'up' | 'down'): void {
    this.#stretch += 1;
    this.#up = state === 'up';
  }

  clear(): void {
    this.#entries.clear();
  }

  #set(userId: string, stored: StoredRecord, readAt: number, stretch: number): void {
    const { maxAccounts, maxAgeMs, dueAt } = this.#options;
    const { record } = stored;
    this.#entries.delete(userId);
    if (this.#entries.size >= maxAccounts && !this.#makeRoom()) return;
    const servableUntil = Math.min(readAt + maxAgeMs, dueAt(userId, record), record.accessTokenExpiresAt);
    this.#entries.set(userId, { stored, readAt, servableUntil, stretch, used: false });
  }

  /** Drops the oldest that nobody asked for; those that were asked for go to the end of the line once. */
  #makeRoom(): boolean {
    for (let userId = this.#oldest.next(); userId !== undefined; userId = this.#oldest.next()) {
      const entry = this.#entries.get(userId);
      this.#entries.delete(userId);
      if (entry?.used !== true) return true;
      entry.used = false;
      this.#entries.set(userId, entry);
    }
    return false;
  }
}
