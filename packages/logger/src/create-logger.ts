import { buildLogger } from './build-logger.js';
import { steadyClock } from './clock.js';
import { guarded, type LogDestination } from './destination.js';
import { jsonOutput } from './json-output.js';
import { defaultLevel, LogLevel, type LogLevelName, parseLogLevel } from './log-level.js';
import type { Logger } from './logger.js';
import { got, optionsOf } from './options.js';
import { prettyOutput } from './pretty-output.js';

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

const LEFT_OUT = 'Log lines were left out: the destination was too slow';

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
  optionsOf('createLogger', options, ['level', 'output', 'destination', 'now']);
  const { destination = process.stdout, now = Date.now } = options;
  const level = options.level === undefined ? defaultLevel() : parseLogLevel(options.level, 'createLogger: level');
  const format = options.output ?? (process.env.NODE_ENV === 'development' ? 'pretty' : 'json');
  if (format !== 'pretty' && format !== 'json') {
    throw new TypeError(`createLogger: output is ${got(format)}; expected 'pretty' or 'json'`);
  }
  if (typeof Object(destination).write !== 'function') {
    throw new TypeError(`createLogger: destination is ${got(destination)}; expected something with a write method`);
  }
  if (typeof now !== 'function') throw new TypeError(`createLogger: now is ${got(now)}; expected a function`);

  const { write, takeLost } = guarded(destination);
  const clock = steadyClock(now);
  const output = format === 'pretty' ? prettyOutput(level, write, clock) : jsonOutput(level, write, clock);
  return buildLogger({
    ...output,
    write(line) {
      const lost = takeLost();
      if (lost > 0) output.write({ level: LogLevel.WARN, message: LEFT_OUT, context: { lines: lost }, plain: true });
      output.write(line);
    },
  });
}
