import { type Reveal, redacted } from './redacted.js';
import { parseScopes, type TikTokScope } from './scopes.js';
import type { TokenRecord } from './token-record.js';

export interface TokenInfoFields {
  readonly userId: string;
  /** The access token. */
  readonly token: string;
  readonly tokenType: string;
  readonly expiresAt: Date;
  readonly refreshedAt: Date;
  /** The granted scopes. */
  readonly scopes: readonly TikTokScope[];
}

/** What is known of an account's access token. Its JSON and `util.inspect` output do not show the token. */
export type TokenInfo = TokenInfoFields & Reveal<TokenInfoFields>;

export function tokenInfoOf(userId: string, record: TokenRecord): TokenInfo {
  return redacted({
    userId,
    token: record.accessToken,
    tokenType: record.tokenType,
    expiresAt: new Date(record.accessTokenExpiresAt),
    refreshedAt: new Date(record.obtainedAt),
    scopes: parseScopes(record.scope),
  });
}
