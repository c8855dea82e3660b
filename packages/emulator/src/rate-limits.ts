import { describe, optionError, readChoice, readInteger, readRecord } from './check.js';
import type { GrantHolder } from './grants.js';

/** How often the API may be asked. */
export interface EmulatorRateLimits {
  /** Requests within one minute, for each of user info, video list and video query. Default 600. */
  perMinute?: number | undefined;
  /** Who has that many, which TikTok does not say: the app, one of its users, or one access token. Default `'app'`. */
  per?: 'app' | 'user' | 'token' | undefined;
}

export type RateLimitSettings =
  | { readonly kind: 'off' }
  | { readonly kind: 'on'; readonly perMinute: number; readonly per: 'app' | 'user' | 'token' };

const WINDOW_MS = 60_000;
/** Subjects remembered before those that have been silent for a minute are let go for the first time. */
const FIRST_SWEEP = 1_000;

export function readRateLimits(value: unknown): RateLimitSettings {
  if (value === 'off') return { kind: 'off' };
  if (typeof value === 'string') {
    throw optionError('rateLimits', { got: describe(value), takes: "'off' or an object of perMinute, per" });
  }
  const record = readRecord(value ?? {}, 'rateLimits', ['perMinute', 'per']);
  return {
    kind: 'on',
    perMinute: readInteger(record.perMinute ?? 600, 'rateLimits.perMinute', { min: 1, max: 1_000_000 }),
    per: readChoice(record.per, 'rateLimits.per', ['app', 'user', 'token']),
  };
}

/** Sliding windows of one minute, as TikTok's `tiktok-api-v2-rate-limit` has them. */
export interface RateLimits {
  /** Counts a request; `false` when it is one too many. One that is refused does not count. */
  admit(request: { operation: string; holder: GrantHolder; accessToken: string }): boolean;
}

export function createRateLimits(context: { now: () => number; settings: RateLimitSettings }): RateLimits {
  const { now, settings } = context;
  if (settings.kind === 'off') return { admit: () => true };
  const { perMinute, per } = settings;
  const windows = new Map<string, Window>();
  let nextSweep = FIRST_SWEEP;

  return {
    admit({ operation, holder, accessToken }) {
      const time = now();
      if (windows.size >= nextSweep) {
        for (const [key, window] of windows) if (window.isSilent(time)) windows.delete(key);
        nextSweep = Math.max(FIRST_SWEEP, windows.size * 2);
      }
      const subject = { app: [], user: [holder.user.username], token: [accessToken] }[per];
      const key = JSON.stringify([operation, holder.clientKey, ...subject]);
      const window = windows.get(key) ?? createWindow(perMinute);
      windows.set(key, window);
      return window.admit(time);
    },
  };
}

interface Window {
  admit(time: number): boolean;
  isSilent(time: number): boolean;
}

/** The times of the last `size` requests, in a ring: one more is welcome once the oldest of them is a minute old. */
function createWindow(size: number): Window {
  const times: number[] = [];
  let next = 0;
  return {
    admit(time) {
      const oldest = times[next];
      // A clock that was set back would otherwise lock everybody out until it catches up.
      if (oldest !== undefined && oldest <= time && time - oldest < WINDOW_MS) return false;
      times[next] = time;
      next = (next + 1) % size;
      return true;
    },
    isSilent(time) {
      const newest = times[(next + size - 1) % size];
      return newest === undefined || time - newest >= WINDOW_MS;
    },
  };
}
