import type { ApiErrorCode, OAuthErrorCode } from './documented-errors.js';
import type { Html } from './html.js';

/** What goes back over the wire, and what the request log and the in-process helpers may know of it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly note?: AnswerNote;
}

/** Never sent. */
export type AnswerNote =
  | { readonly kind: 'error'; readonly code: string }
  | { readonly kind: 'refused_parameter'; readonly parameter: string; readonly reason: string }
  | { readonly kind: 'consent_asked'; readonly requestId: string; readonly scopes: readonly string[] };

export function jsonAnswer(status: number, body: unknown, note?: AnswerNote): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
    ...(note && { note }),
  };
}

/** The flat error of the OAuth endpoints. TikTok documents no rate limit for them, so that code is a guess of ours. */
export function flatError(
  status: number,
  error: { code: OAuthErrorCode | 'rate_limit_exceeded'; description: string; logId: string },
): Answer {
  const body = { error: error.code, error_description: error.description, log_id: error.logId };
  return jsonAnswer(status, body, { kind: 'error', code: error.code });
}

/** Success of an API v2 endpoint: it carries an `error` too, with the code `ok`. */
export function envelope(data: unknown, logId: string): Answer {
  return jsonAnswer(200, { data, error: { code: 'ok', message: '', log_id: logId } });
}

/** The enveloped error of the API v2 endpoints; the last two codes are ours, for what TikTok's API does not have. */
export function envelopeError(
  status: number,
  error: { code: ApiErrorCode | 'not_found' | 'link_expired'; message: string; logId: string },
): Answer {
  const body = { data: {}, error: { code: error.code, message: error.message, log_id: error.logId } };
  return jsonAnswer(status, body, { kind: 'error', code: error.code });
}

export function htmlAnswer(
  status: number,
  page: { body: Html; contentSecurityPolicy: string },
  note?: AnswerNote,
): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': page.contentSecurityPolicy,
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    },
    body: page.body.toString(),
    ...(note && { note }),
  };
}

/** Sends the browser back to the app; 303, so that a POST is followed by a GET. */
export function redirectAnswer(location: string): Answer {
  return {
    status: 303,
    headers: { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
    body: '',
  };
}
