import type { ApiErrorCode, OAuthErrorCode } from '../documented-errors.js';

/** Any error that TikTok documents, by its code. */
export type EmulatorErrorCode = ApiErrorCode | OAuthErrorCode;

/**
 * How far a request gets before the fault strikes: it has arrived and nothing else (`'request'`, the default), or it has
 * taken effect (`'effect'`), so that the answer of something that did happen is lost.
 */
export type FaultPoint = 'request' | 'effect';

/** What goes wrong, with its details. Delays are milliseconds of real time; the emulator's clock does not move them. */
export type EmulatorFaultDetails =
  /** A documented error, in the shape of the operation. It strikes only operations that can give this error. */
  | {
      kind: 'error';
      code: EmulatorErrorCode;
      description?: string | undefined;
      /** 200, or 400 to 599. Default: the status TikTok documents; for OAuth, which has none, as `oauthErrorStatus` says. */
      status?: number | undefined;
      retryAfter?: RetryAfter | undefined;
      after?: FaultPoint | undefined;
    }
  /** A status from 400 to 599 with an empty body, as of a gateway. */
  | { kind: 'status'; status: number; retryAfter?: RetryAfter | undefined; after?: FaultPoint | undefined }
  /** 429 with `rate_limit_exceeded`, in the shape of the operation. */
  | { kind: 'rate_limit'; retryAfter?: RetryAfter | undefined; after?: FaultPoint | undefined }
  /** A gateway's page. Status 502 by default; 200, which captive portals like, or 400 to 599. */
  | { kind: 'html'; status?: number | undefined; after?: FaultPoint | undefined }
  /** The true answer, cut in the middle, sent as if it were whole. */
  | { kind: 'truncated_json' }
  /** The true answer under another content type, `text/html` by default. */
  | { kind: 'wrong_content_type'; contentType?: string | undefined }
  /** The true answer, after a wait. The request has taken effect before it. */
  | { kind: 'slow_headers'; delayMs: number }
  /** Headers and half of the true answer at once, the rest after a wait. */
  | { kind: 'slow_body'; delayMs: number }
  /** No answer ever, until the client gives up or the emulator closes. */
  | { kind: 'hang'; after?: FaultPoint | undefined }
  /** The connection is reset without an answer, or with half of one. */
  | { kind: 'reset'; after?: FaultPoint | 'half_answer' | undefined };

/** A header `Retry-After`: seconds, or a date. In JSON a date is ISO 8601 text. */
export type RetryAfter = number | Date | string;

/** A fault: with its details, or by a word where the details have defaults. */
export type EmulatorFault =
  | EmulatorFaultDetails
  | EmulatorErrorCode
  | 'rate_limit'
  | 'html'
  | 'truncated_json'
  | 'wrong_content_type'
  | 'hang'
  | 'reset';

/** A fault, read: nothing is optional any more. */
export type Fault =
  | {
      readonly kind: 'error';
      readonly code: EmulatorErrorCode;
      readonly description: string | undefined;
      readonly status: number | undefined;
      readonly retryAfter: string | undefined;
      readonly after: FaultPoint;
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter: string | undefined;
      readonly after: FaultPoint;
    }
  | { readonly kind: 'rate_limit'; readonly retryAfter: string | undefined; readonly after: FaultPoint }
  | { readonly kind: 'html'; readonly status: number; readonly after: FaultPoint }
  | { readonly kind: 'truncated_json' }
  | { readonly kind: 'wrong_content_type'; readonly contentType: string }
  | { readonly kind: 'slow_headers'; readonly delayMs: number }
  | { readonly kind: 'slow_body'; readonly delayMs: number }
  | { readonly kind: 'hang'; readonly after: FaultPoint }
  | { readonly kind: 'reset'; readonly after: FaultPoint | 'half_answer' };
