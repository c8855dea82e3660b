import type { Lifetimes } from './lifetimes.js';
import type { Random } from './random.js';
import type { Rules } from './rules.js';
import { createTokens, type TokenRecord } from './tokens.js';
import type { EmulatorUser } from './user.js';

/** Who let which app do what. */
export interface GrantHolder {
  readonly clientKey: string;
  readonly user: EmulatorUser;
  readonly scopes: readonly string[];
}

/** One sign-in, and all the tokens that come of it. */
export interface Grant {
  readonly holder: GrantHolder;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  state: 'active' | 'revoked';
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
  | { readonly kind: 'refreshed'; readonly pair: IssuedPair }
  | { readonly kind: 'refused'; readonly reason: 'unknown' | 'foreign' | 'replayed' | 'revoked' | 'expired' };

/** The tokens of users: issued, rotated, revoked. */
export interface Grants {
  issue(holder: GrantHolder): IssuedPair;
  /** A new pair for a refresh token, which is spent by it as the rules say. */
  refresh(refreshToken: string, clientKey: string): RefreshOutcome;
  /** Who a live access token speaks for. */
  holderOf(accessToken: string): GrantHolder | undefined;
  /** Whose token this is or was, live or dead, of either kind. */
  ownerOf(token: string): GrantHolder | undefined;
  /** Ends all that the token's user granted the app. `false` when it is not a live token of this app. */
  revoke(token: string, clientKey: string): boolean;
  /** Ends all that the user granted one app, or all apps. */
  disconnect(username: string, clientKey: string | undefined): void;
  /** A token of the app itself. Only TikTok's Research APIs take it, so nothing here does. */
  issueClientToken(): string;
  isLive(token: string): boolean;
  /** The tokens of a user, live and dead, oldest first. */
  tokensOf(username: string): readonly { readonly record: TokenRecord; readonly state: TokenState }[];
  /** How often a spent refresh token was presented again by its own app. */
  replays(): number;
}

/** `spent` is a refresh token that was exchanged for another. */
export type TokenState = 'live' | 'spent' | 'revoked' | 'expired';

export function createGrants(context: {
  now: () => number;
  random: Random;
  lifetimes: Lifetimes;
  rules: Pick<Rules, 'rotation' | 'refreshLifetime' | 'replay' | 'revokeTakes'>;
}): Grants {
  const { now, random, lifetimes, rules } = context;
  const tokens = createTokens((record) => stateOf(record) === 'live');
  const activeGrants = new Map<string, Set<Grant>>();
  let replays = 0;

  function stateOf(record: TokenRecord): TokenState {
    // Before the grant's own end: a replay is a replay even after a revocation.
    if (record.spentAt !== undefined && !hasGrace(record.spentAt)) return 'spent';
    if (record.grant.state === 'revoked') return 'revoked';
    return now() < record.expiresAt ? 'live' : 'expired';
  }

  function hasGrace(spentAt: number): boolean {
    return rules.rotation.kind === 'grace' && now() - spentAt < rules.rotation.graceMs;
  }

  // One look at the clock for all that is issued together: a pair must not be a millisecond older than itself.
  function newAccessToken(grant: Grant, time: number): TokenRecord {
    const token = `act.${random.alphanumeric(60)}!${random.digits(4)}.va`;
    const expiresAt = time + lifetimes.accessTokenSeconds * 1_000;
    return tokens.add({ kind: 'access', token, grant, issuedAt: time, expiresAt });
  }

  function newRefreshToken(grant: Grant, time: number): TokenRecord {
    const token = `rft.${random.alphanumeric(60)}!${random.digits(4)}.va`;
    const from = rules.refreshLifetime === 'fixed' ? grant.startedAt : time;
    const expiresAt = from + lifetimes.refreshTokenSeconds * 1_000;
    return tokens.add({ kind: 'refresh', token, grant, issuedAt: time, expiresAt });
  }

  function pairOf(refreshToken: TokenRecord, time: number): IssuedPair {
    const { grant } = refreshToken;
    return {
      holder: grant.holder,
      accessToken: newAccessToken(grant, time).token,
      expiresIn: lifetimes.accessTokenSeconds,
      refreshToken: refreshToken.token,
      refreshExpiresIn: Math.floor((refreshToken.expiresAt - time) / 1_000),
    };
  }

  /** The refresh token that follows, which `'never'` leaves as it is. */
  function successor(record: TokenRecord, time: number): TokenRecord {
    if (rules.rotation.kind === 'never') {
      if (rules.refreshLifetime === 'extended') record.expiresAt = time + lifetimes.refreshTokenSeconds * 1_000;
      return record;
    }
    // Within a grace the first use counts: what follows must not put the end off.
    record.spentAt ??= time;
    return newRefreshToken(record.grant, time);
  }

  function refusal(record: TokenRecord | undefined, clientKey: string) {
    if (record?.kind !== 'refresh') return 'unknown';
    if (record.grant.holder.clientKey !== clientKey) return 'foreign';
    const state = stateOf(record);
    if (state === 'live') return undefined;
    return state === 'spent' ? 'replayed' : state;
  }

  function liveRecord(token: string): TokenRecord | undefined {
    const record = tokens.find(token);
    return record !== undefined && stateOf(record) === 'live' ? record : undefined;
  }

  function disconnect(username: string, clientKey: string | undefined): void {
    const grants = activeGrants.get(username);
    for (const grant of grants ?? []) {
      if (clientKey !== undefined && grant.holder.clientKey !== clientKey) continue;
      grant.state = 'revoked';
      grants?.delete(grant);
    }
  }

  return {
    issue(holder) {
      const time = now();
      const grant: Grant = { holder, startedAt: time, state: 'active' };
      const grants = activeGrants.get(holder.user.username);
      if (grants === undefined) activeGrants.set(holder.user.username, new Set([grant]));
      else grants.add(grant);
      return pairOf(newRefreshToken(grant, time), time);
    },
    refresh(refreshToken, clientKey) {
      const record = tokens.find(refreshToken);
      const reason = refusal(record, clientKey);
      if (reason === undefined && record !== undefined) {
        const time = now();
        return { kind: 'refreshed', pair: pairOf(successor(record, time), time) };
      }
      if (reason === 'replayed' && record !== undefined) {
        replays += 1;
        if (rules.replay === 'revokes_family') record.grant.state = 'revoked';
      }
      return { kind: 'refused', reason: reason ?? 'unknown' };
    },
    holderOf(accessToken) {
      const record = liveRecord(accessToken);
      return record?.kind === 'access' ? record.grant.holder : undefined;
    },
    ownerOf: (token) => tokens.find(token)?.grant.holder,
    revoke(token, clientKey) {
      const record = liveRecord(token);
      if (record === undefined || record.grant.holder.clientKey !== clientKey) return false;
      if (record.kind === 'refresh' && rules.revokeTakes === 'access_token') return false;
      // TikTok takes the app off the user's list of connected apps, so an older sign-in of the same user ends too.
      disconnect(record.grant.holder.user.username, clientKey);
      return true;
    },
    disconnect,
    issueClientToken: () => `clt.${random.alphanumeric(60)}!${random.digits(4)}.va`,
    isLive: (token) => liveRecord(token) !== undefined,
    tokensOf: (username) => tokens.of(username).map((record) => ({ record, state: stateOf(record) })),
    replays: () => replays,
  };
}
