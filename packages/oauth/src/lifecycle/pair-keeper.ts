import { TikTokError } from '@tt/errors';
import { contendedError } from '../account-errors.js';
import { asStoreError } from '../guarded-store.js';
import type { TokenRecord } from '../token-record.js';
import type { AccountKey, StoredRecord, TokenStore } from '../token-store.js';
import type { Announcer } from './announcer.js';
import type { RefreshedPair, WriteTerms } from './refresher.js';
import type { TokenCache } from './token-cache.js';
import type { UnsavedPairs, UnsavedWrite } from './unsaved-pairs.js';
import { isSamePair, MAX_WRITES, type MayReplace, pairWriter, type WriteOutcome } from './write-pair.js';

export interface PairKeeperParts {
  readonly store: TokenStore;
  readonly keyOf: (userId: string) => AccountKey;
  readonly terms: (userId: string, record: TokenRecord) => WriteTerms;
  readonly cache: TokenCache;
  readonly unsaved: UnsavedPairs;
  readonly announcer: Announcer;
  /** The new pair was nobody's by the time it came. */
  readonly onOrphan: (record: TokenRecord) => void;
  /** What was known of the account is not what is stored now. */
  readonly onWritten: (userId: string) => void;
}

/** How long a sign-in waits for a store that fails. */
const SIGN_IN_PATIENCE_MS = 2_000;

/** To be called when nothing holds the account any more: hooks may come back for a token. */
export type Announce = () => Promise<void>;

/** The refresh that a pair comes of. */
export interface RefreshOfAccount {
  readonly announceLater: (announce: Announce) => void;
  /** Whether the account was deleted while it ran. */
  readonly wasDeleted: () => boolean;
}

/** Stores new pairs, whatever the store says to it (D5, D6). */
export class PairKeeper {
  readonly #parts: PairKeeperParts;

  constructor(parts: PairKeeperParts) {
    this.#parts = parts;
  }

  /**
   * Stores the pair that a refresh brought; where the store fails, keeps it in memory until it does not.
   *
   * @returns What the account has now; `null` where it was deleted meanwhile.
   */
  async keepRefreshed(
    userId: string,
    { record, spent, lease }: RefreshedPair,
    { announceLater, wasDeleted }: RefreshOfAccount,
  ): Promise<StoredRecord | null> {
    const { store, keyOf, terms, unsaved, onOrphan } = this.#parts;
    const writeOver = pairWriter({
      store,
      key: keyOf(userId),
      record,
      terms: () => terms(userId, record),
      ifVersion: spent.version,
      lease: lease.lease,
    });
    const write = async (): Promise<WriteOutcome> => {
      const outcome = await this.#written(userId, () => writeOver({ refreshToken: spent.record.refreshToken }));
      if (outcome.kind === 'stored' && outcome.leaseReleased) lease.end();
      // The delete wins, and nobody owns the new pair.
      if (outcome.kind === 'deleted') onOrphan(record);
      return outcome;
    };
    try {
      const outcome = await unsaved.firstWrite(userId, write);
      announceLater(() => this.#announce('refresh', userId, record, outcome));
      return foundBy(outcome);
    } catch (error) {
      if (wasDeleted()) {
        onOrphan(record);
        return null;
      }
      const signedIn = unsaved.of(userId);
      // Another pair waits already, and it is not this refresh's: the person signed in meanwhile.
      if (signedIn !== undefined) return { record: signedIn, version: '' };
      // While the pair waits to be stored, nobody else shall try the token that bought it.
      lease.handedOver = true;
      const told = this.#keepUnsaved(userId, record, {
        error,
        write: async () => {
          const outcome = await write();
          return () => this.#announce('refresh', userId, record, outcome);
        },
        over: () => lease.release(),
      });
      announceLater(() => told);
      return { record, version: '' };
    }
  }

  /**
   * Stores a pair that a sign-in brought, over whatever was there. The code that bought it is spent, so a store that
   * cannot take it now does not end the sign-in.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` where the store will never take it.
   */
  async keepSignedIn(userId: string, record: TokenRecord): Promise<void> {
    const { store, keyOf, terms, cache, unsaved, onOrphan } = this.#parts;
    const writeOver = pairWriter({
      store,
      key: keyOf(userId),
      record,
      terms: () => terms(userId, record),
      ifVersion: cache.believed(userId)?.version ?? null,
    });
    const write = async (over: MayReplace): Promise<WriteOutcome> => {
      const landed = await this.#written(userId, () => writeOver(over));
      // D6: the account was deleted since this person signed in.
      if (landed.kind === 'deleted') onOrphan(record);
      return landed;
    };
    let outcome: WriteOutcome;
    try {
      outcome = await unsaved.firstWrite(userId, () => write('anything'));
      unsaved.forget(userId);
    } catch (error) {
      if (!TikTokError.isInstance(error) || !error.retryable) throw error;
      await this.#keepUnsaved(userId, record, {
        error,
        write: async () => {
          const landed = await write('older');
          return () => this.#announce('sign_in', userId, record, landed);
        },
      });
      // The next request may go to another process, which knows of this account only what is stored.
      await unsaved.landed(userId, undefined, SIGN_IN_PATIENCE_MS).catch(() => undefined);
      return;
    }
    await this.#announce('sign_in', userId, record, outcome);
  }

  /**
   * Stores a pair obtained elsewhere, if there is none or `mayReplace` says so of the one there is.
   *
   * @returns The record that stood in the way; `undefined` where the pair was stored.
   */
  async keepImported(
    userId: string,
    record: TokenRecord,
    mayReplace: (found: TokenRecord) => boolean,
  ): Promise<TokenRecord | undefined> {
    const { store, keyOf, terms, unsaved } = this.#parts;
    const waiting = unsaved.of(userId);
    if (waiting !== undefined && !mayReplace(waiting)) return waiting;
    let found = await store.get(keyOf(userId));
    for (let tries = 0; tries < MAX_WRITES; tries++) {
      if (found !== null && !mayReplace(found.record)) return found.record;
      const ifVersion = found?.version ?? null;
      const outcome = await this.#written(userId, async (): Promise<WriteOutcome> => {
        const result = await store.put(keyOf(userId), record, { ...terms(userId, record), ifVersion });
        if (result.ok) return { kind: 'stored', stored: { record, version: result.version }, leaseReleased: false };
        return result.found === null ? { kind: 'deleted' } : { kind: 'superseded', found: result.found };
      });
      if (outcome.kind === 'stored') {
        unsaved.forget(userId);
        await this.#announce('import', userId, record, outcome);
        return undefined;
      }
      found = foundBy(outcome);
      // An earlier write of ours, whose answer was lost.
      if (found !== null && isSamePair(found.record, record)) return undefined;
    }
    throw contendedError();
  }

  /** A write, and what is known of the account after it. */
  async #written(userId: string, write: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
    const { cache, onWritten } = this.#parts;
    const reading = cache.begin(userId);
    try {
      const outcome = await write();
      onWritten(userId);
      const found = foundBy(outcome);
      if (found === null) cache.heard(userId, null);
      else reading.wrote(found);
      return outcome;
    } finally {
      reading.end();
    }
  }

  async #announce(
    by: 'sign_in' | 'import' | 'refresh',
    userId: string,
    record: TokenRecord,
    { kind }: WriteOutcome,
  ): Promise<void> {
    const { announcer } = this.#parts;
    if (kind === 'stored') await announcer.stored(by, userId, record);
    else announcer.writeRefused(kind === 'deleted' ? 'nothing' : 'another_pair');
  }

  /** D5: keeps it, and resolves when that has been told. */
  async #keepUnsaved(
    userId: string,
    record: TokenRecord,
    { error: cause, ...rest }: Omit<UnsavedWrite, 'error'> & { readonly error: unknown },
  ): Promise<void> {
    const { cache, unsaved, announcer } = this.#parts;
    const error = asStoreError(cause, 'store.put');
    // What it replaces is not to be served any more.
    cache.heard(userId, null);
    unsaved.keep(userId, record, { ...rest, error });
    await announcer.unsaved(userId, error);
  }
}

function foundBy(outcome: WriteOutcome): StoredRecord | null {
  switch (outcome.kind) {
    case 'stored':
      return outcome.stored;
    case 'superseded':
      return outcome.found;
    case 'deleted':
      return null;
  }
}
