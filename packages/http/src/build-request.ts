import { type CallContext, validationError } from '@tt/errors';
import manifest from '../package.json' with { type: 'json' };
import type { TikTokRequest } from './tiktok-request.js';
import type { TransportRequest } from './transport.js';

export interface BuildContext {
  /** What comes before every path: the base URL's own path, without a slash at its end. */
  readonly basePath: string;
  readonly maxResponseBytes: number;
  readonly correlationId: string;
  /** The header that tells TikTok the correlation id. */
  readonly correlationIdHeader: string | undefined;
}

const ALWAYS: readonly string[] = [
  'accept',
  'application/json',
  // Not every gateway that packs answers asks whether they can be unpacked.
  'accept-encoding',
  'identity',
  'user-agent',
  `tt-http/${manifest.version}`,
];

/**
 * A request as a transport takes it.
 *
 * @throws TikTokError `VALIDATION_ERROR` for what could take credentials elsewhere, or could not be sent.
 */
export function buildRequest(request: TikTokRequest, context: BuildContext): TransportRequest {
  const { method, query, form, json, accessToken } = request;
  const { maxResponseBytes, correlationId, correlationIdHeader } = context;
  const refuse = (code: string, message: string, also: CallContext = {}): Error =>
    validationError(message, { ...also, operation: request.operation, correlationId, code });

  // Nothing else: a path like `//host/` or `/../` would take the credentials elsewhere.
  if (!/^(?:\/[A-Za-z0-9_-]+)+\/$/.test(request.path)) {
    const got = JSON.stringify(request.path);
    throw refuse('malformed_path', `path is ${got}; expected names between slashes, such as /v2/user/info/`);
  }
  // A header with a line break or a control character in it would be refused by Node with the value in its message.
  if (accessToken !== undefined && !/^[\x21-\x7e]+$/.test(accessToken)) {
    const message = 'The access token is empty or has spaces or unprintable characters in it';
    throw refuse('malformed_access_token', message);
  }
  if (form !== undefined && json !== undefined)
    throw refuse('two_bodies', 'form and json are both there; expected one');
  if (method === 'GET' && (form !== undefined || json !== undefined)) {
    throw refuse('body_in_get', 'A GET has a body; expected its parameters in query');
  }

  const path = context.basePath + request.path;
  const target = query === undefined ? path : `${path}?${new URLSearchParams(query).toString()}`;
  const headers = [...ALWAYS];
  if (correlationIdHeader !== undefined) headers.push(correlationIdHeader, correlationId);
  if (accessToken !== undefined) headers.push('authorization', `Bearer ${accessToken}`);
  if (form !== undefined) {
    headers.push('content-type', 'application/x-www-form-urlencoded');
    return { method, target, headers, maxResponseBytes, body: new URLSearchParams(form).toString() };
  }
  if (json !== undefined) {
    headers.push('content-type', 'application/json; charset=UTF-8');
    const body = asJson(json, (cause) => refuse('malformed_json', NOT_JSON, { cause }));
    return { method, target, headers, maxResponseBytes, body };
  }
  return { method, target, headers, maxResponseBytes, body: undefined };
}

const NOT_JSON = 'json cannot be written as JSON; expected no circles, functions or bigints';

function asJson(value: unknown, refusal: (cause?: unknown) => Error): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw refusal(cause);
  }
  if (text === undefined) throw refusal();
  return text;
}
