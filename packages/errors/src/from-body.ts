import { type CallContext, errorFromUnreadableAnswer, type KnownFailure, partsOf } from './from-answer.js';
import { TikTokError } from './tiktok-error.js';

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
  const logId = logIdIn(envelope) ?? logIdIn(answer);

  if (typeof answer.error === 'string' && answer.error !== '') {
    const { message, options } = partsOf('oauth', failure(answer.error, answer.error_description, logId), context);
    return new TikTokError(message, options);
  }
  if (envelope !== undefined) {
    if (envelope.code === 'ok') return failed ? unexplained(context, logId) : undefined;
    if (envelope.code !== undefined) {
      const { message, options } = partsOf('api', failure(envelope.code, envelope.message, logId), context);
      return new TikTokError(message, options);
    }
  }
  // A successful answer may have a field called `code` too.
  if (typeof answer.code === 'string' && (failed || typeof answer.message === 'string') && answer.code !== 'ok') {
    const { message, options } = partsOf('api', failure(answer.code, answer.message, logId), context);
    return new TikTokError(message, options);
  }
  return failed ? unexplained(context, logId) : undefined;
}

function unexplained(context: CallContext, logId: string | undefined): TikTokError {
  const known = { ...context, logId: logId ?? context.logId };
  return errorFromUnreadableAnswer('a failure that says nothing of itself', known);
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function failure(code: unknown, description: unknown, logId: string | undefined): KnownFailure {
  return {
    logId,
    code: typeof code === 'string' ? code : JSON.stringify(code),
    description: typeof description === 'string' ? description : undefined,
  };
}

/** TikTok spells it in two ways. */
function logIdIn(part: JsonObject | undefined): string | undefined {
  return part === undefined ? undefined : (filled(part.log_id) ?? filled(part.logid));
}

function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
