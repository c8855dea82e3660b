import { validationError } from '@tt/errors';
import { assertToken } from '../redacted.js';
import { LONGEST_LIFETIME_S } from '../token-answer.js';
import type { TokenRecord } from '../token-record.js';

/** An instant: a `Date`, an ISO 8601 string, or seconds or milliseconds since 1970; below 1e11 is seconds. */
export type Instant = Date | string | number;

/**
 * A token answer that was obtained elsewhere, as TikTok names its fields or in camel case. Lifetimes are in seconds and
 * count from `obtained_at`; the ends of the two tokens can be given instead.
 */
export interface ImportedTokens {
  readonly access_token?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly refresh_token?: string | undefined;
  readonly refreshToken?: string | undefined;
  readonly token_type?: string | undefined;
  readonly tokenType?: string | undefined;
  readonly open_id?: string | undefined;
  readonly openId?: string | undefined;
  /** Granted scopes, separated by commas. */
  readonly scope?: string | undefined;
  readonly expires_in?: number | string | undefined;
  readonly expiresIn?: number | string | undefined;
  readonly refresh_expires_in?: number | string | undefined;
  readonly refreshExpiresIn?: number | string | undefined;
  readonly obtained_at?: Instant | undefined;
  readonly obtainedAt?: Instant | undefined;
  readonly expires_at?: Instant | undefined;
  readonly expiresAt?: Instant | undefined;
  readonly refresh_expires_at?: Instant | undefined;
  readonly refreshExpiresAt?: Instant | undefined;
}

/** What became of an import. */
export type ImportResult =
  | { readonly imported: true }
  /** The same pair is stored already, or one that may be newer; it was kept. */
  | { readonly imported: false; readonly reason: 'already_stored' | 'may_be_newer' };

/** What was given, as a record. */
export interface ReadImport {
  readonly record: TokenRecord;
  /** When it was obtained, in epoch milliseconds; `undefined` where that was not said. */
  readonly obtainedAt: number | undefined;
}

/** Below it a number is seconds since 1970, from it on milliseconds: 1973 as the one, the year 5138 as the other. */
const FIRST_MILLISECONDS = 1e11;
/** TikTok’s live for a day; milliseconds that were taken for seconds are found out by it. */
const LONGEST_ACCESS_TOKEN_MS = 31 * 86_400_000;
/** How far ahead of this machine's clock another's may be. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** Where the lifetime is not known, the life that makes the refresh window five minutes (D1). */
const UNKNOWN_LIFETIME_MS = 50 * 60_000;

/**
 * Reads tokens that were obtained elsewhere.
 *
 * @param now Epoch milliseconds.
 * @throws TikTokError `VALIDATION_ERROR` naming the field that is missing, malformed, given twice or past its end.
 */
export function readImport(tokens: ImportedTokens, now: number): ReadImport {
  if (typeof tokens !== 'object' || tokens === null) throw refused(`tokens is ${typeof tokens}; expected an object`);
  const field = fieldReader(tokens);
  const accessToken = assertToken('access_token', field.value('access_token'));
  const refreshToken = assertToken('refresh_token', field.value('refresh_token'));
  const obtainedAt = field.instant('obtained_at');
  if (obtainedAt !== undefined && obtainedAt > now + CLOCK_SKEW_MS) {
    throw refused(`obtained_at is ${isoOf(obtainedAt)}, which is yet to come`);
  }
  const end = (at: string, after: string): number | undefined => {
    const instant = field.instant(at);
    const lifetimeMs = field.lifetimeMs(after);
    if (instant !== undefined) return instant;
    if (lifetimeMs === undefined) return undefined;
    if (obtainedAt === undefined) {
      throw refused(`${after} says nothing without obtained_at, the time it counts from; give that, or ${at}`);
    }
    return obtainedAt + lifetimeMs;
  };
  const accessTokenExpiresAt = end('expires_at', 'expires_in');
  if (accessTokenExpiresAt === undefined) {
    throw refused('expires_in and expires_at are missing; expected expires_in with obtained_at, or expires_at');
  }
  if (accessTokenExpiresAt <= (obtainedAt ?? 0)) throw refused('expires_at is not after obtained_at');
  if (accessTokenExpiresAt > (obtainedAt ?? now) + LONGEST_ACCESS_TOKEN_MS) {
    throw refused(
      `the access token would live until ${isoOf(accessTokenExpiresAt)}; expected 31 days at most (expires_in is in seconds)`,
    );
  }
  const refreshTokenExpiresAt = end('refresh_expires_at', 'refresh_expires_in') ?? null;
  if (refreshTokenExpiresAt !== null && refreshTokenExpiresAt <= now) {
    throw refused(
      `the refresh token ran out at ${isoOf(refreshTokenExpiresAt)}: this account must sign in again`,
      'refresh_token_expired',
    );
  }
  return {
    obtainedAt,
    record: {
      accessToken,
      refreshToken,
      tokenType: field.text('token_type') ?? 'Bearer',
      openId: field.text('open_id') ?? '',
      scope: (field.text('scope') ?? '')
        .split(/[\s,]+/)
        .filter((name) => name !== '')
        .join(','),
      obtainedAt: obtainedAt ?? Math.min(now, accessTokenExpiresAt - UNKNOWN_LIFETIME_MS),
      accessTokenExpiresAt,
      refreshTokenExpiresAt,
    },
  };
}

/** Whether an import was obtained later than what is stored. By a clock that is ahead of ours nothing is for sure. */
export function isLater({ obtainedAt }: ReadImport, found: TokenRecord, now: number): boolean {
  return obtainedAt !== undefined && obtainedAt <= now && obtainedAt > found.obtainedAt;
}

interface FieldReader {
  value(name: string): unknown;
  text(name: string): string | undefined;
  instant(name: string): number | undefined;
  lifetimeMs(name: string): number | undefined;
}

/** Reads fields by TikTok's name or the same in camel case. `null`, which databases give, is absent. */
function fieldReader(tokens: object): FieldReader {
  const value = (name: string): unknown => {
    const camelCase = name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    const snake: unknown = Reflect.get(tokens, name) ?? undefined;
    const camel: unknown = Reflect.get(tokens, camelCase) ?? undefined;
    if (camelCase !== name && snake !== undefined && camel !== undefined && snake !== camel) {
      throw refused(`${name} and ${camelCase} are both given, and differ`);
    }
    return snake ?? camel;
  };
  return {
    value,
    text(name) {
      const given = value(name);
      if (given === undefined || typeof given === 'string') return given;
      throw refused(`${name} is ${typeof given}; expected a string`);
    },
    instant(name) {
      const given = value(name);
      if (given === undefined) return undefined;
      const milliseconds = given instanceof Date ? given.getTime() : epochMs(given);
      if (Number.isFinite(milliseconds) && milliseconds > 0 && !Number.isNaN(new Date(milliseconds).getTime())) {
        return milliseconds;
      }
      throw refused(
        `${name} is no instant; expected a Date, an ISO 8601 string, or seconds or milliseconds since 1970`,
      );
    },
    lifetimeMs(name) {
      const given = value(name);
      if (given === undefined) return undefined;
      const seconds = isDecimal(given) ? Number(given) : Number.NaN;
      if (seconds > 0 && seconds <= LONGEST_LIFETIME_S) return seconds * 1000;
      throw refused(
        `${name} is ${typeof given === 'number' ? given : typeof given}; expected seconds, more than 0 and at most ten years`,
      );
    },
  };
}

function epochMs(given: unknown): number {
  if (isDecimal(given)) {
    const number = Number(given);
    return number < FIRST_MILLISECONDS ? number * 1000 : number;
  }
  // With its offset: a time of nowhere in particular would be taken for this machine's.
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s?(?:Z|[+-]\d{2}:?\d{2}))?$/;
  return typeof given === 'string' && iso.test(given) ? Date.parse(given) : Number.NaN;
}

/** A number, or the string that databases make of a large one. */
function isDecimal(given: unknown): given is number | string {
  return typeof given === 'number' || (typeof given === 'string' && /^\d+(\.\d+)?$/.test(given));
}

function refused(problem: string, code = 'invalid_tokens'): Error {
  return validationError(`The import was refused: ${problem}`, { code, operation: 'token.import' });
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString();
}
