import { describe, type Happening, type IssuedPair } from './happening.js';
import type { RequestFacts } from './request-facts.js';

/** A pair that reached one of our processes. */
export interface PairFacts extends IssuedPair {
  readonly process: string;
  readonly arrivedAt: number;
  /** The refresh token it was bought with; `undefined` where a sign-in brought it. */
  readonly parent: string | undefined;
  /** What became of it in the process that got it. */
  fate: 'kept' | 'stored' | 'superseded' | 'deleted' | 'lost_with_process' | 'given_up' | 'dropped';
  storedAt?: number;
  /** When that process last heard that another record stood where it belongs. */
  metAnotherAt?: number;
  /** When it came to light that the account was deleted, and the pair nobody's. */
  orphanedAt?: number | undefined;
}

const REMEMBERED_PAIRS = 24;
const REMEMBERED_REQUESTS = 60;
const REMEMBERED_HAPPENINGS = 120;

/** What is known of one account's recent past: enough to judge what happens to it. */
export class AccountFacts {
  readonly userId: string;
  readonly pairs: PairFacts[] = [];
  readonly requests: RequestFacts[] = [];
  readonly #history: Happening[] = [];
  /** The refresh token that stands in the store. */
  stored: string | undefined;
  revokedAt = Number.NEGATIVE_INFINITY;
  /** When something last hindered the work on it. */
  hinderedAt = Number.NEGATIVE_INFINITY;
  /** When a caller last said that TikTok refuses an access token. */
  rejectedAt = Number.NEGATIVE_INFINITY;
  clearedAt = Number.NEGATIVE_INFINITY;
  /** When each process last deleted it. */
  readonly clearedBy = new Map<string, number>();
  /** It was deleted, and tokens of before came back. */
  cameBack = false;
  /** When the store last granted a process the lease. */
  readonly acquiredAt = new Map<string, number>();
  /** When each process last gave a lease back. */
  readonly releasedAt = new Map<string, number>();
  /** When each process began the refresh that it was last granted a lease for. */
  readonly refreshBegunAt = new Map<string, number>();

  constructor(userId: string) {
    this.userId = userId;
  }

  remember(happening: Happening): void {
    push(this.#history, happening, REMEMBERED_HAPPENINGS);
  }

  addPair(pair: PairFacts): void {
    push(this.pairs, pair, REMEMBERED_PAIRS);
  }

  addRequest(request: RequestFacts): void {
    push(this.requests, request, REMEMBERED_REQUESTS);
  }

  /** It was never stored: its process was killed with it, or closed and said so. */
  get lastPairWasLost(): boolean {
    const fate = this.pairs.at(-1)?.fate;
    return fate === 'lost_with_process' || fate === 'given_up';
  }

  pair(refreshToken: string | undefined): PairFacts | undefined {
    return this.pairs.findLast((pair) => pair.refreshToken === refreshToken);
  }

  pairOfAccessToken(accessToken: string): PairFacts | undefined {
    return this.pairs.findLast((pair) => pair.accessToken === accessToken);
  }

  request(id: number | undefined): RequestFacts | undefined {
    return this.requests.findLast(({ request }) => request === id);
  }

  requestsWith(refreshToken: string): readonly RequestFacts[] {
    return this.requests.filter((request) => request.refreshToken === refreshToken);
  }

  /** The recent past, a line each. */
  history(): string {
    return this.#history.map(describe).join('\n');
  }
}

function push<T>(items: T[], item: T, most: number): void {
  items.push(item);
  // Twice as many before any are dropped, so that dropping costs next to nothing.
  if (items.length > most * 2) items.splice(0, items.length - most);
}
