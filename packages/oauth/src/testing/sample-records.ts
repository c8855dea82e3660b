import { fail } from 'node:assert/strict';
import type { TokenRecord } from '../token-record.js';
import type { AccountKey, PutOptions, StoredRecord, TokenStore } from '../token-store.js';
import type { Acquired } from './rule.js';

export const HOUR_MS = 3_600_000;
export const LONG_LEASE_MS = 60_000;

/** A record that `mark` tells from the others, and whose secrets can be searched for. */
export function recordOf(mark: string, fields: Partial<TokenRecord> = {}): TokenRecord {
  return {
    accessToken: `act.secret-${mark}`,
    refreshToken: `rft.secret-${mark}`,
    tokenType: 'Bearer',
    openId: `open-id-${mark}`,
    scope: 'user.info.basic,video.list',
    obtainedAt: 1_750_000_000_000,
    accessTokenExpiresAt: 1_750_086_400_000,
    refreshTokenExpiresAt: 1_781_536_000_000,
    ...fields,
  };
}

/** A write of an account that is not there yet, kept for an hour, unless told otherwise. */
export function terms(changes: Partial<PutOptions> = {}): PutOptions {
  return { ifVersion: null, expiresInMs: HOUR_MS, dueAt: 1_750_077_760_000, ...changes };
}

/** Writes what must go through, and gives it back as it stands in the store then. */
export async function written(
  store: TokenStore,
  key: AccountKey,
  { mark, ...changes }: Partial<PutOptions> & { readonly mark: string },
): Promise<StoredRecord> {
  const record = recordOf(mark);
  const result = await store.put(key, record, terms(changes));
  if (!result.ok) fail(`a write of the version that was there was refused`);
  return { record, version: result.version };
}

/** The lease, where it must be free. */
export async function acquired(store: TokenStore, key: AccountKey, ttlMs: number = LONG_LEASE_MS): Promise<Acquired> {
  return (await store.acquire(key, { ttlMs })) ?? fail('a lease that nobody has was not given');
}

/** Whether nobody has the lease; who asks has it then. */
export async function isFree(store: TokenStore, key: AccountKey): Promise<boolean> {
  return (await store.acquire(key, { ttlMs: LONG_LEASE_MS })) !== null;
}
