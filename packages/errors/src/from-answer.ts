import { catalogueEntry } from './catalogue.js';
import type { CatalogueEntry, CatalogueSource } from './catalogue-entry.js';
import { escapeControls } from './escape-controls.js';
import { OWN_HINTS } from './own-hints.js';
import { type InOwnWords, OWN_WORDS } from './own-words.js';
import { isPlainText } from './plain-text.js';
import { TikTokError, type TikTokErrorOptions } from './tiktok-error.js';
import { TikTokErrorType } from './tiktok-error-type.js';
import type { UserMessageResolver } from './user-messages.js';

/** What every error made from a call keeps of that call. */
export interface CallContext {
  /** What was being done, for example `token.refresh`. */
  readonly operation?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly statusCode?: number | undefined;
  readonly logId?: string | undefined;
  /** From a `Retry-After` header, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** Is asked first for the message to the person, by type and code. */
  readonly resolveUserMessage?: UserMessageResolver | undefined;
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
  const { message, options } = partsOf('oauth', failure, context);
  return new TikTokError(message, options);
}

/**
 * The error for an API v2 envelope `{ data, error: { code, message, log_id } }` whose code is not `ok`.
 *
 * @see https://developers.tiktok.com/doc/tiktok-api-v2-error-handling
 */
export function errorFromApiFailure(failure: TikTokFailure, context: CallContext = {}): TikTokError {
  const { message, options } = partsOf('api', failure, context);
  return new TikTokError(message, options);
}

/**
 * The error for the `fail_reason` of a post's status, or the `reason` of the webhook `post.publish.failed`.
 *
 * @see https://developers.tiktok.com/doc/content-posting-api-reference-get-video-status
 */
export function errorFromFailReason(reason: string, context: CallContext = {}): TikTokError {
  const entry = catalogueEntry('publish', reason);
  const code = safe(reason);
  return new TikTokError(`The post failed: ${code}`, optionsOf({ entry, code }, context));
}

/**
 * The error for a chunk that the upload host refused. Its code is `upload_` and the status, `upload_5xx` for every 5xx.
 *
 * @see https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide
 */
export function errorFromUploadStatus(statusCode: number, context: CallContext = {}): TikTokError {
  const code = statusCode >= 500 && statusCode <= 599 ? 'upload_5xx' : `upload_${statusCode}`;
  const entry = catalogueEntry('upload', code);
  const message = `The upload host refused the chunk (HTTP ${statusCode})`;
  const unknown = statusCode === 429 ? TikTokErrorType.RATE_LIMIT_ERROR : TikTokErrorType.UPLOAD_ERROR;
  return new TikTokError(message, optionsOf({ entry, code, unknown }, { ...context, statusCode }));
}

/** The error for an answer that is not TikTok's JSON: a gateway's HTML, a body cut short, an empty one. */
export function errorFromUnreadableAnswer(what: string, context: CallContext = {}): TikTokError {
  return new TikTokError(`TikTok's answer could not be read: ${safe(what)}${statusOf(context)}`, {
    hint: OWN_HINTS.unreadableAnswer,
    ...context,
    type: context.statusCode === 429 ? TikTokErrorType.RATE_LIMIT_ERROR : TikTokErrorType.SERVER_ERROR,
    code: 'unreadable_answer',
  });
}

/** A failure with what stood beside it in the answer. */
export interface KnownFailure extends TikTokFailure {
  /** Default: the context's. */
  readonly logId?: string | undefined;
}

/** What an error is made of. Whoever makes it does so himself: each function in between is a line of its stack. */
interface Parts {
  readonly message: string;
  readonly options: TikTokErrorOptions;
}

/** For a failure that stood in an answer of that kind. */
export function partsOf(source: CatalogueSource, failure: KnownFailure, context: CallContext): Parts {
  const { description, logId } = failure;
  const entry = catalogueEntry(source, failure.code);
  const code = entry?.code ?? safe(failure.code);
  const plain = description === undefined || (description.length <= LONGEST && isPlainText(description));
  const said =
    description === undefined || description === '' ? code : `${code}: ${plain ? description : safe(description)}`;
  const message = `TikTok answered ${said}${statusOf(context)}`;
  // No code of the table ends in a secret's name (its test says so): what could be found is in what TikTok added.
  const inOwnWords = entry !== undefined && plain;
  return { message, options: optionsOf({ entry, code, inOwnWords, logId }, context) };
}

interface Failure {
  readonly entry: CatalogueEntry | undefined;
  readonly code: string;
  /** The type where there is no entry. Default: what the status tells. */
  readonly unknown?: TikTokErrorType;
  /** Whether there is certainly no secret in the message. Default: false. */
  readonly inOwnWords?: boolean;
  readonly logId?: string | undefined;
}

/** Every field by its name: spreading the context would cost a quarter of the whole error. */
function optionsOf(
  { entry, code, unknown, inOwnWords = false, logId }: Failure,
  context: CallContext,
): TikTokErrorOptions & InOwnWords {
  return {
    type: entry?.type ?? unknown ?? typeByStatus(context.statusCode),
    code,
    correlationId: context.correlationId,
    operation: context.operation,
    statusCode: context.statusCode,
    logId: logId ?? context.logId,
    retryable: entry?.retryable,
    retryAfterMs: context.retryAfterMs ?? entry?.windowMs,
    audience: entry?.audience,
    userMessage: entry?.userMessage,
    resolveUserMessage: context.resolveUserMessage,
    hint: entry?.hint,
    docsUrl: entry?.docsUrl,
    cause: context.cause,
    [OWN_WORDS]: inOwnWords,
  };
}

/** A code nobody has documented yet: the status is the best witness left. */
function typeByStatus(statusCode: number | undefined): TikTokErrorType {
  if (statusCode === 429) return TikTokErrorType.RATE_LIMIT_ERROR;
  if (statusCode !== undefined && statusCode >= 500) return TikTokErrorType.SERVER_ERROR;
  return TikTokErrorType.API_ERROR;
}

/** Longer words of the other side's would fill a log; line breaks and escape sequences would forge it. */
const LONGEST = 1_000;

function safe(text: string): string {
  return escapeControls(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

function statusOf({ statusCode }: CallContext): string {
  return statusCode === undefined ? '' : ` (HTTP ${statusCode})`;
}
