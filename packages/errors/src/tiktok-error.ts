import { ambientCorrelationId, createCorrelationId, isCorrelationId } from './correlation-id.js';
import { httpStatus, instant, milliseconds, oneOf, ownText, resolver, text, wrong, yesOrNo } from './error-options.js';
import { escapeControls } from './escape-controls.js';
import { INSPECT, isMarked, MARKER, RAW_CAUSE, rawCause, replaceRawCause } from './marker.js';
import { isInOwnWords } from './own-words.js';
import { redactText } from './redact-text.js';
import { SafeCopy } from './safe-copy.js';
import { AUDIENCES, type Audience, type ErrorTraits, type TikTokErrorType, TYPE_TRAITS } from './tiktok-error-type.js';
import { resolved, type UserMessageResolver } from './user-messages.js';

/** What a {@link TikTokError} is made of. Only `type` is required; its traits fill in the rest. */
export interface TikTokErrorOptions {
  readonly type: TikTokErrorType;
  /** TikTok's own word for it (`invalid_grant`), a system code (`ECONNRESET`), or one of ours (`state_mismatch`). */
  readonly code?: string | undefined;
  /**
   * Joins the error with the log lines of the same request. Default, and in the place of one that is not allowed: that
   * of the surrounding `withCorrelationId` of `@tt/logger`, else a new one.
   */
  readonly correlationId?: string | undefined;
  /** Safe to show to the person. Default: the type's. */
  readonly userMessage?: string | undefined;
  /** Is asked first for `userMessage`, by type and code. Default: none. */
  readonly resolveUserMessage?: UserMessageResolver | undefined;
  /** Whether the same call can succeed soon with nothing changed. Default: the type's. */
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
  /** When it happened. Default: now. */
  readonly timestamp?: Date | undefined;
  readonly cause?: unknown;
}

const TRAITS: ReadonlyMap<unknown, ErrorTraits> = new Map(Object.entries(TYPE_TRAITS));

/** The `cause` of an error that has one which is not ours. Shared: a function for each error would cost more than the rest of it. */
const CAUSE: PropertyDescriptor = {
  configurable: true,
  get(this: object) {
    return withoutSecrets(rawCause(this));
  },
  set(this: object, cause: unknown) {
    replaceRawCause(this, cause);
  },
};

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
  declare readonly type: TikTokErrorType;
  declare readonly code?: string;
  declare readonly correlationId: string;
  declare readonly operation?: string;
  declare readonly statusCode?: number;
  declare readonly logId?: string;
  declare readonly retryable: boolean;
  declare readonly retryAfterMs?: number;
  declare readonly audience: Audience;
  declare readonly userMessage: string;
  declare readonly hint?: string;
  declare readonly docsUrl?: string;
  declare readonly outcomeUnknown: boolean;
  declare readonly timestamp: Date;

  /**
   * What it was made for or from. Whatever reads it, a printer that knows nothing of us included, gets it without
   * secrets: the very object where none was found in it, else a redacted copy of the same class.
   */
  declare readonly cause?: unknown;

  #cause: unknown;

  /**
   * Whether `value` is a TikTokError, of this copy of the package or of another.
   */
  static isInstance(value: unknown): value is TikTokError {
    return isMarked(value);
  }

  /**
   * @param message The technical message, for logs. Secrets of a known shape in it, and in every other text, are
   *   redacted.
   * @throws TypeError naming the option that is wrong, what it got and what it takes.
   */
  constructor(message: string, options: TikTokErrorOptions) {
    super(shownMessage(message, options));
    if (typeof options !== 'object' || options === null) wrong('options', options, 'an object with at least a type');
    const { type } = options;
    const traits = TRAITS.get(type) ?? wrong('options.type', type, `one of ${[...TRAITS.keys()].join(', ')}`);
    const { code, correlationId, operation, statusCode, logId, retryAfterMs, userMessage, hint, docsUrl } = options;
    const resolve = resolver('resolveUserMessage', options.resolveUserMessage);
    const translated = resolve && resolved(resolve, { type, code });
    const sentence = isInOwnWords(options) ? ownText : text;

    // In the order in which a reader of a printed error wants them.
    this.type = type;
    if (code !== undefined) this.code = text('code', code);
    this.correlationId = isCorrelationId(correlationId)
      ? correlationId
      : (ambientCorrelationId() ?? createCorrelationId());
    if (operation !== undefined) this.operation = text('operation', operation);
    if (statusCode !== undefined) this.statusCode = httpStatus('statusCode', statusCode);
    if (logId !== undefined) this.logId = text('logId', logId);
    this.retryable = yesOrNo('retryable', options.retryable) ?? traits.retryable;
    if (retryAfterMs !== undefined) this.retryAfterMs = milliseconds('retryAfterMs', retryAfterMs);
    this.audience = oneOf('audience', options.audience, AUDIENCES) ?? traits.audience;
    if (translated !== undefined) this.userMessage = text('userMessage', translated);
    else this.userMessage = userMessage === undefined ? traits.userMessage : sentence('userMessage', userMessage);
    if (hint !== undefined) this.hint = sentence('hint', hint);
    if (docsUrl !== undefined) this.docsUrl = sentence('docsUrl', docsUrl);
    this.outcomeUnknown = yesOrNo('outcomeUnknown', options.outcomeUnknown) ?? false;
    this.timestamp = options.timestamp === undefined ? new Date() : instant('timestamp', options.timestamp);
    if (isMarked(options.cause)) {
      // One of ours is clean already; as an ordinary property it is also seen by what asks no getters.
      Object.defineProperty(this, 'cause', { value: options.cause, configurable: true, writable: true });
    } else if (options.cause !== undefined) {
      this.#cause = options.cause;
      Object.defineProperty(this, 'cause', CAUSE);
    }
  }

  /**
   * The message for the person as `resolver` gives it for this type and code, for example in the language of the
   * request; `userMessage` where it gives none.
   */
  translate(resolver: UserMessageResolver): string {
    return resolved(resolver, { type: this.type, code: this.code }) ?? this.userMessage;
  }

  /** A plain object for a log line: every field, the stack and the chain of causes, with secrets redacted. */
  toJSON(): Record<string, unknown> {
    return new SafeCopy({ keepErrors: false, callToJSON: true }).plainError(this);
  }

  /** What `console.log` and `util.inspect` print: the stack, the fields and the causes, with secrets redacted. */
  [INSPECT](depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    if (depth < 0) return `[${this.name}: ${escapeControls(redactText(this.message))}]`;
    const shown = new SafeCopy({ keepErrors: true, callToJSON: true }).keptError(this);
    return inspect(shown, { ...options, depth });
  }

  /** A method and no getter: a printer that asks every getter must not come upon it. */
  [RAW_CAUSE](replacement?: { readonly cause: unknown }): unknown {
    if (!(#cause in this)) return undefined;
    if (replacement !== undefined) this.#cause = replacement.cause;
    return this.#cause;
  }
}

// Outside of the class, since a class that speaks of itself is renamed by the bundler, and printers show that name.
Object.defineProperty(TikTokError.prototype, 'name', { value: 'TikTokError', configurable: true, writable: true });
Object.defineProperty(TikTokError.prototype, MARKER, { value: true });

function shownMessage(message: unknown, options: unknown): string {
  if (typeof message !== 'string') return wrong('message', message, 'a text');
  return isInOwnWords(options) ? message : redactText(message);
}

/** `cause` itself where no secret was found in it and all of it could be looked through. */
function withoutSecrets(cause: unknown): unknown {
  if (typeof cause !== 'string' && (typeof cause !== 'object' || cause === null)) return cause;
  const copy = new SafeCopy({ keepErrors: true, callToJSON: false });
  const redacted = copy.of(cause);
  return copy.altered ? redacted : cause;
}
