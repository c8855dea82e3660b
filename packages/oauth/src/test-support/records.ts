import type { TokenRecord } from '../token-record.js';
import type { AccountKey } from '../token-store.js';

/** A record whose fields do not matter to the test, except those it names. */
export function aRecord(fields: Partial<TokenRecord> = {}): TokenRecord {
  return {
    accessToken: 'act.access!1',
    refreshToken: 'rft.refresh!1',
    tokenType: 'Bearer',
    openId: 'open-1',
    scope: 'user.info.basic',
    obtainedAt: 0,
    accessTokenExpiresAt: 86_400_000,
    refreshTokenExpiresAt: 31_536_000_000,
    ...fields,
  };
}

export function anAccount(userId = 'user-1'): AccountKey {
  return { clientKey: 'awclient', userId };
}
