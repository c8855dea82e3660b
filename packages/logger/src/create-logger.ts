import { redact, redactText } from '@tt/errors';
import { pino } from 'pino';
import { currentCorrelationId } from './correlation.js';
import { guarded, type LogDestination } from './destination.js';
import { LogLevel, type LogLevelName, parseLogLevel } from './log-level.js';
import type { LogContext, Logger } from './logger.js';
import { prettyLine } from './pretty-line.js';

/** How a logger is made. Every option has a default, taken from the environment where that says something. */
export interface LoggerOptions {
  /**
   * The least level that is logged. Default: `TIKTOK_LOG_LEVEL`; without it DEBUG where `NODE_ENV` is `development`,
   * INFO anywhere else.
   */
  readonly level?: LogLevel | LogLevelName | Lowercase<LogLevelName> | undefined;
  /** `pretty` for a person, `json` for a machine. Default: pretty where `NODE_ENV` is `development`, else json. */
  readonly output?: 'pretty' | 'json' | undefined;
  /** Where the lines go. Default: standard output. */
  readonly destination?: LogDestination | undefined;
  /** The clock, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** One line, decided on and cleaned, on its way out. */
type Sink = (level: LogLevel, message: string, context: LogContext) => void;

/**
 * A {@link Logger} on pino. Secrets are redacted in messages, context and errors; the correlation id of the surrounding
 * `withCorrelationId` is added unless the context has its own.
 *
 * @throws TypeError naming the option that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { createLogger } from '@tt/logger';
 *
 * const logger = createLogger({ level: 'INFO', output: 'json' });
 * logger.info('Operation started', { operation: 'user.info', userId: 'user-1' });
 * ```
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const development = process.env.NODE_ENV === 'development';
  const level = levelOf(options, development);
  const output = options.output ?? (development ? 'pretty' : 'json');
  if (output !== 'pretty' && output !== 'json') {
    throw new TypeError(`createLogger: output is ${JSON.stringify(output)}; expected 'pretty' or 'json'`);
  }
  const destination = options.destination ?? process.stdout;
  if (typeof destination.write !== 'function') {
    throw new TypeError('createLogger: destination has no write method; expected a writable stream or its like');
  }
  const now = options.now ?? Date.now;
  const sink = output === 'pretty' ? prettySink(guarded(destination), now) : jsonSink(guarded(destination), now);
  return build(level, sink, {});
}

function levelOf(options: LoggerOptions, development: boolean): LogLevel {
  if (options.level !== undefined) return parseLogLevel(options.level, 'createLogger: level');
  const fromEnvironment = process.env.TIKTOK_LOG_LEVEL;
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return parseLogLevel(fromEnvironment, 'TIKTOK_LOG_LEVEL');
  return development ? LogLevel.DEBUG : LogLevel.INFO;
}

function build(least: LogLevel, sink: Sink, bound: LogContext): Logger {
  const log = (level: LogLevel, message: string, context: LogContext | undefined, error?: unknown): void => {
    // First, so that a suppressed line costs a comparison.
    if (level < least) return;
    sink(level, redactText(String(message)), complete(bound, context, error));
  };
  return {
    debug: (message, context) => log(LogLevel.DEBUG, message, context),
    info: (message, context) => log(LogLevel.INFO, message, context),
    warn: (message, context) => log(LogLevel.WARN, message, context),
    error: (message, error, context) => log(LogLevel.ERROR, message, context, error),
    child: (context) => build(least, sink, { ...bound, ...context }),
  };
}

/** The context of one line: redacted, and with the ambient correlation id unless an explicit one is there. */
function complete(bound: LogContext, context: LogContext | undefined, error: unknown): LogContext {
  const correlationId = currentCorrelationId();
  return redact({
    ...(correlationId === undefined ? {} : { correlationId }),
    ...bound,
    ...context,
    ...(error === undefined ? {} : { error }),
  }) as LogContext;
}

function prettySink(destination: LogDestination, now: () => number): Sink {
  return (level, message, context) => {
    destination.write(prettyLine(level, message, context, new Date(now())));
  };
}

function jsonSink(destination: LogDestination, now: () => number): Sink {
  const logger = pino(
    {
      name: 'TikTok',
      base: {},
      // What is written was chosen above already.
      level: 'debug',
      formatters: { level: (label) => ({ level: label }) },
      timestamp: () => `,"time":${now()}`,
    },
    { write: (line) => void destination.write(line) },
  );
  const methods = [
    logger.debug.bind(logger),
    logger.info.bind(logger),
    logger.warn.bind(logger),
    logger.error.bind(logger),
  ] as const;
  return (level, message, context) => methods[level](context, message);
}
