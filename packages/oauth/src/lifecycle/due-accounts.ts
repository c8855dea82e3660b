import { TikTokError, validationError } from '@tt/errors';
import { untilAborted } from '@tt/resilience';
import type { TokenRecord } from '../token-record.js';
import type { AccountKey, TokenStore } from '../token-store.js';

const DEFAULT_CONCURRENCY = 8;
const MAX_CONCURRENCY = 1_000;
const MAX_FAILURES = 1_000;
const SMALLEST_PAGE = 100;

export interface ForEachDueOptions {
  /** Accounts that are due for a refresh within this time are refreshed now, in milliseconds. Default: 0. */
  readonly withinMs?: number | undefined;
  /** How many at a time, at most 1,000. Default: 8. */
  readonly concurrency?: number | undefined;
  /** Ends it; refreshes that were sent go on. */
  readonly signal?: AbortSignal | undefined;
}

/** An account that could not be refreshed. */
export interface DueFailure {
  readonly userId: string;
  readonly error: TikTokError;
}

/** What became of the accounts that were due. */
export interface DueReport {
  /** How many have a fresh token now, by this run or another. */
  readonly refreshed: number;
  readonly failed: number;
  /** The first thousand of those that failed. */
  readonly failures: readonly DueFailure[];
  /** What would have failed for every account alike, such as an open breaker: the rest was left for the next run. */
  readonly stoppedBy?: TikTokError;
}

export interface DueAccountsParts {
  readonly clientKey: string;
  readonly store: TokenStore;
  readonly now: () => number;
  readonly dueAt: (userId: string, record: TokenRecord) => number;
  readonly refresh: (userId: string, aheadMs: number, signal: AbortSignal) => Promise<TokenRecord>;
  readonly closing: AbortSignal;
}

/** Refreshes every account that is due, each as if the others were not there. */
export async function forEachDue(parts: DueAccountsParts, options: ForEachDueOptions): Promise<DueReport> {
  const { clientKey, store, now, dueAt, refresh, closing } = parts;
  const withinMs = checked('withinMs', options.withinMs ?? 0, 0, Number.MAX_SAFE_INTEGER);
  const concurrency = checked('concurrency', options.concurrency ?? DEFAULT_CONCURRENCY, 1, MAX_CONCURRENCY);
  const signal = options.signal === undefined ? closing : AbortSignal.any([closing, options.signal]);
  const before = now() + withinMs;
  const failures: DueFailure[] = [];
  /** Accounts that were handled and stay in the index. */
  const stuck = new Set<string>();
  let handled = new Set<string>();
  let refreshed = 0;
  let failed = 0;
  let stoppedBy: TikTokError | undefined;

  const one = async (userId: string): Promise<void> => {
    try {
      const record = await refresh(userId, withinMs, signal);
      refreshed += 1;
      // It lives for less than the time that was asked for.
      if (dueAt(userId, record) <= before) stuck.add(nameOf({ clientKey, userId }));
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asTikTokError(thrown);
      stuck.add(nameOf({ clientKey, userId }));
      // It was deleted since it was listed.
      if (error.code === 'not_connected') return;
      failed += 1;
      if (failures.length < MAX_FAILURES) failures.push({ userId, error });
      if (error.type === 'CIRCUIT_OPEN' || error.type === 'INVALID_CREDENTIALS') stoppedBy ??= error;
    }
  };

  const pageSize = Math.max(SMALLEST_PAGE, concurrency * 10);
  for (;;) {
    // Twice as far past those that stay: a page of a fixed size would read them again and again.
    const page = await untilAborted(store.due({ before, limit: 2 * stuck.size + pageSize }), signal);
    for (const key of page) {
      if (key.clientKey !== clientKey || handled.has(nameOf(key))) stuck.add(nameOf(key));
    }
    const waiting = page.filter((key) => !stuck.has(nameOf(key)));
    if (waiting.length === 0) break;
    handled = new Set(waiting.map(nameOf));
    const queue = waiting.values();
    const worker = async (): Promise<void> => {
      for (const { userId } of queue) {
        signal.throwIfAborted();
        await one(userId);
        if (stoppedBy !== undefined) return;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    if (stoppedBy !== undefined) break;
  }
  return { refreshed, failed, failures, ...(stoppedBy === undefined ? {} : { stoppedBy }) };
}

function asTikTokError(thrown: unknown): TikTokError {
  if (TikTokError.isInstance(thrown)) return thrown;
  return new TikTokError('The account could not be refreshed', {
    type: 'API_ERROR',
    operation: 'token.refresh',
    cause: thrown,
  });
}

function nameOf({ clientKey, userId }: AccountKey): string {
  return `${clientKey} ${userId}`;
}

function checked(name: string, value: number, least: number, most: number): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw validationError(
    `forEachDue: ${name} is ${String(value)}; expected a whole number of at least ${least}${most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : ''}`,
    { code: 'invalid_option' },
  );
}
