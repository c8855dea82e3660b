import type { CallContext } from './from-answer.js';
import { TikTokError } from './tiktok-error.js';
import { TikTokErrorType } from './tiktok-error-type.js';

/**
 * System codes of failures that happen before a byte of the request can have reached the other side: name lookup and
 * connecting, and the TLS handshake's certificate checks.
 */
const NEVER_SENT = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * The error for a request that ended without an answer. Its `code` is the system's (`ECONNRESET`), looked for along the
 * chain of causes, since `fetch` hides it under a bare "fetch failed".
 */
export function networkError(cause: unknown, context: CallContext & { readonly sent?: boolean } = {}): TikTokError {
  const code = systemCode(cause);
  const { sent = code === undefined || !NEVER_SENT.has(code), ...rest } = context;
  return new TikTokError(
    `${sent ? 'The connection to TikTok ended before an answer came' : 'TikTok could not be reached'}${code === undefined ? '' : ` (${code})`}`,
    { ...rest, type: TikTokErrorType.NETWORK_ERROR, code, outcomeUnknown: sent, cause },
  );
}

/**
 * The error for a call that took longer than allowed.
 *
 * @param what Which limit ran out, for example `attempt` or `deadline`.
 * @param limitMs The limit, in milliseconds.
 */
export function timeoutError(
  what: string,
  limitMs: number,
  context: CallContext & { readonly sent?: boolean } = {},
): TikTokError {
  const { sent = true, ...rest } = context;
  return new TikTokError(`No answer within the ${what} of ${limitMs} ms`, {
    ...rest,
    type: TikTokErrorType.TIMEOUT_ERROR,
    code: `${what.replace(' ', '_')}_exceeded`,
    outcomeUnknown: sent,
  });
}

/**
 * The error of an open circuit breaker: nothing was sent.
 *
 * @param retryAfterMs Until the breaker lets a trial through, in milliseconds.
 */
export function circuitOpenError(retryAfterMs: number, context: CallContext = {}): TikTokError {
  return new TikTokError(
    `Circuit breaker is OPEN: too many failures in a row, next trial in ${Math.ceil(retryAfterMs / 1000)} s`,
    {
      ...context,
      type: TikTokErrorType.CIRCUIT_OPEN,
      code: 'circuit_open',
      retryAfterMs,
      hint: 'Wait, or look at the failures that opened it; resetting it does not mend the service behind it.',
    },
  );
}

/** The error of a token store that could not be asked, or could not do what it was asked. */
export function storeError(message: string, context: CallContext & { readonly code?: string } = {}): TikTokError {
  return new TikTokError(message, { ...context, type: TikTokErrorType.TOKEN_STORE_ERROR });
}

/** The error for input refused by our own checks, before anything was sent. */
export function validationError(
  message: string,
  context: CallContext & { readonly code?: string; readonly hint?: string; readonly userMessage?: string } = {},
): TikTokError {
  return new TikTokError(message, { ...context, type: TikTokErrorType.VALIDATION_ERROR });
}

function systemCode(error: unknown): string | undefined {
  let current = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth++) {
    const code: unknown = Reflect.get(current, 'code');
    if (typeof code === 'string') return code;
    current = Reflect.get(current, 'cause');
  }
  return undefined;
}
