import { createCorrelationId } from './correlation-id.js';
import { redact, redactText } from './redact.js';
import { type Audience, TikTokErrorType, TYPE_TRAITS } from './tiktok-error-type.js';

/** Registered, so that an error made by one installed copy is known to another. */
const MARKER = Symbol.for('@tt/errors.TikTokError');

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** What a {@link TikTokError} is made of. Only `type` is required; its traits fill in the rest. */
export interface TikTokErrorOptions {
  readonly type: TikTokErrorType;
  /** TikTok's own word for it (`invalid_grant`), a system code (`ECONNRESET`), or one of ours (`state_mismatch`). */
  readonly code?: string | undefined;
  /** Joins the error with the log lines of the same request. Default: a new one. */
  readonly correlationId?: string | undefined;
  /** Safe to show to the person. Default: the type's. */
  readonly userMessage?: string | undefined;
  /** Whether the same call can succeed later with nothing changed. Default: the type's. */
  readonly retryable?: boolean | undefined;
  /** Who must act. Default: the type's. */
  readonly audience?: Audience | undefined;
  /** For the developer: what to check, in order. */
  readonly hint?: string | undefined;
  /** The HTTP status, where an answer came. */
  readonly statusCode?: number | undefined;
  /** TikTok's log id; its support asks for it. */
  readonly logId?: string | undefined;
  /** After how many milliseconds trying again makes sense. */
  readonly retryAfterMs?: number | undefined;
  /** What was being done, for example `token.refresh`. */
  readonly operation?: string | undefined;
  /** TikTok's page on the matter. */
  readonly docsUrl?: string | undefined;
  /** True where the request was sent and no answer came, so that its effect may have happened. Default: false. */
  readonly outcomeUnknown?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * The one error of this family of packages: what went wrong, whose move it is, and nothing secret.
 *
 * Log `message` with `correlationId` and `type`, show `userMessage`, branch on `type` and `retryable`.
 *
 * @example
 * ```ts
 * import { TikTokError, TikTokErrorType } from '@tt/errors';
 *
 * const error = new TikTokError('TikTok refused the refresh token', {
 *   type: TikTokErrorType.TOKEN_EXPIRED,
 *   code: 'invalid_grant',
 * });
 * console.log(error.userMessage, error.retryable);
 * ```
 */
export class TikTokError extends Error {
  readonly type: TikTokErrorType;
  declare readonly code?: string;
  readonly correlationId: string;
  readonly userMessage: string;
  readonly retryable: boolean;
  readonly audience: Audience;
  declare readonly hint?: string;
  declare readonly statusCode?: number;
  declare readonly logId?: string;
  declare readonly retryAfterMs?: number;
  declare readonly operation?: string;
  declare readonly docsUrl?: string;
  readonly outcomeUnknown: boolean;
  readonly timestamp: Date;

  static {
    Object.defineProperty(TikTokError.prototype, 'name', { value: 'TikTokError', configurable: true, writable: true });
    Object.defineProperty(TikTokError.prototype, MARKER, { value: true });
  }

  /**
   * Whether `value` is a TikTokError, of this copy of the package or of another.
   */
  static isInstance(value: unknown): value is TikTokError {
    return typeof value === 'object' && value !== null && Reflect.get(value, MARKER) === true;
  }

  /**
   * @param message The technical message, for logs. Secrets of a known shape in it are redacted.
   * @throws TypeError when `options.type` is none of {@link TikTokErrorType}.
   */
  constructor(message: string, options: TikTokErrorOptions) {
    super(redactText(message), 'cause' in options ? { cause: options.cause } : undefined);
    const traits = TYPE_TRAITS[options.type];
    if (traits === undefined) {
      throw new TypeError(
        `TikTokError: options.type is ${JSON.stringify(options.type)}; expected one of ${Object.keys(TikTokErrorType).join(', ')}`,
      );
    }
    this.type = options.type;
    this.correlationId = options.correlationId ?? createCorrelationId();
    this.userMessage = options.userMessage ?? traits.userMessage;
    this.retryable = options.retryable ?? traits.retryable;
    this.audience = options.audience ?? traits.audience;
    this.outcomeUnknown = options.outcomeUnknown ?? false;
    this.timestamp = new Date();
    if (options.code !== undefined) this.code = redactText(options.code);
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.statusCode !== undefined) this.statusCode = options.statusCode;
    if (options.logId !== undefined) this.logId = options.logId;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.operation !== undefined) this.operation = options.operation;
    if (options.docsUrl !== undefined) this.docsUrl = options.docsUrl;
  }

  /** A plain object for a log line: every field, the stack and the chain of causes, with secrets redacted. */
  toJSON(): Record<string, unknown> {
    return this.#redacted();
  }

  /** What `console.log` and `util.inspect` print: the stack, the fields and the causes, with secrets redacted. */
  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    const { name: _name, message: _message, stack, ...rest } = this.#redacted();
    return `${String(stack)} ${inspect(rest, options)}`;
  }

  #redacted(): Record<string, unknown> {
    return { name: this.name, message: this.message, ...(redact(this) as object) };
  }
}
