import type { EmulatorRules } from '@tt/emulator';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How far a process's clock may be off. */
export const MAX_SKEW_MS = 5 * MINUTE_MS;
/** How far two of them may be apart, and the time that a request travels. */
export const CLOCKS_MS = 2 * MAX_SKEW_MS + MINUTE_MS;

/** What holds for a whole run. */
export interface Conditions {
  readonly accessTokenLifeMs: number;
  readonly refreshTokenLifeMs: number;
  readonly refreshLifetime: NonNullable<EmulatorRules['refreshLifetime']>;
  readonly rotation: NonNullable<EmulatorRules['rotation']>;
  /** `'200'`: TikTok says its errors with HTTP 200. */
  readonly oauthErrorStatus: NonNullable<EmulatorRules['oauthErrorStatus']>;
  /** How often the job runs that refreshes whatever is due. */
  readonly jobEveryMs: number;
  /** How many processes share the store. */
  readonly processes: number;
}

/**
 * For each turn, how many days a refresh token lives, and how many days lie between two runs of the job. A job that runs
 * often keeps everybody's tokens fresh; with 2 h tokens that would be 4,900 refreshes for each account.
 */
const LONG = [
  [365, 4],
  [60, 2],
  [30, 9],
] as const;
const SHORT = [
  [180, 5],
  [40, 2],
  [25, 9],
] as const;

/** Every combination comes up as seeds are counted through: both lifetimes, with and without grace, in turn. */
export function conditionsOf(seed: number): Conditions {
  const short = seed % 2 === 1;
  const grace = Math.floor(seed / 2) % 2 === 1;
  const turn = Math.floor(seed / 2) % 3;
  const [refreshDays, jobDays] = (short ? SHORT : LONG)[turn] ?? LONG[0];
  return {
    accessTokenLifeMs: short ? 2 * HOUR_MS : DAY_MS,
    refreshTokenLifeMs: refreshDays * DAY_MS,
    // Where it is fixed and short, everybody has to sign in again each month.
    refreshLifetime: turn === 1 ? 'extended' : 'fixed',
    rotation: grace ? { graceMs: seed % 3 === 0 ? 20 * MINUTE_MS : MINUTE_MS } : 'always',
    oauthErrorStatus: seed % 3 === 0 ? '200' : '4xx',
    jobEveryMs: jobDays * DAY_MS,
    processes: 3 + (seed % 2),
  };
}

export function describeConditions({
  accessTokenLifeMs,
  refreshTokenLifeMs,
  refreshLifetime,
  rotation,
  oauthErrorStatus,
}: Conditions): string {
  const grace = typeof rotation === 'object' ? `grace ${rotation.graceMs / MINUTE_MS} min` : 'strict';
  const lives = `${accessTokenLifeMs / HOUR_MS} h / ${refreshTokenLifeMs / DAY_MS} d ${refreshLifetime}`;
  return `${lives}, ${grace}${oauthErrorStatus === '200' ? ', errors with 200' : ''}`;
}
