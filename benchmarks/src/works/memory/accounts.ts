import type { TokenRecord } from '@tt/oauth';

export const ACCOUNTS = 10_000;
export const LIFE_MS = 86_400_000;

export function userId(n: number): string {
  return flat(`user-${String(n).padStart(9, '0')}`);
}

/** A record of the sizes that TikTok's have, each text of it in memory once and whole, as from a socket. */
export function record(n: number): TokenRecord {
  const text = (length: number): string => `${n}.`.repeat(length).slice(0, length);
  const now = Date.now();
  return {
    accessToken: flat(`act.${text(64)}!4608.va`),
    refreshToken: flat(`rft.${text(64)}!4608.va`),
    tokenType: flat('Bearer'),
    openId: flat(`-000${text(32)}`),
    scope: flat('user.info.basic,user.info.profile,user.info.stats,video.list'),
    obtainedAt: now,
    accessTokenExpiresAt: now + LIFE_MS,
    refreshTokenExpiresAt: now + 365 * LIFE_MS,
  };
}

function flat(text: string): string {
  return Buffer.from(text).toString();
}
