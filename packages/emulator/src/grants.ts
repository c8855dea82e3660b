import { dropExpired } from './drop-expired.js';
import type { Lifetimes } from './lifetimes.js';
import type { Random } from './random.js';
import type { EmulatorUser } from './user.js';

/** Who let which app do what. */
export interface GrantHolder {
  readonly clientKey: string;
  readonly user: EmulatorUser;
  readonly scopes: readonly string[];
}

/** A pair as the token endpoint hands it out; what is left of its lives in whole seconds. */
export interface IssuedPair {
  readonly holder: GrantHolder;
  readonly accessToken: string;
  readonly expiresIn: number;
  readonly refreshToken: string;
  readonly refreshExpiresIn: number;
}

export type RefreshOutcome =
  | { readonly kind: 'rotated'; readonly pair: IssuedPair }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'foreign' | 'replayed' | 'revoked' | 'expired' };

/** The tokens of users: issued, rotated, revoked. */
export interface Grants {
  issue(holder: GrantHolder): IssuedPair;
  /** Spends a refresh token for a new pair. The old one is dead at once, without grace. */
  refresh(refreshToken: string, clientKey: string): RefreshOutcome;
  /** Who a live access token speaks for. */
  holderOf(accessToken: string): GrantHolder | undefined;
  /** Ends all that the access token's user granted the app. `false` when the token is not a live one of this app. */
  revoke(accessToken: string, clientKey: string): boolean;
  /** A token of the app itself. Only TikTok's Research APIs take it, so nothing here does. */
  issueClientToken(): string;
  isLive(token: string): boolean;
  /** How often a spent refresh token was presented again by its own app. */
  replays(): number;
}

interface Grant {
  readonly holder: GrantHolder;
  /** Epoch milliseconds. */
  readonly refreshExpiresAt: number;
  state: 'active' | 'revoked';
}

interface RefreshToken {
  readonly grant: Grant;
  state: 'live' | 'spent';
}

export function createGrants(context: { now: () => number; random: Random; lifetimes: Lifetimes }): Grants {
  const { now, random, lifetimes } = context;
  const accessTokens = new Map<string, { grant: Grant; expiresAt: number }>();
  const refreshTokens = new Map<string, RefreshToken>();
  const activeGrants = new Map<string, Set<Grant>>();
  let replays = 0;

  function issuePair(grant: Grant): IssuedPair {
    const time = now();
    dropExpired(accessTokens, time);
    const accessToken = `act.${random.alphanumeric(60)}!${random.digits(4)}.va`;
    const refreshToken = `rft.${random.alphanumeric(60)}!${random.digits(4)}.va`;
    accessTokens.set(accessToken, { grant, expiresAt: time + lifetimes.accessTokenSeconds * 1_000 });
    refreshTokens.set(refreshToken, { grant, state: 'live' });
    return {
      holder: grant.holder,
      accessToken,
      expiresIn: lifetimes.accessTokenSeconds,
      refreshToken,
      refreshExpiresIn: Math.floor((grant.refreshExpiresAt - time) / 1_000),
    };
  }

  function refusal(token: RefreshToken | undefined, clientKey: string) {
    if (token === undefined) return 'unknown';
    if (token.grant.holder.clientKey !== clientKey) return 'foreign';
    // Before the grant's own end: a replay is a replay even after a revocation.
    if (token.state === 'spent') return 'replayed';
    if (token.grant.state === 'revoked') return 'revoked';
    return now() < token.grant.refreshExpiresAt ? undefined : 'expired';
  }

  function liveAccess(accessToken: string): Grant | undefined {
    const entry = accessTokens.get(accessToken);
    if (entry === undefined || now() >= entry.expiresAt || entry.grant.state === 'revoked') return undefined;
    return entry.grant;
  }

  return {
    issue(holder) {
      const refreshExpiresAt = now() + lifetimes.refreshTokenSeconds * 1_000;
      const grant: Grant = { holder, refreshExpiresAt, state: 'active' };
      const connection = connectionOf(holder);
      const grants = activeGrants.get(connection);
      if (grants === undefined) activeGrants.set(connection, new Set([grant]));
      else grants.add(grant);
      return issuePair(grant);
    },
    refresh(refreshToken, clientKey) {
      const token = refreshTokens.get(refreshToken);
      const reason = refusal(token, clientKey);
      if (reason === 'replayed') replays += 1;
      if (reason !== undefined || token === undefined) return { kind: 'refused', reason: reason ?? 'unknown' };
      token.state = 'spent';
      return { kind: 'rotated', pair: issuePair(token.grant) };
    },
    holderOf: (accessToken) => liveAccess(accessToken)?.holder,
    revoke(accessToken, clientKey) {
      const grant = liveAccess(accessToken);
      if (grant === undefined || grant.holder.clientKey !== clientKey) return false;
      // TikTok takes the app off the user's list of connected apps, so an older sign-in of the same user ends too.
      const connection = connectionOf(grant.holder);
      for (const each of activeGrants.get(connection) ?? []) each.state = 'revoked';
      activeGrants.delete(connection);
      return true;
    },
    issueClientToken: () => `clt.${random.alphanumeric(60)}!${random.digits(4)}.va`,
    isLive(token) {
      const refresh = refreshTokens.get(token);
      if (refresh === undefined) return liveAccess(token) !== undefined;
      return refusal(refresh, refresh.grant.holder.clientKey) === undefined;
    },
    replays: () => replays,
  };
}

/** One user's connection to one app, as TikTok lists it in the user's settings. */
function connectionOf(holder: GrantHolder): string {
  return JSON.stringify([holder.clientKey, holder.user.username]);
}
