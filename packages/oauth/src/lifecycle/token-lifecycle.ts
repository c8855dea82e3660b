import { setMaxListeners } from 'node:events';
import type { TikTokError } from '@tt/errors';
import type { Logger } from '@tt/logger';
import { untilAborted } from '@tt/resilience';
import { closedError, coolingDownError, notConnectedError, signInNeededError } from '../account-errors.js';
import type { TokenRecord } from '../token-record.js';
import type { AccountKey, TokenStore } from '../token-store.js';
import { Announcer } from './announcer.js';
import { Cooldowns } from './cooldowns.js';
import { LooseWork } from './loose-work.js';
import { PairKeeper } from './pair-keeper.js';
import { dueAt, keptForMs } from './refresh-window.js';
import { Refresher, type SendRefresh, type WriteTerms } from './refresher.js';
import { RunningRefreshes } from './running-refreshes.js';
import { SharedAnswers } from './shared-answers.js';
import { StoreChanges } from './store-changes.js';
import type { Timing } from './timing.js';
import { TokenCache } from './token-cache.js';
import type { HookRunner } from './token-hooks.js';
import { ANY_VALID, isNotDue, isUsable, type TokenNeed } from './token-need.js';
import { PATIENCE_WITH_VALID_TOKEN_MS, TokenReader } from './token-reader.js';
import { UnsavedPairs } from './unsaved-pairs.js';

const NEVER_DUE = Number.MAX_SAFE_INTEGER;

export interface TokenLifecycleParts {
  readonly clientKey: string;
  readonly store: TokenStore;
  readonly sendRefresh: SendRefresh;
  /** How long one attempt of it may take, in milliseconds. */
  readonly attemptTimeoutMs: number;
  /** Best effort, never rejects. */
  readonly revoke: (accessToken: string) => Promise<unknown>;
  readonly logger: Logger;
  readonly hooks: HookRunner;
  readonly timing: Timing;
  readonly refreshWindowMs: number | undefined;
  readonly cache: { readonly maxAccounts: number; readonly maxAgeMs: number };
  /** A token that is due but valid is served at once, while its refresh goes on. */
  readonly refreshInBackground: boolean;
}

/**
 * Keeps the tokens of all accounts of one client valid, with one refresh for everyone who asks (D2): single-flight in
 * this process, a lease in the store across processes.
 */
export class TokenLifecycle {
  readonly #parts: TokenLifecycleParts;
  readonly #cache: TokenCache;
  readonly #unsaved: UnsavedPairs;
  readonly #cooldowns: Cooldowns;
  readonly #announcer: Announcer;
  readonly #reader: TokenReader;
  readonly #keeper: PairKeeper;
  readonly #refreshes: RunningRefreshes;
  readonly #answers = new SharedAnswers();
  readonly #loose = new LooseWork();
  readonly #closing = new AbortController();
  readonly #unwatch: () => void;

  constructor(parts: TokenLifecycleParts) {
    this.#parts = parts;
    const { clientKey, store, timing, revoke } = parts;
    this.#cache = new TokenCache({
      ...parts.cache,
      now: timing.now,
      dueAt: (userId, record) => this.dueAt(userId, record),
    });
    this.#unsaved = new UnsavedPairs(timing, (told) => void this.#loose.add(told));
    this.#cooldowns = new Cooldowns(timing.monotonic);
    this.#announcer = new Announcer({
      logger: parts.logger,
      hooks: parts.hooks,
      // A hook that asks for a token must not wait for an answer that waits for the hook.
      beforeHook: (userId) => this.#answers.outdated(userId),
    });
    const shared = {
      store,
      timing,
      cache: this.#cache,
      announcer: this.#announcer,
      keyOf: (userId: string) => this.#key(userId),
      terms: (userId: string, record: TokenRecord) => this.#terms(userId, record),
    };
    this.#reader = new TokenReader(shared);
    this.#keeper = new PairKeeper({
      ...shared,
      unsaved: this.#unsaved,
      onWritten: (userId) => this.#outdated(userId),
      onOrphan: ({ accessToken }) => void this.#loose.add(revoke(accessToken)),
    });
    // Each refresh that is running listens.
    setMaxListeners(0, this.#closing.signal);
    const changes = new StoreChanges(timing.sleep);
    const refresher = new Refresher({
      ...shared,
      changes,
      closing: this.#closing.signal,
      sendRefresh: parts.sendRefresh,
      attemptTimeoutMs: parts.attemptTimeoutMs,
      isFresh: (userId, record, need) => this.#isFresh(userId, record, need),
    });
    this.#refreshes = new RunningRefreshes({
      refresher,
      keeper: this.#keeper,
      cooldowns: this.#cooldowns,
      announcer: this.#announcer,
      loose: this.#loose,
      now: timing.now,
    });
    this.#unwatch = store.watch((event) => {
      if (event === 'up' || event === 'down') {
        this.#cache.subscription(event);
        if (event === 'up') this.#unsaved.retryNow();
      } else if (event.key.clientKey === clientKey) {
        this.#cache.heard(event.key.userId, event.version);
        // D6: a delete wins over a pair that waits to be stored, whoever deleted it.
        if (event.version === null) this.#unsaved.forget(event.key.userId);
        this.#outdated(event.key.userId);
        changes.heard(event.key.userId);
      }
    });
  }

  /** The hot path: an access token that needs no asking. */
  hit(userId: string, minTtlMs: number): string | undefined {
    return this.#cache.hit(userId, minTtlMs);
  }

  /** What `ask` brings, once for all who ask for the account meanwhile without a wish or a signal of their own. */
  shared(userId: string, ask: () => Promise<string>): Promise<string> {
    return this.#answers.share(userId, ask);
  }

  /** The record of an account that has a valid access token, refreshed if it was due. */
  async valid(userId: string, wanted: TokenNeed, signal?: AbortSignal): Promise<TokenRecord> {
    signal?.throwIfAborted();
    const need = this.#refreshes.canBeMet(wanted);
    const unsaved = this.#unsaved.of(userId);
    // D5: it is newer than what the store has.
    if (unsaved !== undefined && this.#isUsable(unsaved, need)) return unsaved;
    const { record, verdict } = await this.#look(userId, need, signal);
    const servable = this.#isUsable(record, need);
    if (verdict === 'fresh') return record;
    if (verdict === 'due') {
      if (!servable) return this.#refreshes.join(userId, { need, signal });
      return this.#preferably((until) => this.#refreshes.join(userId, { need, signal: until }), record, signal);
    }
    if (!servable) throw verdict;
    // D4: what is still valid keeps being served.
    this.#announcer.servedAnyway(record.signInNeeded === undefined ? 'cooling_down' : 'sign_in_needed');
    return record;
  }

  /** Aborts when the lifecycle is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Refreshes an account that is due within `aheadMs`, unless that has been done. Its failure is the caller's. */
  async refreshAhead(userId: string, aheadMs: number, signal?: AbortSignal): Promise<TokenRecord> {
    const need = { minTtlMs: 0, aheadMs };
    const { record, verdict } = await this.#look(userId, need, signal);
    if (verdict === 'fresh') return record;
    if (verdict === 'due') return this.#refreshes.join(userId, { need, signal });
    throw verdict;
  }

  /** When a pair should be refreshed, in epoch milliseconds (D1). */
  dueAt(userId: string, record: TokenRecord): number {
    return dueAt(userId, record, this.#parts.refreshWindowMs);
  }

  /** What there is of an account. */
  async stored(userId: string, signal?: AbortSignal): Promise<TokenRecord | null> {
    const unsaved = this.#unsaved.of(userId);
    if (unsaved !== undefined) return unsaved;
    return (await untilAborted(this.#parts.store.get(this.#key(userId)), signal))?.record ?? null;
  }

  /**
   * Stores a pair that a sign-in brought, over whatever was there.
   *
   * @throws TikTokError `TOKEN_STORE_ERROR` where the store will never take it; one that fails for now does not end the
   *   sign-in (D5).
   */
  async adopt(userId: string, record: TokenRecord): Promise<void> {
    this.#cooldowns.ended(userId);
    await this.#keeper.keepSignedIn(userId, record);
  }

  /**
   * Stores a pair obtained elsewhere, if there is none or `mayReplace` says so of the one there is.
   *
   * @returns The record that stood in the way; `undefined` where the pair was stored.
   */
  async introduce(
    userId: string,
    record: TokenRecord,
    mayReplace: (found: TokenRecord) => boolean,
  ): Promise<TokenRecord | undefined> {
    const inTheWay = await this.#keeper.keepImported(userId, record, mayReplace);
    if (inTheWay === undefined) this.#cooldowns.ended(userId);
    return inTheWay;
  }

  /**
   * Refreshes an account with a refresh token that the caller holds, and stores the new pair. Where the store holds
   * another pair whose access token is still valid, that is the answer: the caller's is most likely spent.
   */
  async refreshWith(userId: string, refreshToken: string, signal?: AbortSignal): Promise<TokenRecord> {
    await this.#unsaved.landed(userId, signal);
    const stored = await untilAborted(this.#parts.store.get(this.#key(userId)), signal);
    if (stored === null) throw notConnectedError('token.refresh');
    const { record } = stored;
    const other = record.refreshToken !== refreshToken;
    if (other && record.signInNeeded === undefined && this.#isUsable(record, ANY_VALID)) return record;
    // The access token that goes with it counts as rejected, so that the refresh happens though it is not due.
    const need = { minTtlMs: 0, rejected: record.accessToken };
    return this.#refreshes.join(userId, { need, signal, refreshToken });
  }

  /** Deletes what there is of an account. */
  async forget(userId: string): Promise<void> {
    // D6: a delete wins over a pair that waits to be stored.
    await this.#unsaved.forgetAfter(userId, () => this.#parts.store.delete(this.#key(userId)));
    this.#refreshes.accountDeleted(userId);
    this.#cooldowns.ended(userId);
    this.#outdated(userId);
    this.#cache.heard(userId, null);
    await this.#announcer.deleted(userId);
  }

  /** Accounts that are cooling down may be tried again at once. */
  endCooldowns(): void {
    this.#cooldowns.clear();
  }

  /** Resolves when nothing is under way any more, pairs that wait to be stored included. */
  async settled(): Promise<void> {
    await this.#refreshes.settled();
    await this.#unsaved.allLanded();
    await this.#loose.settled();
  }

  /** Ends what goes on by itself. Returns what was lost with it, if anything was (D5). */
  close(): AggregateError | undefined {
    this.#closing.abort(closedError());
    this.#unwatch();
    this.#cache.subscription('down');
    this.#cache.clear();
    return this.#unsaved.giveUp();
  }

  /** The account's record, and what is to be done about it: nothing, a refresh, or why there can be none now. */
  async #look(
    userId: string,
    need: TokenNeed,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly record: TokenRecord; readonly verdict: 'fresh' | 'due' | TikTokError }> {
    await this.#unsaved.landed(userId, signal);
    const record = await this.#reader.read(userId, need, signal);
    if (this.#isFresh(userId, record, need)) return { record, verdict: 'fresh' };
    const { signInNeeded } = record;
    if (signInNeeded !== undefined) return { record, verdict: signInNeededError(signInNeeded, 'token.get') };
    const cooling = this.#cooldowns.of(userId);
    if (cooling === undefined) return { record, verdict: 'due' };
    return { record, verdict: coolingDownError(cooling.error, cooling.remainingMs) };
  }

  /** The refresh's record, or the one that is still valid where that fails or takes too long. */
  async #preferably(
    refresh: (signal: AbortSignal | undefined) => Promise<TokenRecord>,
    record: TokenRecord,
    signal: AbortSignal | undefined,
  ): Promise<TokenRecord> {
    if (this.#parts.refreshInBackground) {
      // Its failure is logged where it happens.
      refresh(undefined).catch(() => undefined);
      return record;
    }
    const done = new AbortController();
    const slow = this.#parts.timing.sleep(PATIENCE_WITH_VALID_TOKEN_MS, done.signal).then(
      () => {
        this.#announcer.servedAnyway('refresh_slow');
        return record;
      },
      () => record,
    );
    try {
      return await Promise.race([refresh(signal), slow]);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      this.#announcer.servedAnyway('refresh_failed');
      return record;
    } finally {
      done.abort();
    }
  }

  /** What is being found out about the account may not be so any more. */
  #outdated(userId: string): void {
    this.#reader.outdated(userId);
    this.#answers.outdated(userId);
  }

  #key(userId: string): AccountKey {
    return { clientKey: this.#parts.clientKey, userId };
  }

  #terms(userId: string, record: TokenRecord): WriteTerms {
    return {
      expiresInMs: keptForMs(record, this.#parts.timing.now()),
      dueAt: record.signInNeeded === undefined ? this.dueAt(userId, record) : NEVER_DUE,
    };
  }

  #isUsable(record: TokenRecord, need: TokenNeed): boolean {
    return isUsable(record, need, this.#parts.timing.now());
  }

  /** Usable, and not yet due for a refresh (D1). */
  #isFresh(userId: string, record: TokenRecord, need: TokenNeed): boolean {
    const now = this.#parts.timing.now();
    return isUsable(record, need, now) && isNotDue(record, this.dueAt(userId, record), now, need.aheadMs ?? 0);
  }
}
