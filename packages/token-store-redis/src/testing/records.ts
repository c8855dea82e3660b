import type { PutOptions, TokenRecord } from '@tt/oauth';

/** A record whose secrets end in `mark`, so that they can be told apart and searched for. */
export function recordOf(mark: string): TokenRecord {
  return {
    accessToken: `act.canary-access-${mark}`,
    refreshToken: `rft.canary-refresh-${mark}`,
    tokenType: 'Bearer',
    openId: `canary-open-id-${mark}`,
    scope: 'user.info.canary',
    obtainedAt: 1_750_000_000_000,
    accessTokenExpiresAt: 1_750_086_400_000,
    refreshTokenExpiresAt: null,
  };
}

/** A write of an account that is not there yet, unless told otherwise. */
export function putOptions(changes: Partial<PutOptions> = {}): PutOptions {
  return { ifVersion: null, expiresInMs: 60_000, dueAt: 1_750_080_000_000, ...changes };
}
