import { buildLogger } from './build-logger.js';
import { steadyClock } from './clock.js';
import { defaultLevel, type LogLevel, type LogLevelName, parseLogLevel } from './log-level.js';
import type { Logger } from './logger.js';
import { got, loggerWith, optionsOf } from './options.js';
import { PRETTY_RESERVED, prettyLine } from './pretty-output.js';

/** The part of a console that is used. */
export interface ConsoleLike {
  debug(text: string): void;
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** What a console has no setting of its own for. */
export interface FromConsoleOptions {
  /** The least level that is logged. Default: as `createLogger`. */
  readonly level?: LogLevel | LogLevelName | Lowercase<LogLevelName> | undefined;
  /** The clock, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * A {@link Logger} that writes lines for a person to a console of yours, each by the method of its level.
 *
 * @throws TypeError naming the option or the method that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { fromConsole } from '@tt/logger';
 *
 * const logger = fromConsole(console, { level: 'DEBUG' });
 * logger.warn('Slow answer', { operation: 'user.info', duration: 1200 });
 * ```
 */
export function fromConsole(logger: ConsoleLike, options: FromConsoleOptions = {}): Logger {
  loggerWith('fromConsole', logger, ['debug', 'info', 'warn', 'error']);
  optionsOf('fromConsole', options, ['level', 'now']);
  const { now = Date.now } = options;
  if (typeof now !== 'function') throw new TypeError(`fromConsole: now is ${got(now)}; expected a function`);
  const least = options.level === undefined ? defaultLevel() : parseLogLevel(options.level, 'fromConsole: level');
  const clock = steadyClock(now);
  const methods = ['debug', 'info', 'warn', 'error'] as const;
  return buildLogger({
    isEnabled: (level) => level >= least,
    reserved: PRETTY_RESERVED,
    keepErrors: true,
    write(line) {
      // One text alone: with more to print a console would take the percent signs in it for places to fill.
      logger[methods[line.level]](prettyLine(line, new Date(clock())).trimEnd());
    },
  });
}
