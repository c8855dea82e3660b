/** What a log line carries beside its message. */
export type LogContext = Readonly<Record<string, unknown>>;

/**
 * What these packages ask of a logger. It is small, so that any logger of yours can stand in: `fromPino`, `fromWinston`
 * and `fromConsole` adapt those in one call.
 *
 * None of its methods throws.
 */
export interface Logger {
  debug(message: string, context?: LogContext): void;
  info(message: string, context?: LogContext): void;
  warn(message: string, context?: LogContext): void;
  /** @param error What was caught: usually an `Error`, but anything can be thrown. */
  error(message: string, error?: unknown, context?: LogContext): void;
  /** A logger that adds `context` to every line of its own. */
  child(context: LogContext): Logger;
}
