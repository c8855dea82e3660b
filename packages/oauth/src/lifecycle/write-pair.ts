import { contendedError } from '../account-errors.js';
import type { TokenRecord } from '../token-record.js';
import type { AccountKey, Lease, StoredRecord, TokenStore } from '../token-store.js';

/** A write can only lose against another write, and those are few. */
export const MAX_WRITES = 10;

/** What became of a pair's write. */
export type WriteOutcome =
  | { readonly kind: 'stored'; readonly stored: StoredRecord; readonly leaseReleased: boolean }
  /** Another pair was there, and stays. */
  | { readonly kind: 'superseded'; readonly found: StoredRecord }
  /** The account had been deleted, and stays so. */
  | { readonly kind: 'deleted' };

/**
 * What a pair may be written over: a record that still carries this refresh token, which the pair was bought with;
 * anything, for the pair of a sign-in; or what is older, where that pair has been waiting to be stored.
 */
export type MayReplace = { readonly refreshToken: string } | 'anything' | 'older';

export interface NewPair {
  readonly store: TokenStore;
  readonly key: AccountKey;
  readonly record: TokenRecord;
  readonly terms: () => { readonly expiresInMs: number; readonly dueAt: number };
  /** The version that is thought to stand there. */
  readonly ifVersion: string | null;
  readonly lease?: Lease | undefined;
}

/**
 * What writes a new pair, as often as it takes: each try goes on from what the one before it found. The write compares,
 * and what it finds instead decides (D6).
 *
 * The function that is returned throws `TOKEN_STORE_ERROR` when the store could not be asked: whether the pair was
 * stored is unknown, and writing it again is harmless.
 */
export function pairWriter({
  store,
  key,
  record,
  terms,
  ifVersion,
  lease,
}: NewPair): (over: MayReplace) => Promise<WriteOutcome> {
  let version = ifVersion;
  /** Whether a record was met since the pair came: where none is left, the account was deleted later than that. */
  let met = false;
  return async (over) => {
    for (let i = 0; i < MAX_WRITES; i++) {
      const result = await store.put(key, record, { ...terms(), ifVersion: version, lease });
      if (result.ok) return { kind: 'stored', stored: { record, version: result.version }, leaseReleased: true };
      const { found } = result;
      if (found === null) {
        if (met || typeof over === 'object') return { kind: 'deleted' };
        version = null;
        continue;
      }
      // An earlier write of ours, whose answer was lost.
      if (isSamePair(found.record, record)) return { kind: 'stored', stored: found, leaseReleased: false };
      if (typeof over === 'object') {
        if (found.record.refreshToken !== over.refreshToken) return { kind: 'superseded', found };
      } else if (over === 'older' && isLater(found.record, record)) {
        return { kind: 'superseded', found };
      }
      // Marked or encrypted anew, but still the pair that was spent.
      met = true;
      version = found.version;
    }
    throw contendedError();
  };
}

/** A pair that is marked is no better for having come later. */
function isLater(found: TokenRecord, record: TokenRecord): boolean {
  return found.obtainedAt > record.obtainedAt && found.signInNeeded === undefined;
}

export function isSamePair(a: TokenRecord, b: TokenRecord): boolean {
  return a.accessToken === b.accessToken && a.refreshToken === b.refreshToken;
}
