import { describe, optionError, readInteger, readRecord } from './check.js';

/** How long what is issued lives, in whole seconds. */
export interface EmulatorLifetimes {
  /** User access token. Default 86,400 (24 h). */
  accessTokenSeconds?: number | undefined;
  /** Refresh token, counted from the sign-in. Default 31,536,000 (365 d). */
  refreshTokenSeconds?: number | undefined;
  /** Client access token. Default 7,200 (2 h). */
  clientTokenSeconds?: number | undefined;
  /** Authorization code. Default 300 (5 min). */
  codeSeconds?: number | undefined;
}

export type Lifetimes = { readonly [Name in keyof EmulatorLifetimes]-?: number };

const DAY_SECONDS = 86_400;
const COMMON = { clientTokenSeconds: 7_200, codeSeconds: 300 };

/** TikTok's older pages say 24 h and 365 d, the newest (November 2026) 2 h and 180 d; nobody has seen the change live. */
export function readLifetimes(value: unknown): Lifetimes {
  const older: Lifetimes = { ...COMMON, accessTokenSeconds: DAY_SECONDS, refreshTokenSeconds: 365 * DAY_SECONDS };
  if (value === undefined || value === '24h/365d') return older;
  if (value === '2h/180d') return { ...COMMON, accessTokenSeconds: 7_200, refreshTokenSeconds: 180 * DAY_SECONDS };
  if (typeof value !== 'object') {
    throw optionError('lifetimes', { got: describe(value), takes: "'24h/365d', '2h/180d' or an object of seconds" });
  }
  const record = readRecord(value, 'lifetimes', Object.keys(older));
  const seconds = (name: keyof Lifetimes) =>
    readInteger(record[name] ?? older[name], `lifetimes.${name}`, { min: 1, max: 1e10 });
  return {
    accessTokenSeconds: seconds('accessTokenSeconds'),
    refreshTokenSeconds: seconds('refreshTokenSeconds'),
    clientTokenSeconds: seconds('clientTokenSeconds'),
    codeSeconds: seconds('codeSeconds'),
  };
}
