import type { RetryRule } from '@tt/resilience';
import type { AnswerShape } from './decode-answer.js';

/** One request to TikTok. */
export interface TikTokRequest {
  /** What is being done, for logs and errors: `token.refresh`, `user.info`. Bounded in number, so never an id. */
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  /** Names between slashes, the last slash included, as TikTok's paths are: `/v2/user/info/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  /** Sent as `application/x-www-form-urlencoded`, the one form the OAuth endpoints take. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as `Authorization: Bearer`. */
  readonly accessToken?: string | undefined;
  /** How the answer is built. */
  readonly shape: AnswerShape;
  /**
   * Whether a failed send may be repeated. Default: `ifRepeatable` for GET, `ifUnsent` for POST, whose effect may be
   * single-use (D7).
   */
  readonly retryIf?: RetryRule | undefined;
  /**
   * Is awaited just before each send, when all waiting is over: for what must still hold at that very moment, such as a
   * lease. Its signal aborts when the call ends.
   * Its rejection ends the call as it is: it is not retried, and the breaker does not count it.
   */
  readonly beforeSend?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Whose share of the policy's rate limit this takes, where that has several. */
  readonly rateLimitKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}
