import {
  type CallContext,
  errorFromApiFailure,
  errorFromOAuthFailure,
  errorFromUnreadableAnswer,
  REDACTED,
  type TikTokFailure,
} from '@tt/errors';
import { type JsonValue, parseLossless } from './lossless-json.js';
import { retryAfterMs } from './retry-after.js';
import type { TransportResponse } from './transport.js';

/** A decoded JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** TikTok's answer to a request that succeeded. */
export interface TikTokAnswer {
  /** The `data` of an API answer; the whole body of an OAuth answer. */
  readonly data: JsonObject;
  readonly statusCode: number;
  /** TikTok's log id; its support asks for it. */
  readonly logId: string | undefined;
}

/**
 * How a successful answer is built: `oauth` is flat, `api` has an envelope `{ data, error }`. A failure is recognised
 * in either shape, whatever was expected.
 */
export type AnswerShape = 'oauth' | 'api';

/**
 * Reads an answer by its body, since TikTok sends errors with any status, 200 included (D9).
 *
 * @throws TikTokError for every answer that is not a success.
 */
export function decodeAnswer(
  shape: AnswerShape,
  response: TransportResponse,
  call: CallContext & { readonly now: number; readonly secrets: readonly string[] },
): TikTokAnswer {
  const { statusCode } = response;
  const { now, secrets, ...rest } = call;
  const known = {
    ...rest,
    statusCode,
    logId: response.header('x-tt-logid'),
    retryAfterMs: retryAfterMs(response.header('retry-after'), now),
  };
  const body = readObject(response, known);
  const envelope = asObject(body.error);
  const logId = firstString(envelope?.log_id, envelope?.logid, body.log_id, body.logid, known.logId);
  const context = { ...known, logId };

  if (typeof body.error === 'string' && body.error !== '') {
    throw errorFromOAuthFailure(failure(body.error, body.error_description, secrets), context);
  }
  const code = envelope?.code;
  if (code !== undefined && code !== 'ok')
    throw errorFromApiFailure(failure(code, envelope?.message, secrets), context);

  if (statusCode < 200 || statusCode > 299) {
    // The error page's own example has the envelope's fields without the envelope.
    if (envelope === undefined && typeof body.code === 'string') {
      throw errorFromApiFailure(failure(body.code, body.message, secrets), context);
    }
    throw errorFromUnreadableAnswer('a failure that says nothing of itself', context);
  }
  if (shape === 'oauth') return { data: body, statusCode, logId };
  if (code === undefined) throw errorFromUnreadableAnswer('no `error.code` in the envelope', context);
  return { data: asObject(body.data) ?? {}, statusCode, logId };
}

function readObject({ body }: TransportResponse, context: CallContext): JsonObject {
  const success = context.statusCode !== undefined && context.statusCode >= 200 && context.statusCode <= 299;
  // A revocation that succeeded has an empty answer.
  if (body.byteLength === 0 && success) return {};
  if (body.byteLength === 0) throw errorFromUnreadableAnswer('the body is empty', context);
  let value: JsonValue;
  try {
    value = parseLossless(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    // The body itself may hold a token, so it stays out of the message.
    throw errorFromUnreadableAnswer(`the body is not JSON (${body.byteLength} bytes)`, {
      ...context,
      cause: cause instanceof RangeError ? cause : undefined,
    });
  }
  const object = asObject(value);
  if (object === undefined) throw errorFromUnreadableAnswer('the body is not a JSON object', context);
  return object;
}

function asObject(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function failure(code: JsonValue, description: JsonValue | undefined, secrets: readonly string[]): TikTokFailure {
  return {
    code: typeof code === 'string' ? code : JSON.stringify(code),
    description: typeof description === 'string' ? withoutSecrets(description, secrets) : undefined,
  };
}

/** Only what is long enough to be a secret: a code of `invalid` is no reason to hide a word. */
function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter(({ length }) => length >= 8).reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);
}

function firstString(...values: readonly (JsonValue | undefined)[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '');
}
