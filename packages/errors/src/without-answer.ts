import type { CallContext } from './from-answer.js';
import { networkCode } from './network-codes.js';
import { OWN_HINTS } from './own-hints.js';
import { type InOwnWords, OWN_WORDS } from './own-words.js';
import { redactText } from './redact-text.js';
import { TikTokError, type TikTokErrorOptions } from './tiktok-error.js';
import { TikTokErrorType } from './tiktok-error-type.js';

/**
 * The error for a request that ended without an answer. Its `code` is the system's (`ECONNRESET`), looked for along the
 * chain of causes, since `fetch` hides it under a bare "fetch failed".
 *
 * @param context.sent Whether a byte of the request may have reached TikTok. Default: what the code tells; true where it
 *   tells nothing.
 */
export function networkError(cause: unknown, context: CallContext & { readonly sent?: boolean } = {}): TikTokError {
  const { code, connecting } = systemFailure(cause);
  const known = networkCode(code);
  const { sent = connecting ? false : (known?.sent ?? true), ...rest } = context;
  return new TikTokError(
    `${sent ? 'The connection to TikTok ended before an answer came' : 'TikTok could not be reached'}${code === undefined ? '' : ` (${code})`}`,
    {
      ...rest,
      type: TikTokErrorType.NETWORK_ERROR,
      code,
      retryable: known?.retryable,
      hint: known?.hint,
      outcomeUnknown: sent,
      cause,
    },
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
  const limit = redactText(what);
  return new TikTokError(`No answer within the ${limit} of ${limitMs} ms`, {
    hint: OWN_HINTS.timeout,
    ...rest,
    type: TikTokErrorType.TIMEOUT_ERROR,
    code: `${limit.replaceAll(' ', '_')}_exceeded`,
    outcomeUnknown: sent,
  });
}

/**
 * The error of an open circuit breaker: nothing was sent.
 *
 * @param retryAfterMs Until the breaker lets a trial through, in milliseconds.
 */
export function circuitOpenError(retryAfterMs: number, context: CallContext = {}): TikTokError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  // Every field by its name: spreading the context would cost a tenth of the whole error.
  const options: TikTokErrorOptions & InOwnWords = {
    type: TikTokErrorType.CIRCUIT_OPEN,
    code: 'circuit_open',
    correlationId: context.correlationId,
    operation: context.operation,
    statusCode: context.statusCode,
    logId: context.logId,
    retryAfterMs,
    resolveUserMessage: context.resolveUserMessage,
    hint: OWN_HINTS.circuitOpen,
    cause: context.cause,
    [OWN_WORDS]: true,
  };
  return new TikTokError(`Circuit breaker is OPEN: too many failures in a row, next trial in ${seconds} s`, options);
}

/** What a {@link storeError} may say beyond its context. */
export interface StoreErrorContext extends CallContext {
  /** What happened, for example `unreachable` or `closed`. */
  readonly code?: string | undefined;
  readonly hint?: string | undefined;
  /** Whether the same call can succeed soon with nothing changed. Default: true. */
  readonly retryable?: boolean | undefined;
  /** Whether the store may have done what it was asked, though no answer says so. Default: false. */
  readonly outcomeUnknown?: boolean | undefined;
}

/** The error of a token store that could not be asked, or could not do what it was asked. */
export function storeError(message: string, context: StoreErrorContext = {}): TikTokError {
  return new TikTokError(message, { ...context, type: TikTokErrorType.TOKEN_STORE_ERROR });
}

/** The error for input refused by our own checks, before anything was sent. */
export function validationError(
  message: string,
  context: CallContext & { readonly code?: string; readonly hint?: string; readonly userMessage?: string } = {},
): TikTokError {
  return new TikTokError(message, { ...context, type: TikTokErrorType.VALIDATION_ERROR });
}

/** What the system says of a failure. */
interface SystemFailure {
  readonly code: string | undefined;
  /** Whether it failed while the name was looked up or the connection made, before anything was sent. */
  readonly connecting: boolean;
}

/** Causes nest a few deep; a circle of them must not be followed for ever. */
const DEEPEST = 5;

function systemFailure(error: unknown): SystemFailure {
  let current = error;
  for (let depth = 0; depth < DEEPEST && typeof current === 'object' && current !== null; depth++) {
    const code = fieldOf(current, 'code');
    if (typeof code === 'string') {
      const call = fieldOf(current, 'syscall');
      return { code, connecting: call === 'connect' || call === 'getaddrinfo' };
    }
    current = fieldOf(current, 'cause');
  }
  return { code: undefined, connecting: false };
}

/** Anything can be thrown, with getters that throw in it. */
function fieldOf(value: object, name: string): unknown {
  try {
    return Reflect.get(value, name);
  } catch {
    return undefined;
  }
}
