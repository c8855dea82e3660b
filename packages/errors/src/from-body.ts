import {
  type CallContext,
  errorFromApiFailure,
  errorFromOAuthFailure,
  errorFromUnreadableAnswer,
  type TikTokFailure,
} from './from-answer.js';
import type { TikTokError } from './tiktok-error.js';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The error in an answer of TikTok's, in either of its shapes and at any HTTP status; `undefined` where there is none.
 * For whoever has the parsed body and nothing of ours between.
 *
 * It knows the flat OAuth shape (`{ error, error_description, log_id }`), the API's envelope
 * (`{ data, error: { code, message, log_id } }`, or `logid`), and the envelope's fields without the envelope. A body that
 * is no object, and a failure that says nothing of itself, is an unreadable answer.
 *
 * @param body The answer as `JSON.parse` gives it; `undefined` or `''` for an empty one.
 *
 * @example
 * ```ts
 * import { errorFromBody } from '@tt/errors';
 *
 * const body: unknown = JSON.parse('{"error":"invalid_grant","error_description":"Code is expired.","log_id":"2026"}');
 * const error = errorFromBody(body, { operation: 'token.exchange', statusCode: 200 });
 * console.log(error?.type, error?.logId);
 * ```
 */
export function errorFromBody(body: unknown, context: CallContext = {}): TikTokError | undefined {
  const failed = context.statusCode !== undefined && (context.statusCode < 200 || context.statusCode > 299);
  if (body === undefined || body === '') {
    return failed ? errorFromUnreadableAnswer('the body is empty', context) : undefined;
  }
  const answer = asObject(body);
  if (answer === undefined) return errorFromUnreadableAnswer('the body is not a JSON object', context);
  const envelope = asObject(answer.error);
  const known = {
    ...context,
    logId: firstText(envelope?.log_id, envelope?.logid, answer.log_id, answer.logid) ?? context.logId,
  };

  if (typeof answer.error === 'string' && answer.error !== '') {
    return errorFromOAuthFailure(failure(answer.error, answer.error_description), known);
  }
  if (envelope !== undefined) {
    if (envelope.code === 'ok') return failed ? unexplained(known) : undefined;
    if (envelope.code !== undefined) return errorFromApiFailure(failure(envelope.code, envelope.message), known);
  }
  // A successful answer may have a field called `code` too.
  if (typeof answer.code === 'string' && (failed || typeof answer.message === 'string') && answer.code !== 'ok') {
    return errorFromApiFailure(failure(answer.code, answer.message), known);
  }
  return failed ? unexplained(known) : undefined;
}

function unexplained(context: CallContext): TikTokError {
  return errorFromUnreadableAnswer('a failure that says nothing of itself', context);
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function failure(code: unknown, description: unknown): TikTokFailure {
  return {
    code: typeof code === 'string' ? code : JSON.stringify(code),
    description: typeof description === 'string' ? description : undefined,
  };
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}
