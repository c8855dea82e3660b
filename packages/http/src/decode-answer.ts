import { type CallContext, errorFromBody, errorFromUnreadableAnswer, type TikTokError } from '@tt/errors';
import { type JsonValue, parseLossless } from './lossless-json.js';
import { withoutSecrets } from './quoted-secrets.js';
import { retryAfterMs } from './retry-after.js';
import { statusOrNone, type TransportResponse } from './transport.js';

/** A decoded JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** TikTok's answer to a request that succeeded. */
export interface TikTokAnswer<Data = JsonObject> {
  /** The `data` of an API answer; the whole body of an OAuth answer. */
  readonly data: Data;
  readonly statusCode: number;
  /** TikTok's log id; its support asks for it. */
  readonly logId: string | undefined;
}

/**
 * How a successful answer is built: `oauth` is flat, `api` has an envelope `{ data, error }`. A failure is recognised
 * in either shape, whatever was expected.
 */
export type AnswerShape = 'oauth' | 'api';

/** What is known of the call whose answer is decoded. */
export interface DecodeContext {
  readonly operation: string;
  readonly correlationId: string;
  /** The clock, in epoch milliseconds. */
  readonly now: () => number;
  /** What must not come back in an error. Asked only where there is one. */
  readonly secrets: () => readonly string[];
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads an answer by its body, since TikTok sends errors with any status, 200 included (D9).
 *
 * @throws TikTokError for every answer that is not a success.
 */
export function decodeAnswer(shape: AnswerShape, response: TransportResponse, call: DecodeContext): TikTokAnswer {
  const { operation, correlationId } = call;
  const { statusCode } = response;
  if (statusOrNone(statusCode) === undefined) {
    throw errorFromUnreadableAnswer('its status is none of HTTP', { operation, correlationId });
  }
  const context: CallContext = {
    operation,
    correlationId,
    statusCode,
    logId: logIdOf(response),
    retryAfterMs: waitAskedFor(response, call.now),
  };
  const body = readObject(response, context);
  const error = errorFromBody(body, context);
  if (error !== undefined) throw quotingNothing(error, { body, context, secrets: call.secrets() });
  // A revocation that succeeded has an empty answer.
  const { error: outcome, data, log_id = null, logid = null } = body ?? {};
  const envelope = asObject(outcome);
  const logId = [envelope?.log_id, envelope?.logid, log_id, logid].find(isText) ?? context.logId;
  if (shape === 'api') {
    if (envelope?.code !== 'ok') throw errorFromUnreadableAnswer('no `error.code` in the envelope', context);
    return { data: asObject(data) ?? {}, statusCode, logId };
  }
  if (!saysNothing(outcome) && envelope?.code !== 'ok') {
    throw errorFromUnreadableAnswer('its `error` is of no known shape', { ...context, logId });
  }
  return { data: body ?? {}, statusCode, logId };
}

/** `undefined` where the body is empty. */
function readObject({ body }: TransportResponse, context: CallContext): JsonObject | undefined {
  if (body.byteLength === 0) return undefined;
  let value: JsonValue;
  try {
    value = parseLossless(UTF8.decode(body));
  } catch (cause) {
    // The body itself may hold a token, so it stays out of the message, and so does what the parser says of it.
    const why = cause instanceof RangeError ? cause.message : 'not JSON';
    throw errorFromUnreadableAnswer(`the body is ${why} (${body.byteLength} bytes)`, context);
  }
  const object = asObject(value);
  if (object === undefined) throw errorFromUnreadableAnswer('the body is not a JSON object', context);
  return object;
}

/** Built a second time where TikTok quoted a secret; that is rare, and failing is no hot path. */
function quotingNothing(
  error: TikTokError,
  said: { readonly body: JsonObject | undefined; readonly context: CallContext; readonly secrets: readonly string[] },
): TikTokError {
  if (said.body === undefined || said.secrets.length === 0) return error;
  return errorFromBody(withoutSecrets(said.body, said.secrets), said.context) ?? error;
}

function waitAskedFor(response: TransportResponse, now: () => number): number | undefined {
  const header = response.header('retry-after');
  return header === undefined ? undefined : retryAfterMs(header, { date: response.header('date'), now: now() });
}

/** A log id is short. Whatever else stands in that header is not taken for one. */
function logIdOf(response: TransportResponse): string | undefined {
  const header = response.header('x-tt-logid');
  return header !== undefined && /^[\x21-\x7e]{1,128}$/.test(header) ? header : undefined;
}

function saysNothing(error: JsonValue | undefined): boolean {
  return error === undefined || error === null || error === '';
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
