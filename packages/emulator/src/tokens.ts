import type { Grant } from './grants.js';

/** A user's token, as long as it is remembered: also after its end, so that one can say what became of it. */
export interface TokenRecord {
  readonly kind: 'access' | 'refresh';
  readonly token: string;
  readonly grant: Grant;
  /** Epoch milliseconds, here and below. */
  readonly issuedAt: number;
  expiresAt: number;
  /** When a refresh token was first exchanged for another. */
  spentAt?: number;
}

export interface Tokens {
  /** Remembers it, and gives it back. */
  add(record: TokenRecord): TokenRecord;
  find(token: string): TokenRecord | undefined;
  /** A user's, oldest first. */
  of(username: string): readonly TokenRecord[];
}

/** Tokens remembered before the dead ones are forgotten, oldest first. */
const CAPACITY = 200_000;

export function createTokens(isLive: (record: TokenRecord) => boolean, capacity = CAPACITY): Tokens {
  const records = new Map<string, TokenRecord>();
  let nextSweep = capacity;

  /** Live ones stay however many they are; then the next sweep waits until there is something to gain again. */
  function forgetDead(): void {
    for (const [token, record] of records) {
      if (records.size <= capacity / 2) break;
      if (!isLive(record)) records.delete(token);
    }
    nextSweep = Math.max(capacity, records.size * 2);
  }

  return {
    add(record) {
      records.set(record.token, record);
      if (records.size > nextSweep) forgetDead();
      return record;
    },
    find: (token) => records.get(token),
    of: (username) => [...records.values()].filter(({ grant }) => grant.holder.user.username === username),
  };
}
