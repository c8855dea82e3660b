import { got } from './options.js';

/** How much is logged: a line appears when its level is at least the logger's. */
export const LogLevel = {
  DEBUG: 0,
  INFO: 1,
  WARN: 2,
  ERROR: 3,
} as const;

/** One of the values of {@link LogLevel}. */
export type LogLevel = (typeof LogLevel)[keyof typeof LogLevel];

/** The name of a {@link LogLevel}, as options and the environment spell it. */
export type LogLevelName = keyof typeof LogLevel;

/** The names, by level. */
export const LEVEL_NAMES = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const satisfies readonly LogLevelName[];

/**
 * The level that `value` means: a {@link LogLevel}, or its name in any case.
 *
 * @param source What the value is called, for the error.
 * @throws TypeError naming the source, what it got and what it takes.
 */
export function parseLogLevel(value: unknown, source: string): LogLevel {
  for (const name of LEVEL_NAMES) {
    if (value === LogLevel[name] || (typeof value === 'string' && value.toUpperCase() === name)) return LogLevel[name];
  }
  throw new TypeError(`${source} is ${got(value)}; expected ${LEVEL_NAMES.join(', ')} or 0 to 3`);
}

/**
 * The level where none is asked for: `TIKTOK_LOG_LEVEL`; without it DEBUG where `NODE_ENV` is `development`, INFO
 * anywhere else.
 *
 * @throws TypeError when `TIKTOK_LOG_LEVEL` is no level.
 */
export function defaultLevel(): LogLevel {
  const fromEnvironment = process.env.TIKTOK_LOG_LEVEL;
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return parseLogLevel(fromEnvironment, 'TIKTOK_LOG_LEVEL');
  return levelOfNodeEnv();
}

/** DEBUG while developing, INFO anywhere else. */
export function levelOfNodeEnv(): LogLevel {
  return process.env.NODE_ENV === 'development' ? LogLevel.DEBUG : LogLevel.INFO;
}
