import { storeError } from '@tt/errors';

/** Why an account must sign in again (D4). */
export interface SignInNeeded {
  /**
   * `refused`: TikTok said no to the refresh token. `answer_lost`: it did so after an earlier send of the same token
   * went unanswered, which may have rotated it. `open_id_changed`: the refresh brought another person's tokens, which
   * were not kept.
   */
  readonly reason: 'refused' | 'answer_lost' | 'open_id_changed';
  /** When it was found out, in epoch milliseconds. */
  readonly at: number;
  /** TikTok's log id of the refusal. */
  readonly logId?: string;
}

/** What is kept of an account. Everything in it is a secret but the times. */
export interface TokenRecord {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly tokenType: string;
  /** TikTok's id of the person, for this app. */
  readonly openId: string;
  /** The granted scopes, separated by commas. */
  readonly scope: string;
  /** When the request that brought this pair was sent, in epoch milliseconds. */
  readonly obtainedAt: number;
  /** Epoch milliseconds. */
  readonly accessTokenExpiresAt: number;
  /** Epoch milliseconds; `null` where TikTok did not say. */
  readonly refreshTokenExpiresAt: number | null;
  /**
   * When a request with this refresh token went unanswered, which may have spent it, in epoch milliseconds (D3). Absent
   * where that never happened.
   */
  readonly unansweredAt?: number;
  /** Present once TikTok has confirmed that the refresh token is no good. */
  readonly signInNeeded?: SignInNeeded;
}

/** Of the text that a record becomes. A later one is refused rather than misread. */
const FORMAT = 1;

/** A record as text, for stores that keep text. */
export function encodeTokenRecord(record: TokenRecord): string {
  return JSON.stringify({ format: FORMAT, ...record });
}

/**
 * The record that {@link encodeTokenRecord} wrote.
 *
 * @throws TikTokError `TOKEN_STORE_ERROR` with code `malformed_record` when `text` is no such record.
 */
export function decodeTokenRecord(text: string): TokenRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the text, and with it a token.
  }
  if (isEncodedRecord(value)) {
    const { format: _format, ...record } = value;
    return record;
  }
  throw storeError('The stored record is not one of ours, or of a later version', {
    code: 'malformed_record',
    operation: 'store.decode',
    retryable: false,
  });
}

function isEncodedRecord(value: unknown): value is TokenRecord & { readonly format: typeof FORMAT } {
  if (typeof value !== 'object' || value === null) return false;
  const texts = ['accessToken', 'refreshToken', 'tokenType', 'openId', 'scope'];
  const instants = ['obtainedAt', 'accessTokenExpiresAt'];
  const refreshTokenExpiresAt: unknown = Reflect.get(value, 'refreshTokenExpiresAt');
  const unansweredAt: unknown = Reflect.get(value, 'unansweredAt');
  return (
    Reflect.get(value, 'format') === FORMAT &&
    isSignInNeeded(Reflect.get(value, 'signInNeeded')) &&
    texts.every((name) => typeof Reflect.get(value, name) === 'string') &&
    instants.every((name) => Number.isFinite(Reflect.get(value, name))) &&
    (refreshTokenExpiresAt === null || Number.isFinite(refreshTokenExpiresAt)) &&
    (unansweredAt === undefined || Number.isFinite(unansweredAt))
  );
}

function isSignInNeeded(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const reason: unknown = Reflect.get(value, 'reason');
  const logId: unknown = Reflect.get(value, 'logId');
  const at = new Date(Number(Reflect.get(value, 'at') ?? Number.NaN));
  return (
    (reason === 'refused' || reason === 'answer_lost' || reason === 'open_id_changed') &&
    !Number.isNaN(at.getTime()) &&
    (logId === undefined || typeof logId === 'string')
  );
}
