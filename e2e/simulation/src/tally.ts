import { causeOfDeath, nameOf } from './cause-of-death.js';
import type { FinalState, Happening } from './happening.js';
import type { Records } from './records.js';

/** Counts by name. */
export type Counts = ReadonlyMap<string, number>;

/** What a run adds up to. */
export interface Numbers {
  readonly happenings: number;
  readonly calls: number;
  readonly served: number;
  /** Tokens that TikTok had ended already. */
  readonly servedDead: number;
  /** Valid tokens that were served although a refresh was due or the store could not be asked, by why. */
  readonly servedAnyway: Counts;
  readonly failed: Counts;
  readonly signIns: number;
  readonly refreshRequests: number;
  readonly pairs: number;
  /** Of the accounts that are never without a valid token: their refreshes, and for how long those kept them valid. */
  readonly constant: { readonly requests: number; readonly pairs: number; readonly heldMs: number };
  /** Refresh tokens that were spent for nothing, by what became of the answer. */
  readonly lostRotations: Counts;
  readonly marks: Counts;
  /** How the accounts ended. */
  readonly ends: Counts;
}

/** Adds up what happens. */
export class Tally {
  readonly #records: Records;
  readonly #isConstant: (userId: string) => boolean;
  readonly #lost = new Map<string, number>();
  readonly #marks = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  readonly #anyway = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  #counts = { happenings: 0, calls: 0, served: 0, servedDead: 0, signIns: 0, refreshRequests: 0, pairs: 0 };
  readonly #constant = { requests: 0, pairs: 0, heldMs: 0 };
  /** When such an account was last refreshed. */
  readonly #refreshedAt = new Map<string, number>();

  constructor(records: Records, isConstant: (userId: string) => boolean) {
    this.#records = records;
    this.#isConstant = isConstant;
  }

  hear(happening: Happening): void {
    this.#counts.happenings += 1;
    switch (happening.kind) {
      case 'asked':
        this.#counts.calls += 1;
        break;
      case 'served':
        this.#counts.served += 1;
        if (!happening.live) this.#counts.servedDead += 1;
        break;
      case 'failed':
        count(this.#failed, happening.code);
        break;
      case 'sent':
        this.#counts.refreshRequests += 1;
        this.#refreshed(happening);
        break;
      case 'answered':
        if (happening.request === undefined) this.#counts.signIns += 1;
        else if (happening.pair !== undefined) this.#paired(happening.userId);
        break;
      case 'wrote':
        if (happening.ok && happening.signInNeeded !== undefined) this.#mark(happening);
        break;
    }
  }

  servedAnyway(why: string): void {
    count(this.#anyway, why);
  }

  end(states: readonly FinalState[], at: number): void {
    for (const { userId, stored, expected } of states) {
      if (stored === null) count(this.#ends, this.#endWithout(userId, expected));
      else if (stored.signInNeeded === undefined) count(this.#ends, 'connected');
      else {
        const cause = causeOfDeath(this.#records.of(userId), stored.refreshToken, at);
        count(this.#ends, `marked: ${cause === undefined ? 'nobody knows why' : nameOf(cause)}`);
      }
    }
  }

  numbers(): Numbers {
    return {
      ...this.#counts,
      servedAnyway: this.#anyway,
      failed: this.#failed,
      constant: this.#constant,
      lostRotations: this.#lost,
      marks: this.#marks,
      ends: this.#ends,
    };
  }

  #endWithout(userId: string, expected: FinalState['expected']): string {
    if (expected === 'nothing') return 'signed out';
    return this.#records.of(userId).lastPairWasLost ? 'lost with its process' : 'expired and forgotten';
  }

  #paired(userId: string): void {
    this.#counts.pairs += 1;
    if (this.#isConstant(userId)) this.#constant.pairs += 1;
  }

  /** Between two refreshes, one pair was held; across a sign-in nothing is measured. */
  #refreshed({ userId, at, refreshToken }: Extract<Happening, { kind: 'sent' }>): void {
    if (!this.#isConstant(userId)) return;
    const pair = this.#records.of(userId).pair(refreshToken);
    if (pair === undefined) return;
    this.#constant.requests += 1;
    // A repeated request is another for the same time.
    const since = Math.max(pair.issuedAt, this.#refreshedAt.get(userId) ?? pair.issuedAt);
    this.#constant.heldMs += at - since;
    this.#refreshedAt.set(userId, at);
  }

  #mark({ userId, refreshToken, signInNeeded, at }: Extract<Happening, { kind: 'wrote' }>): void {
    const cause = causeOfDeath(this.#records.of(userId), refreshToken, at);
    const name = cause === undefined ? 'another process has the new pair' : nameOf(cause);
    count(this.#marks, `${signInNeeded}: ${name}`);
    if (cause !== undefined && cause.kind !== 'revoked' && cause.kind !== 'expired') count(this.#lost, name);
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
