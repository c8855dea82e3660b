import { type SchemaOutput, schema } from '@tt/http';
import { type Reveal, redacted } from './redacted.js';
import type { TokenRecord } from './token-record.js';

/** What is assumed of an access token where TikTok does not say: short, so that a wrong guess costs a refresh. */
const UNKNOWN_LIFETIME_S = 300;

/** Ten years: more than that is no lifetime, and would leave the range of dates. */
export const LONGEST_LIFETIME_S = 315_360_000;

/** A token answer's fields, as TikTok names them. Lifetimes are in seconds. */
export interface TokenFields {
  readonly access_token: string;
  readonly refresh_token: string;
  /** 300 where TikTok did not say. */
  readonly expires_in: number;
  /** Absent where TikTok did not say. */
  readonly refresh_expires_in?: number;
  readonly open_id: string;
  /** The granted scopes, separated by commas. */
  readonly scope: string;
  readonly token_type: string;
}

/**
 * TikTok's answer to a code exchange. Its fields read, spread and clone as usual; its JSON and `util.inspect` output
 * show no token, and `reveal()` gives the plain object.
 */
export type TikTokTokens = TokenFields & Reveal<TokenFields>;

/** A refresh's fields: what TikTok leaves out stays as it was. */
export type RefreshFields = Pick<TokenFields, 'access_token' | 'expires_in' | 'token_type'> & Partial<TokenFields>;

/** TikTok's answer to a refresh, protected as {@link TikTokTokens}. Always use the new refresh token. */
export type TikTokRefreshedTokens = RefreshFields & Reveal<RefreshFields>;

const { text, integer, orAbsent } = schema;
const lifetime = () => orAbsent(integer({ min: 1, max: LONGEST_LIFETIME_S }));
const refreshed = {
  access_token: text(),
  // With a token in hand nothing is thrown away: the refresh token that brought it is spent.
  expires_in: lifetime(),
  refresh_expires_in: lifetime(),
  refresh_token: orAbsent(text()),
  open_id: orAbsent(text()),
  scope: orAbsent(text()),
  token_type: orAbsent(text()),
};

/** What the answer to a refresh must have. */
export const refreshAnswer = schema.object(refreshed);
/** What the answer to a code exchange must have. */
export const exchangeAnswer = schema.object({ ...refreshed, refresh_token: text(), open_id: text() });

/**
 * The tokens in the answer to a code exchange.
 *
 * @param scope What the callback said was granted, for an answer that does not say it.
 */
export function readTokens(data: SchemaOutput<typeof exchangeAnswer>, scope = ''): TikTokTokens {
  const { refresh_token, open_id } = data;
  return redacted({ ...readRefreshedTokens(data).reveal(), refresh_token, open_id, scope: data.scope ?? scope });
}

/** The tokens in the answer to a refresh. */
export function readRefreshedTokens(data: SchemaOutput<typeof refreshAnswer>): TikTokRefreshedTokens {
  const { access_token, refresh_token, expires_in = UNKNOWN_LIFETIME_S, refresh_expires_in, open_id, scope } = data;
  return redacted({
    access_token,
    ...(refresh_token === undefined ? {} : { refresh_token }),
    expires_in,
    ...(refresh_expires_in === undefined ? {} : { refresh_expires_in }),
    ...(open_id === undefined ? {} : { open_id }),
    ...(scope === undefined ? {} : { scope }),
    token_type: data.token_type ?? 'Bearer',
  });
}

/**
 * The record to keep of a new pair.
 *
 * @param requestedAt When the request was sent, in epoch milliseconds: what the lifetimes count from (D1).
 */
export function recordOf(tokens: TokenFields, requestedAt: number): TokenRecord {
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    tokenType: tokens.token_type,
    openId: tokens.open_id,
    scope: tokens.scope,
    obtainedAt: requestedAt,
    accessTokenExpiresAt: requestedAt + tokens.expires_in * 1000,
    refreshTokenExpiresAt:
      tokens.refresh_expires_in === undefined ? null : requestedAt + tokens.refresh_expires_in * 1000,
  };
}

/**
 * The record to keep after a refresh. What the answer leaves out stays: without a `refresh_token` the old one, without
 * `refresh_expires_in` its earlier end (D6).
 *
 * @param requestedAt When the request was sent, in epoch milliseconds.
 */
export function refreshedRecord(spent: TokenRecord, tokens: RefreshFields, requestedAt: number): TokenRecord {
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? spent.refreshToken,
    tokenType: tokens.token_type,
    openId: tokens.open_id ?? spent.openId,
    scope: tokens.scope ?? spent.scope,
    obtainedAt: requestedAt,
    accessTokenExpiresAt: requestedAt + tokens.expires_in * 1000,
    refreshTokenExpiresAt:
      tokens.refresh_expires_in === undefined
        ? spent.refreshTokenExpiresAt
        : requestedAt + tokens.refresh_expires_in * 1000,
  };
}

/** A stored pair in the form of TikTok's answer, with the lifetimes that are left at `now` (epoch milliseconds). */
export function answerOf(record: TokenRecord, now: number): TikTokRefreshedTokens {
  const secondsUntil = (instant: number): number => Math.max(0, Math.floor((instant - now) / 1000));
  return redacted({
    access_token: record.accessToken,
    refresh_token: record.refreshToken,
    expires_in: secondsUntil(record.accessTokenExpiresAt),
    ...(record.refreshTokenExpiresAt === null
      ? {}
      : { refresh_expires_in: secondsUntil(record.refreshTokenExpiresAt) }),
    open_id: record.openId,
    scope: record.scope,
    token_type: record.tokenType,
  });
}
