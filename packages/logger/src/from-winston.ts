import { buildLogger } from './build-logger.js';
import type { Logger } from './logger.js';
import { loggerWith } from './options.js';

/** The part of a winston logger that is used. */
export interface WinstonLike {
  log(entry: { readonly level: string; readonly message: string; readonly [field: string]: unknown }): unknown;
  isLevelEnabled?(level: string): boolean;
  /** Its levels by name. Default: winston's own, which are npm's. */
  readonly levels?: object;
}

const RESERVED: ReadonlySet<string> = new Set(['level', 'message', 'splat']);

/**
 * A {@link Logger} that writes to a winston logger of yours, whose level, format and transports stay as they are. What it
 * gives to winston is redacted already, has its correlation id, and an error as the plain object `error`.
 *
 * @throws TypeError naming the method that the logger lacks.
 *
 * @example
 * ```ts
 * import { fromWinston } from '@tt/logger';
 * import { createLogger, transports } from 'winston';
 *
 * const logger = fromWinston(createLogger({ transports: [new transports.Console()] }));
 * logger.info('Operation started', { operation: 'user.info' });
 * ```
 */
export function fromWinston(logger: WinstonLike): Logger {
  loggerWith('fromWinston', logger, ['log']);
  // Syslog's levels call it by its whole name.
  const warn = 'warning' in Object(logger.levels) && !('warn' in Object(logger.levels)) ? 'warning' : 'warn';
  const levels = ['debug', 'info', warn, 'error'] as const;
  return buildLogger({
    isEnabled: (level) => isEnabled(logger, levels[level]),
    reserved: RESERVED,
    keepErrors: false,
    write({ level, message, context }) {
      // One object: of a second one winston would append the fields `message` and `stack` to the message.
      logger.log({ ...context, level: levels[level], message });
    },
  });
}

/** A logger that cannot tell is given everything. */
function isEnabled(logger: WinstonLike, level: string): boolean {
  try {
    return logger.isLevelEnabled?.(level) ?? true;
  } catch {
    return true;
  }
}
