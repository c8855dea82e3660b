import { hash } from 'node:crypto';
import type { TokenRecord } from '../token-record.js';

const SEVEN_DAYS_MS = 7 * 24 * 60 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SHARE_OF_LIFETIME = 0.1;
const LONGEST_SHARE = 0.5;
const JITTER = 0.1;

/** Longer than any lifetime TikTok has documented, for a refresh token whose own is not known. */
const UNKNOWN_LIFETIME_MS = 400 * DAY_MS;

/**
 * When a pair should be refreshed, in epoch milliseconds (D1): within the last 10 % of the access token's lifetime, at
 * most 7 days ahead, drawn apart by up to a tenth of that window so that a fleet does not move at once. The jitter is a
 * function of the user and the pair: every process comes to the same instant.
 *
 * @param refreshWindowMs The window, where the application sets its own, in milliseconds; at most half the lifetime is
 *   used of it.
 */
export function dueAt(userId: string, record: TokenRecord, refreshWindowMs: number | undefined): number {
  const lifetimeMs = record.accessTokenExpiresAt - record.obtainedAt;
  const wantedMs = refreshWindowMs ?? Math.min(SEVEN_DAYS_MS, SHARE_OF_LIFETIME * lifetimeMs);
  // A window as long as the life would rotate the token at every call.
  const windowMs = Math.min(wantedMs, LONGEST_SHARE * lifetimeMs);
  const digest = hash('sha256', `${record.obtainedAt}:${userId}`, 'hex');
  const fraction = Number.parseInt(digest.slice(0, 8), 16) / 2 ** 32;
  return record.accessTokenExpiresAt - windowMs * (1 + JITTER * fraction);
}

/** How long a record is kept, in milliseconds: a day longer than its refresh token, never with the access token (D6). */
export function keptForMs(record: TokenRecord, now: number): number {
  const refreshTokenExpiresAt = record.refreshTokenExpiresAt ?? record.obtainedAt + UNKNOWN_LIFETIME_MS;
  return Math.max(DAY_MS, refreshTokenExpiresAt + DAY_MS - now);
}
