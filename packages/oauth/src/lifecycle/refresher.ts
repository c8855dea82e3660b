import { TikTokError, timeoutError } from '@tt/errors';
import { contendedError, notConnectedError, otherPersonError, signInNeededError } from '../account-errors.js';
import { type RefreshFields, refreshedRecord } from '../token-answer.js';
import type { SignInNeeded, TokenRecord } from '../token-record.js';
import type { AccountKey, PutOptions, PutResult, StoredRecord, TokenStore } from '../token-store.js';
import { BoundedSet } from './bounded-set.js';
import { KeptLease } from './kept-lease.js';
import type { Waiters } from './shared-refresh.js';
import type { StoreChanges } from './store-changes.js';
import type { Timing } from './timing.js';
import type { TokenCache } from './token-cache.js';
import { isUsable, type TokenNeed } from './token-need.js';
import { isSamePair } from './write-pair.js';

/** A lease is never shorter, in milliseconds. */
const SHORTEST_LEASE_MS = 15_000;
/** How much longer than one attempt it is. */
const LEASE_BEYOND_ATTEMPT_MS = 7_000;
/** How long a refresh may take while another process has the lease. */
const WAIT_FOR_OTHERS_MS = 30_000;
/** How often to look whether the lease is free, where nothing is heard of it. */
const LOOK_AGAIN_MS = 400;
const MAX_DOUBTED = 10_000;
const MAX_MARKS = 5;
/** How often one refresh token is sent in all, and how often without getting any answer (D3). */
const MAX_SENDS = 3;
const MAX_UNANSWERED = 2;

/** Sends one refresh request, with its retries. */
export type SendRefresh = (
  refreshToken: string,
  options: {
    readonly signal: AbortSignal;
    /** Called before each send; what it throws ends the call. */
    readonly beforeSend: () => Promise<void>;
    /** Whether a send that failed may be repeated. */
    readonly mayRepeat: () => boolean;
    /** Called for each send that brought no token. */
    readonly onFailedSend: (error: TikTokError) => void;
  },
) => Promise<RefreshFields>;

export interface RefresherParts {
  readonly store: TokenStore;
  readonly keyOf: (userId: string) => AccountKey;
  readonly cache: TokenCache;
  readonly changes: StoreChanges;
  readonly timing: Timing;
  readonly sendRefresh: SendRefresh;
  /** How long one attempt may take, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Ends what goes on by itself. */
  readonly closing: AbortSignal;
  readonly isFresh: (userId: string, record: TokenRecord, need: TokenNeed) => boolean;
  readonly terms: (userId: string, record: TokenRecord) => WriteTerms;
}

/** How long a record is kept and when it is due. */
export type WriteTerms = Pick<PutOptions, 'expiresInMs' | 'dueAt'>;

/** A pair that a refresh brought, not yet stored. */
export interface RefreshedPair {
  readonly record: TokenRecord;
  /** What it was bought with. */
  readonly spent: StoredRecord;
  readonly lease: KeptLease;
}

export interface RefreshRequest {
  readonly userId: string;
  readonly need: TokenNeed;
  /** The one to send, where the caller brought its own. */
  readonly refreshToken?: string | undefined;
  readonly waiters: Waiters;
  /**
   * Stores the pair that the refresh brought, or keeps it where that fails (D5). Resolves to what the account has now;
   * to `null` where it was deleted meanwhile.
   */
  readonly save: (refreshed: RefreshedPair) => Promise<StoredRecord | null>;
  /** TikTok's no has just been confirmed, and the account is marked. */
  readonly onMarked: (signInNeeded: SignInNeeded) => void;
}

/** How a refresh token has fared so far, through every lease this refresh has had. */
interface Sends {
  readonly refreshToken: string;
  count: number;
  /** One is under way: what fails now may be its failure. */
  open: boolean;
  unanswered: number;
  error: unknown;
}

/** One refresh under its lease. */
interface LeaseSeeker extends RefreshRequest {
  readonly sends: Sends[];
}

interface Held extends LeaseSeeker {
  readonly lease: KeptLease;
  /** What the store held when the lease was taken. */
  readonly found: StoredRecord;
}

/** The lease had run out before a send: begin again by reading (D2). */
class LeaseLost extends Error {}

/** Carries one refresh through: lease, reading again, request, write (D2). */
export class Refresher {
  readonly #parts: RefresherParts;
  readonly #leaseMs: number;
  /** Refresh tokens that were sent and may have been spent by a send that brought no token (D3). */
  readonly #doubted = new BoundedSet(MAX_DOUBTED);

  constructor(parts: RefresherParts) {
    this.#parts = parts;
    this.#leaseMs = Math.max(SHORTEST_LEASE_MS, parts.attemptTimeoutMs + LEASE_BEYOND_ATTEMPT_MS);
  }

  /**
   * The account's record once it is fresh, by whoever made it so.
   *
   * @throws TikTokError why it could not be; the signal's reason once everyone has given up.
   */
  async refresh(request: RefreshRequest): Promise<TokenRecord> {
    const { changes, timing, closing } = this.#parts;
    const signal = AbortSignal.any([request.waiters.signal, closing]);
    const sends: Sends[] = [];
    const giveUpAt = timing.monotonic() + WAIT_FOR_OTHERS_MS;
    for (;;) {
      const change = changes.expect(request.userId);
      try {
        const record = await this.#withLease({ ...request, sends });
        if (record !== undefined) return record;
        if (timing.monotonic() > giveUpAt) {
          throw timeoutError('deadline', WAIT_FOR_OTHERS_MS, { operation: 'token.refresh', sent: false });
        }
        if (await change.within(LOOK_AGAIN_MS * (0.75 + timing.random() / 2), signal)) {
          const found = await this.#read(request.userId);
          if (this.#parts.isFresh(request.userId, found.record, request.need)) return found.record;
        }
      } finally {
        change.end();
      }
    }
  }

  /** `undefined` where somebody else has the lease, or ours was lost before anything was sent. */
  async #withLease(request: LeaseSeeker): Promise<TokenRecord | undefined> {
    const { store, keyOf, cache, timing, closing } = this.#parts;
    const reading = cache.begin(request.userId);
    try {
      const askedAt = timing.monotonic();
      // D2: no lease, no request. A store that cannot be asked rejects here.
      const acquired = await store.acquire(keyOf(request.userId), { ttlMs: this.#leaseMs });
      if (acquired === null) {
        request.waiters.signal.throwIfAborted();
        return undefined;
      }
      const lease = new KeptLease(acquired.lease, { askedAt, ttlMs: this.#leaseMs, timing, closing });
      try {
        if (acquired.found === null) throw notConnectedError('token.refresh');
        reading.keep(acquired.found);
        return await this.#underLease({ ...request, lease, found: acquired.found });
      } catch (error) {
        if (error instanceof LeaseLost) return undefined;
        throw error;
      } finally {
        if (!lease.handedOver) lease.release();
      }
    } finally {
      reading.end();
    }
  }

  async #underLease(held: Held): Promise<TokenRecord> {
    const { userId, need, found, refreshToken, waiters } = held;
    waiters.signal.throwIfAborted();
    // D2: somebody may have done it while we waited for the lease.
    if (this.#parts.isFresh(userId, found.record, need)) return found.record;
    // A mark is about the stored refresh token; the caller's own may still be good.
    const untried = refreshToken !== undefined && refreshToken !== found.record.refreshToken;
    if (found.record.signInNeeded !== undefined && !untried) {
      throw signInNeededError(found.record.signInNeeded, 'token.refresh');
    }
    return this.#rotate(held);
  }

  async #rotate(held: Held): Promise<TokenRecord> {
    const { timing, sendRefresh, attemptTimeoutMs } = this.#parts;
    const { found, lease, waiters } = held;
    const refreshToken = held.refreshToken ?? found.record.refreshToken;
    const sends = sendsOf(held.sends, refreshToken);
    // A lease that was lost on the way does not start the count anew.
    if (sends.count >= MAX_SENDS || sends.unanswered >= MAX_UNANSWERED) throw sends.error;
    let sentAt = timing.now();
    let answer: RefreshFields;
    try {
      answer = await sendRefresh(refreshToken, {
        signal: waiters.signal,
        mayRepeat: () => sends.count < MAX_SENDS && sends.unanswered < MAX_UNANSWERED,
        onFailedSend: (error) => {
          sends.error = error;
          // The deadline may have run out, or the store failed, on the way to a send.
          if (!sends.open) return;
          sends.open = false;
          if (error.outcomeUnknown) sends.unanswered += 1;
          if (error.outcomeUnknown || error.type === 'SERVER_ERROR') this.#doubted.add(refreshToken);
        },
        beforeSend: async () => {
          if (!(await lease.lasts(attemptTimeoutMs))) throw new LeaseLost();
          waiters.signal.throwIfAborted();
          // D3: past this line the refresh token may be spent, whatever becomes of the callers.
          waiters.pointOfNoReturn();
          sends.count += 1;
          sends.open = true;
          sentAt = timing.now();
        },
      });
    } catch (error) {
      if (TikTokError.isInstance(error) && error.code === 'invalid_grant') return this.#refused(held, error);
      await this.#noteDoubt(held);
      throw error;
    }
    this.#doubted.delete(refreshToken);
    const openId = found.record.openId;
    if (answer.open_id !== undefined && openId !== '' && answer.open_id !== openId) {
      // D4: nothing was heard of the stored pair itself.
      if (refreshToken !== found.record.refreshToken) throw otherPersonError('token.refresh');
      return this.#mark(held, { reason: 'open_id_changed' }, undefined);
    }
    const record = refreshedRecord(found.record, answer, sentAt);
    const saved = await held.save({ record, spent: found, lease });
    if (saved === null) throw notConnectedError('token.refresh');
    // A new token is what there is to give, even to whom it does not last long enough.
    return isSamePair(saved.record, record) ? record : this.#another(held, saved);
  }

  /**
   * Another pair came into the store while ours was under way: it is the answer, as long as it is one. We still hold the
   * lease, so one that has run out is refreshed in its turn.
   */
  async #another(held: Held, stored: StoredRecord): Promise<TokenRecord> {
    const { record } = stored;
    if (record.signInNeeded !== undefined) throw signInNeededError(record.signInNeeded, 'token.refresh');
    if (isUsable(record, held.need, this.#parts.timing.now())) return record;
    return this.#rotate({ ...held, found: stored, refreshToken: undefined });
  }

  /** D3: after a no, the store is read once more; only on the pair it still holds is the no confirmed. */
  async #refused(held: Held, error: TikTokError): Promise<TokenRecord> {
    const refreshToken = held.refreshToken ?? held.found.record.refreshToken;
    const current = await this.#read(held.userId);
    if (current.record.refreshToken !== refreshToken) return this.#another(held, current);
    const doubted = this.#doubted.has(refreshToken) || current.record.unansweredAt !== undefined;
    return this.#mark({ ...held, found: current }, { reason: doubted ? 'answer_lost' : 'refused' }, error);
  }

  /** D4: the record is kept, with the reason. */
  async #mark(
    held: Held,
    { reason }: Pick<SignInNeeded, 'reason'>,
    error: TikTokError | undefined,
  ): Promise<TokenRecord> {
    const { store, keyOf, timing, terms } = this.#parts;
    const { userId, found: refused, lease } = held;
    const signInNeeded: SignInNeeded = {
      reason,
      at: timing.now(),
      ...(error?.logId === undefined ? {} : { logId: error.logId }),
    };
    let { version, record } = refused;
    for (let tries = 1; ; tries++) {
      const marked = { ...record, signInNeeded };
      let result: PutResult;
      try {
        result = await store.put(keyOf(userId), marked, {
          ...terms(userId, marked),
          ifVersion: version,
          lease: lease.lease,
        });
      } catch (failure) {
        // Its answer may have been lost; writing it again tells.
        if (tries >= MAX_MARKS) throw failure;
        continue;
      }
      if (result.ok) {
        lease.end();
        break;
      }
      if (result.found === null) throw notConnectedError('token.refresh');
      // Somebody brought new tokens.
      if (result.found.record.refreshToken !== record.refreshToken) return this.#another(held, result.found);
      const standing = result.found.record.signInNeeded;
      // An earlier try of ours, whose answer was lost.
      if (standing?.at === signInNeeded.at && standing.reason === reason) break;
      // Somebody else marked it, and told of it.
      if (standing !== undefined) throw signInNeededError(standing, 'token.refresh', error);
      if (tries >= MAX_MARKS) throw contendedError();
      ({ version, record } = result.found);
    }
    this.#doubted.delete(record.refreshToken);
    held.onMarked(signInNeeded);
    throw signInNeededError(signInNeeded, 'token.refresh', error);
  }

  /** So that a no which comes later, to whichever process, is marked with its true reason (D3). */
  async #noteDoubt({ userId, found, refreshToken }: Held): Promise<void> {
    const { store, keyOf, timing, terms } = this.#parts;
    const { record, version } = found;
    if (refreshToken !== undefined && refreshToken !== record.refreshToken) return;
    if (!this.#doubted.has(record.refreshToken) || record.unansweredAt !== undefined) return;
    const doubted = { ...record, unansweredAt: timing.now() };
    // Best effort: this process remembers it anyway.
    await store.put(keyOf(userId), doubted, { ...terms(userId, doubted), ifVersion: version }).catch(() => undefined);
  }

  async #read(userId: string): Promise<StoredRecord> {
    const { store, keyOf, cache } = this.#parts;
    const reading = cache.begin(userId);
    try {
      const found = await store.get(keyOf(userId));
      if (found === null) throw notConnectedError('token.refresh');
      reading.keep(found);
      return found;
    } finally {
      reading.end();
    }
  }
}

function sendsOf(all: Sends[], refreshToken: string): Sends {
  const known = all.find((sends) => sends.refreshToken === refreshToken);
  if (known !== undefined) return known;
  const sends = { refreshToken, count: 0, open: false, unanswered: 0, error: undefined };
  all.push(sends);
  return sends;
}
