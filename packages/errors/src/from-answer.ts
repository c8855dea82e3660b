import { API_CODES, type CatalogueEntry, OAUTH_CODES } from './catalogue.js';
import { TikTokError } from './tiktok-error.js';
import { TikTokErrorType } from './tiktok-error-type.js';

/** What every error made from a call keeps of that call. */
export interface CallContext {
  /** What was being done, for example `token.refresh`. */
  readonly operation?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly statusCode?: number | undefined;
  readonly logId?: string | undefined;
  /** From a `Retry-After` header, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** TikTok's own word and sentence for a failure, out of either of its two error shapes. */
export interface TikTokFailure {
  readonly code: string;
  readonly description?: string | undefined;
}

/**
 * The error for a flat OAuth answer `{ error, error_description, log_id }`, at any HTTP status (TikTok sends some with
 * 200), or for the `error` of a callback.
 *
 * @see https://developers.tiktok.com/doc/oauth-error-handling
 */
export function errorFromOAuthFailure(failure: TikTokFailure, context: CallContext = {}): TikTokError {
  return fromCatalogue(OAUTH_CODES, failure, context);
}

/**
 * The error for an API v2 envelope `{ data, error: { code, message, log_id } }` whose code is not `ok`.
 *
 * @see https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
 */
export function errorFromApiFailure(failure: TikTokFailure, context: CallContext = {}): TikTokError {
  return fromCatalogue(API_CODES, failure, context);
}

/** The error for an answer that is not TikTok's JSON: a gateway's HTML, a body cut short, an empty one. */
export function errorFromUnreadableAnswer(what: string, context: CallContext = {}): TikTokError {
  return new TikTokError(`TikTok's answer could not be read: ${what}${statusOf(context)}`, {
    ...context,
    type: context.statusCode === 429 ? TikTokErrorType.RATE_LIMIT_ERROR : TikTokErrorType.SERVER_ERROR,
    code: 'unreadable_answer',
  });
}

function fromCatalogue(
  codes: Readonly<Record<string, CatalogueEntry>>,
  failure: TikTokFailure,
  context: CallContext,
): TikTokError {
  const entry = Object.hasOwn(codes, failure.code) ? codes[failure.code] : undefined;
  return new TikTokError(`TikTok answered ${describe(failure)}${statusOf(context)}`, {
    ...context,
    type: entry?.type ?? typeByStatus(context.statusCode),
    code: failure.code,
    retryable: entry?.retryable,
    audience: entry?.audience,
    userMessage: entry?.userMessage,
    hint: entry?.hint,
    docsUrl: entry?.docsUrl,
    retryAfterMs: context.retryAfterMs ?? entry?.windowMs,
  });
}

/** A code nobody has documented yet: the status is the best witness left. */
function typeByStatus(statusCode: number | undefined): TikTokErrorType {
  if (statusCode === 429) return TikTokErrorType.RATE_LIMIT_ERROR;
  if (statusCode !== undefined && statusCode >= 500) return TikTokErrorType.SERVER_ERROR;
  return TikTokErrorType.API_ERROR;
}

function describe({ code, description }: TikTokFailure): string {
  return description === undefined || description === '' ? code : `${code}: ${description}`;
}

function statusOf({ statusCode }: CallContext): string {
  return statusCode === undefined ? '' : ` (HTTP ${statusCode})`;
}
