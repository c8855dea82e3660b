import type { TokenRecord } from '../token-record.js';

/** What a caller needs of a token. */
export interface TokenNeed {
  /** How long it must still be valid, in milliseconds. */
  readonly minTtlMs: number;
  /** An access token that TikTok has refused. */
  readonly rejected?: string | undefined;
  /** How long before it is due it shall be refreshed, in milliseconds. */
  readonly aheadMs?: number | undefined;
}

/** Any token that is valid. */
export const ANY_VALID: TokenNeed = { minTtlMs: 0 };

/** More of a token's life than this no caller has for long, as a share of it. */
const NEARLY_ALL = 0.98;
/** Whoever wants more than that gets a token with so much of its life left. */
const STILL_NEW = 0.9;

/**
 * The time a token must have left for a caller who wants `minTtlMs`. No refresh gives more than a whole life, so whoever
 * wants that much gets a new token, and no rotation at every call.
 */
export function wantedTtlMs(record: TokenRecord, minTtlMs: number): number {
  if (minTtlMs === 0) return 0;
  const lifetimeMs = record.accessTokenExpiresAt - record.obtainedAt;
  return minTtlMs <= NEARLY_ALL * lifetimeMs ? minTtlMs : STILL_NEW * lifetimeMs;
}

/**
 * Whether a token that is due at `dueAt` is fresh enough for whoever refreshes `aheadMs` before that. One that is new is,
 * however far ahead they look: no refresh would give them more.
 */
export function isNotDue(record: TokenRecord, dueAt: number, now: number, aheadMs: number): boolean {
  if (aheadMs === 0 || now + aheadMs < dueAt) return now < dueAt;
  const lifetimeMs = record.accessTokenExpiresAt - record.obtainedAt;
  return now < dueAt && now - record.obtainedAt < (1 - STILL_NEW) * lifetimeMs;
}

/** Whether the token is valid for as long as the caller needs. */
export function isUsable(record: TokenRecord, { minTtlMs, rejected }: TokenNeed, now: number): boolean {
  const remainingMs = record.accessTokenExpiresAt - now;
  return remainingMs > 0 && remainingMs >= wantedTtlMs(record, minTtlMs) && record.accessToken !== rejected;
}
