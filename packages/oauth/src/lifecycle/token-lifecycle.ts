import { storeError, TikTokError, timeoutError } from '@tt/errors';
import type { Logger } from '@tt/logger';
import { createRetry, untilAborted } from '@tt/resilience';
import { notConnectedError, signInNeededError } from './account-errors.js';
import { BoundedSet } from './bounded-set.js';
import { dueAt, keptForMs } from './refresh-window.js';
import { type RefreshFields, refreshedRecord } from './token-answer.js';
import type { TokenRecord } from './token-record.js';
import type { AccountKey, Lease, StoredRecord, TokenStore } from './token-store.js';

const LEASE_MS = 15_000;
const EXTEND_EVERY_MS = 5_000;
/** How long a caller with a valid token waits for a better one. */
const PATIENCE_WITH_VALID_TOKEN_MS = 2_000;
/** How long a refresh may take while another process has the lease. */
const WAIT_FOR_OTHERS_MS = 30_000;
const POLL_MS = 100;
/** A write can only lose against another write, and those are few. */
const MAX_WRITES = 10;
const MAX_DOUBTED = 10_000;
const NEVER_DUE = Number.MAX_SAFE_INTEGER;

/** One refresh request to TikTok. */
export type SendRefresh = (
  refreshToken: string,
  /** Called when a send may have taken effect although it brought no token. */
  onUnanswered: () => void,
) => Promise<RefreshFields>;

export interface TokenLifecycleParts {
  readonly clientKey: string;
  readonly store: TokenStore;
  readonly sendRefresh: SendRefresh;
  /** Best effort, never rejects. */
  readonly revoke: (accessToken: string) => Promise<unknown>;
  readonly logger: Logger;
  readonly now: () => number;
  readonly refreshWindowMs: number | undefined;
}

/** What a caller needs of a token. */
export interface TokenNeed {
  /** How long it must still be valid, in milliseconds. */
  readonly minTtlMs: number;
  /** An access token that TikTok has refused. */
  readonly rejected: string | undefined;
}

/** One refresh under its lease. */
interface Held {
  readonly userId: string;
  readonly need: TokenNeed;
  readonly lease: Lease;
  /** What the store held when the lease was taken. */
  readonly found: StoredRecord;
  /** The one to send, where the caller brought its own. */
  readonly refreshToken: string | undefined;
}

const NO_NEED: TokenNeed = { minTtlMs: 0, rejected: undefined };

/**
 * Keeps the tokens of all accounts of one client valid, with one refresh for everyone who asks (D2): single-flight in
 * this process, a lease in the store across processes.
 */
export class TokenLifecycle {
  readonly #parts: TokenLifecycleParts;
  readonly #running = new Map<string, Promise<TokenRecord>>();
  /** Refresh tokens that were sent and may have been spent by a send that brought no token (D3). */
  readonly #doubted = new BoundedSet(MAX_DOUBTED);
  /** For the write of a new pair: until it has landed, this process holds its only copy. */
  readonly #write = createRetry({ attempts: 6 });

  constructor(parts: TokenLifecycleParts) {
    this.#parts = parts;
  }

  /** The record of an account that has a valid access token, refreshed if it was due. */
  async valid(userId: string, need: TokenNeed, signal?: AbortSignal): Promise<TokenRecord> {
    const stored = await untilAborted(this.#parts.store.get(this.#key(userId)), signal);
    if (stored === null) throw notConnectedError('token.get');
    const { record } = stored;
    if (this.#isFresh(userId, record, need)) return record;
    const servable = this.#isUsable(record, need);
    if (record.signInNeeded !== undefined) {
      // D4: what is still valid keeps being served.
      if (servable) return record;
      throw signInNeededError(record.signInNeeded, 'token.get');
    }
    const refresh = this.#refreshOnce(userId, need);
    if (!servable) return untilAborted(refresh, signal);
    // While the token is valid, a failing or slow refresh is nobody's problem yet.
    return untilAborted(patiently(refresh), signal).then(
      (refreshed) => refreshed ?? record,
      (error: unknown) => {
        if (signal?.aborted === true) throw error;
        this.#parts.logger.warn('Refresh failed; the token that is still valid was served', {
          userId,
          type: TikTokError.isInstance(error) ? error.type : undefined,
          error,
        });
        return record;
      },
    );
  }

  /** What is stored of an account. */
  async stored(userId: string): Promise<TokenRecord | null> {
    return (await this.#parts.store.get(this.#key(userId)))?.record ?? null;
  }

  /** Stores a pair that a sign-in brought, over whatever was there. */
  async adopt(userId: string, record: TokenRecord): Promise<void> {
    const { store } = this.#parts;
    const key = this.#key(userId);
    const terms = this.#terms(userId, record);
    let found = await this.#write.execute(() => store.get(key));
    for (let i = 0; i < MAX_WRITES; i++) {
      const ifVersion = found?.version ?? null;
      const result = await this.#write.execute(() => store.put(key, record, { ...terms, ifVersion }));
      // A first write whose answer was lost is found as what it wrote.
      if (result.ok || result.found?.record.refreshToken === record.refreshToken) return;
      found = result.found;
    }
    throw storeError('The new tokens could not be stored: others kept writing', {
      code: 'contended',
      operation: 'store.put',
    });
  }

  /**
   * Refreshes an account with a refresh token that the caller holds, and stores the new pair. Where the store holds
   * another pair whose access token is still valid, that is the answer: the caller's is most likely spent.
   */
  async refreshWith(userId: string, refreshToken: string): Promise<TokenRecord> {
    const stored = await this.#parts.store.get(this.#key(userId));
    if (stored === null) throw notConnectedError('token.refresh');
    const { record } = stored;
    const other = record.refreshToken !== refreshToken;
    if (other && record.signInNeeded === undefined && this.#isUsable(record, NO_NEED)) return record;
    // The access token that goes with it counts as rejected, so that the refresh happens though it is not due.
    return this.#refreshOnce(userId, { minTtlMs: 0, rejected: record.accessToken }, refreshToken);
  }

  async forget(userId: string): Promise<void> {
    await this.#parts.store.delete(this.#key(userId));
  }

  /** Resolves when no refresh is running any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running.values());
  }

  async #refreshOnce(userId: string, need: TokenNeed, refreshToken?: string): Promise<TokenRecord> {
    const running = this.#running.get(userId);
    if (running !== undefined) {
      const record = await running;
      // It may have been started by somebody whom the token this caller was refused still served.
      return record.accessToken === need.rejected ? this.#refreshOnce(userId, need, refreshToken) : record;
    }
    const started = this.#refresh(userId, need, refreshToken).finally(() => this.#running.delete(userId));
    // Every caller may have given up by the time it fails.
    started.catch(() => undefined);
    this.#running.set(userId, started);
    return started;
  }

  async #refresh(userId: string, need: TokenNeed, refreshToken: string | undefined): Promise<TokenRecord> {
    const { store } = this.#parts;
    const key = this.#key(userId);
    const giveUpAt = performance.now() + WAIT_FOR_OTHERS_MS;
    for (;;) {
      // D2: no lease, no request. A store that cannot be asked rejects here.
      const acquired = await store.acquire(key, { ttlMs: LEASE_MS });
      if (acquired !== null) return this.#underLease({ userId, need, refreshToken, ...acquired });
      if (performance.now() > giveUpAt) {
        throw timeoutError('deadline', WAIT_FOR_OTHERS_MS, { operation: 'token.refresh', sent: false });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      const found = await store.get(key);
      if (found !== null && this.#isFresh(userId, found.record, need)) return found.record;
    }
  }

  async #underLease(held: Omit<Held, 'found'> & { readonly found: StoredRecord | null }): Promise<TokenRecord> {
    const { userId, need, lease, found, refreshToken } = held;
    const keeper = setInterval(() => void lease.extend().catch(() => undefined), EXTEND_EVERY_MS);
    try {
      if (found === null) throw notConnectedError('token.refresh');
      // D2: somebody may have done it while we waited for the lease.
      if (this.#isFresh(userId, found.record, need)) return found.record;
      // A mark is about the stored refresh token; the caller's own may still be good.
      const untried = refreshToken !== undefined && refreshToken !== found.record.refreshToken;
      if (found.record.signInNeeded !== undefined && !untried) {
        throw signInNeededError(found.record.signInNeeded, 'token.refresh');
      }
      return await this.#rotate({ ...held, found });
    } finally {
      clearInterval(keeper);
      // It runs out by itself where this fails.
      await lease.release().catch(() => undefined);
    }
  }

  async #rotate(held: Held): Promise<TokenRecord> {
    const { found } = held;
    const refreshToken = held.refreshToken ?? found.record.refreshToken;
    const requestedAt = this.#parts.now();
    let answer: RefreshFields;
    try {
      // D3: past this line the refresh token may be spent, whatever becomes of the callers.
      answer = await this.#parts.sendRefresh(refreshToken, () => this.#doubted.add(refreshToken));
    } catch (error) {
      if (!TikTokError.isInstance(error) || error.code !== 'invalid_grant') throw error;
      return this.#refused(held, { reason: this.#doubted.has(refreshToken) ? 'answer_lost' : 'refused', error });
    }
    this.#doubted.delete(refreshToken);
    return this.#save(held, refreshedRecord(found.record, answer, requestedAt));
  }

  /**
   * Another pair came into the store while ours was under way: it is the answer, as long as it is one. We still hold the
   * lease, so one that has run out is refreshed in its turn.
   */
  async #another(held: Held, found: StoredRecord): Promise<TokenRecord> {
    if (found.record.signInNeeded !== undefined) throw signInNeededError(found.record.signInNeeded, 'token.refresh');
    if (this.#isUsable(found.record, held.need)) return found.record;
    return this.#rotate({ ...held, found, refreshToken: undefined });
  }

  /** D3: after a no, the store is read once more; only on the pair it still holds is the no confirmed. */
  async #refused(
    held: Held,
    { reason, error }: { readonly reason: 'refused' | 'answer_lost'; readonly error: TikTokError },
  ): Promise<TokenRecord> {
    const { store, logger, now } = this.#parts;
    const { userId, lease } = held;
    const refreshToken = held.refreshToken ?? held.found.record.refreshToken;
    const key = this.#key(userId);
    const current = await store.get(key);
    if (current === null) throw notConnectedError('token.refresh');
    if (current.record.refreshToken !== refreshToken) return this.#another(held, current);
    const signInNeeded = { reason, at: now(), ...(error.logId === undefined ? {} : { logId: error.logId }) };
    // D4: kept with its reason, not deleted. A conflict means that somebody brought new tokens, or marked it too.
    const marked = { ...current.record, signInNeeded };
    const result = await store.put(key, marked, {
      ifVersion: current.version,
      expiresInMs: keptForMs(marked, now()),
      dueAt: NEVER_DUE,
      lease,
    });
    if (!result.ok && result.found !== null && result.found.record.refreshToken !== refreshToken) {
      return this.#another(held, result.found);
    }
    this.#doubted.delete(refreshToken);
    logger.warn('An account must sign in again', { userId, reason, logId: error.logId });
    throw signInNeededError(signInNeeded, 'token.refresh', error);
  }

  /** D6: the write compares; what it finds instead decides. */
  async #save(held: Held, record: TokenRecord): Promise<TokenRecord> {
    const { store, revoke, logger } = this.#parts;
    const { userId, lease, found: spent } = held;
    const key = this.#key(userId);
    const terms = { ...this.#terms(userId, record), lease };
    let ifVersion = spent.version;
    for (let i = 0; i < MAX_WRITES; i++) {
      const result = await this.#write.execute(() => store.put(key, record, { ...terms, ifVersion }));
      if (result.ok) {
        logger.info('Tokens refreshed', { userId, operation: 'token.refresh' });
        return record;
      }
      const { found } = result;
      if (found === null) {
        // The delete wins, and nobody owns the new pair.
        await revoke(record.accessToken);
        throw notConnectedError('token.refresh');
      }
      if (found.record.refreshToken === record.refreshToken) return record;
      if (found.record.refreshToken !== spent.record.refreshToken) return this.#another(held, found);
      // Marked or encrypted anew, but still the pair that this request has spent.
      ifVersion = found.version;
    }
    throw storeError('The refreshed tokens could not be stored: others kept writing', {
      code: 'contended',
      operation: 'store.put',
    });
  }

  #key(userId: string): AccountKey {
    return { clientKey: this.#parts.clientKey, userId };
  }

  #terms(userId: string, record: TokenRecord): { readonly expiresInMs: number; readonly dueAt: number } {
    const { now, refreshWindowMs } = this.#parts;
    return { expiresInMs: keptForMs(record, now()), dueAt: dueAt(userId, record, refreshWindowMs) };
  }

  /** Valid for as long as the caller needs. */
  #isUsable(record: TokenRecord, { minTtlMs, rejected }: TokenNeed): boolean {
    const remainingMs = record.accessTokenExpiresAt - this.#parts.now();
    return remainingMs > 0 && remainingMs >= minTtlMs && record.accessToken !== rejected;
  }

  /** Usable, and not yet due for a refresh (D1). */
  #isFresh(userId: string, record: TokenRecord, need: TokenNeed): boolean {
    return this.#isUsable(record, need) && this.#parts.now() < dueAt(userId, record, this.#parts.refreshWindowMs);
  }
}

/** The result, or `undefined` where it takes longer than a caller with a valid token waits. */
async function patiently<T>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_WITH_VALID_TOKEN_MS);
  });
  try {
    return await Promise.race([promise, enough]);
  } finally {
    clearTimeout(timer);
  }
}
