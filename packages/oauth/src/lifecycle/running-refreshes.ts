import { TikTokError } from '@tt/errors';
import type { TokenRecord } from '../token-record.js';
import type { Announcer } from './announcer.js';
import { BoundedSet } from './bounded-set.js';
import type { Cooldowns } from './cooldowns.js';
import type { LooseWork } from './loose-work.js';
import type { Announce, PairKeeper } from './pair-keeper.js';
import type { Refresher } from './refresher.js';
import { SharedRefresh } from './shared-refresh.js';
import { isUsable, type TokenNeed } from './token-need.js';

const MAX_REJECTED = 10_000;

export interface RunningRefreshesParts {
  readonly refresher: Refresher;
  readonly keeper: PairKeeper;
  readonly cooldowns: Cooldowns;
  readonly announcer: Announcer;
  readonly loose: LooseWork;
  readonly now: () => number;
}

export interface RefreshCall {
  readonly need: TokenNeed;
  readonly signal: AbortSignal | undefined;
  /** The one to send, where the caller brought its own. */
  readonly refreshToken?: string | undefined;
}

/** The refreshes of this process: one for each account, for everyone who asks (D2). */
export class RunningRefreshes {
  readonly #parts: RunningRefreshesParts;
  readonly #running = new Map<string, SharedRefresh>();
  /** Tokens that TikTok has refused and given again: refreshing them once more would not help (D17). */
  readonly #rejectedForGood = new BoundedSet(MAX_REJECTED);

  constructor(parts: RunningRefreshesParts) {
    this.#parts = parts;
  }

  /** What is left of a need: a token that was refused, and given again by a refresh, is not asked to be another. */
  canBeMet(need: TokenNeed): TokenNeed {
    return this.#rejectedForGood.has(need.rejected ?? '') ? { ...need, rejected: undefined } : need;
  }

  /** Joins the account's refresh, or starts it. */
  async join(userId: string, call: RefreshCall): Promise<TokenRecord> {
    const running = this.#running.get(userId);
    if (running === undefined || running.cancelled) return this.#start(userId, call).join(call.signal);
    const record = await running.join(call.signal);
    // It may have been started by somebody whom a token served that this caller was refused, or finds too short.
    if (isUsable(record, this.canBeMet(call.need), this.#parts.now())) return record;
    return this.join(userId, call);
  }

  /** What a refresh of the account brings belongs to nobody any more. */
  accountDeleted(userId: string): void {
    const running = this.#running.get(userId);
    if (running !== undefined) running.accountDeleted = true;
  }

  /** Resolves when none is running. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled([...this.#running.values()].map(({ result }) => result));
  }

  #start(userId: string, { need, refreshToken }: RefreshCall): SharedRefresh {
    const { refresher, keeper, cooldowns, announcer, loose } = this.#parts;
    const announcements: Announce[] = [];
    const announceLater = (announce: Announce): void => {
      announcements.push(announce);
    };
    const refresh: SharedRefresh = new SharedRefresh(async (waiters) => {
      try {
        const record = await refresher.refresh({
          userId,
          need,
          refreshToken,
          waiters,
          save: (pair) =>
            keeper.keepRefreshed(userId, pair, { announceLater, wasDeleted: () => refresh.accountDeleted }),
          onMarked: (signInNeeded) => announceLater(() => announcer.signInNeeded(userId, signInNeeded)),
        });
        cooldowns.ended(userId);
        if (record.accessToken === need.rejected) this.#rejectedForGood.add(record.accessToken);
        return record;
      } catch (error) {
        if (!waiters.signal.aborted) this.#failed(userId, error);
        throw error;
      } finally {
        // First of all: a hook may ask for a token.
        if (this.#running.get(userId) === refresh) this.#running.delete(userId);
        await loose.add(tellAll(announcements));
      }
    });
    this.#running.set(userId, refresh);
    return refresh;
  }

  #failed(userId: string, error: unknown): void {
    const { cooldowns, announcer } = this.#parts;
    // These are answers, not failures.
    if (TikTokError.isInstance(error) && (error.code === 'sign_in_needed' || error.code === 'not_connected')) return;
    cooldowns.failed(userId, error);
    announcer.refreshFailed(userId, error);
  }
}

async function tellAll(announcements: readonly Announce[]): Promise<void> {
  for (const announce of announcements) await announce();
}
