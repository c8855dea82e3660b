import { randomBytes } from 'node:crypto';

/** An account and a record of the sizes that TikTok's have. */
export function account(n) {
  return { clientKey: 'awbenchmarkclient1', userId: `user-${String(n).padStart(9, '0')}` };
}

export function record(n) {
  const now = 1_795_359_600_000;
  return {
    accessToken: `act.${randomBytes(48).toString('base64url')}!4608.va`,
    refreshToken: `rft.${randomBytes(48).toString('base64url')}!4608.va`,
    tokenType: 'Bearer',
    openId: `-000${randomBytes(24).toString('base64url')}${n % 10}`,
    scope: 'user.info.basic,user.info.profile,user.info.stats,video.list',
    obtainedAt: now,
    accessTokenExpiresAt: now + 86_400_000,
    refreshTokenExpiresAt: now + 31_536_000_000,
  };
}

export const YEAR_MS = 366 * 86_400_000;
export const DUE_FROM = 1_795_359_600_000;
