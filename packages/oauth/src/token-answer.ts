import { type CallContext, errorFromUnreadableAnswer } from '@tt/errors';
import type { JsonObject, TikTokAnswer } from '@tt/http';
import { type Reveal, redacted } from './redacted.js';
import type { TokenRecord } from './token-record.js';

/** What is assumed of an access token where TikTok does not say: short, so that a wrong guess costs a refresh. */
const UNKNOWN_LIFETIME_S = 300;

/** Ten years: more than that is no lifetime, and would leave the range of dates. */
const LONGEST_LIFETIME_S = 315_360_000;

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

/**
 * The tokens in the answer to a code exchange.
 *
 * @param context.scope What the callback said was granted, for an answer that does not say it.
 * @throws TikTokError `SERVER_ERROR` naming the field that is missing or malformed.
 */
export function readTokens(answer: TikTokAnswer, context: CallContext & { readonly scope?: string }): TikTokTokens {
  const refreshed = readRefreshedTokens(answer, context).reveal();
  const { refresh_token, open_id, scope = context.scope ?? '' } = refreshed;
  if (refresh_token === undefined) throw malformed('refresh_token', answer, context);
  if (open_id === undefined) throw malformed('open_id', answer, context);
  return redacted({ ...refreshed, refresh_token, open_id, scope });
}

/**
 * The tokens in the answer to a refresh.
 *
 * @throws TikTokError `SERVER_ERROR` naming the field that is missing or malformed.
 */
export function readRefreshedTokens(answer: TikTokAnswer, context: CallContext): TikTokRefreshedTokens {
  const { data } = answer;
  const access_token = text(data, 'access_token');
  // With a token in hand nothing is thrown away: the refresh token that brought it is spent.
  const expires_in = seconds(data, 'expires_in') ?? UNKNOWN_LIFETIME_S;
  if (access_token === undefined) throw malformed('access_token', answer, context);
  const refresh_token = text(data, 'refresh_token');
  const refresh_expires_in = seconds(data, 'refresh_expires_in');
  const open_id = text(data, 'open_id');
  const scope = text(data, 'scope');
  return redacted({
    access_token,
    ...(refresh_token === undefined ? {} : { refresh_token }),
    expires_in,
    ...(refresh_expires_in === undefined ? {} : { refresh_expires_in }),
    ...(open_id === undefined ? {} : { open_id }),
    ...(scope === undefined ? {} : { scope }),
    token_type: text(data, 'token_type') ?? 'Bearer',
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

function text(data: JsonObject, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function seconds(data: JsonObject, name: string): number | undefined {
  const value = Number(data[name] ?? Number.NaN);
  return value > 0 && value <= LONGEST_LIFETIME_S ? value : undefined;
}

function malformed(field: string, { statusCode, logId }: TikTokAnswer, context: CallContext): Error {
  return errorFromUnreadableAnswer(`the token answer’s ${field} is missing or malformed`, {
    ...context,
    statusCode,
    logId,
  });
}
