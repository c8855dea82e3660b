import { createTokenCipher, type TokenCipher, type TokenRecord } from '@tt/oauth';

/** More than the 10,000 records that a store keeps opened in memory. */
export const MANY = 12_000;
/** So many that each is read again and again. */
export const FEW = 1_000;

export const YEAR_MS = 366 * 86_400_000;
export const DUE_FROM = 1_795_359_600_000;
export const PLAIN_PREFIX = 'p';
export const SEALED_PREFIX = 's';

export function account(n: number) {
  return { clientKey: 'awbenchmarkclient1', userId: `user-${String(n).padStart(9, '0')}` };
}

/** A record of the sizes that TikTok's have, the same in every process. */
export function record(n: number): TokenRecord {
  const unlike = (length: number): string => `${n}.`.repeat(length).slice(0, length);
  return {
    accessToken: `act.${unlike(64)}!4608.va`,
    refreshToken: `rft.${unlike(64)}!4608.va`,
    tokenType: 'Bearer',
    openId: `-000${unlike(32)}`,
    scope: 'user.info.basic,user.info.profile,user.info.stats,video.list',
    obtainedAt: DUE_FROM,
    accessTokenExpiresAt: DUE_FROM + 86_400_000,
    refreshTokenExpiresAt: DUE_FROM + 31_536_000_000,
  };
}

/** Which record this is. Of those in flight, the last to come need not be the last that was asked. */
export function numberOf(found: unknown): number {
  return Number(/^act\.(\d+)\./.exec(Object(found).accessToken)?.[1]);
}

/** The same key in every process. */
export function cipher(): TokenCipher {
  return createTokenCipher({ keys: [{ id: 'k1', secret: new Uint8Array(32).fill(7) }] });
}

/** 0, 1, 2, ... and again. */
export function counterTo(count: number): () => number {
  let next = -1;
  return () => {
    next = (next + 1) % count;
    return next;
  };
}
