import { buildLogger } from './build-logger.js';
import type { Logger } from './logger.js';
import { loggerWith } from './options.js';

/** The part of a pino logger that is used. */
export interface PinoLike {
  debug(context: object, message: string): void;
  info(context: object, message: string): void;
  warn(context: object, message: string): void;
  error(context: object, message: string): void;
  isLevelEnabled?(level: string): boolean;
}

/** What pino writes itself; what its serializer for errors would rewrite; and what it knows a request by. */
const RESERVED: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'name', 'pid', 'hostname', 'err', 'socket']);

/**
 * A {@link Logger} that writes to a pino logger of yours, whose level, name and destination stay as they are. What it
 * gives to pino is redacted already, has its correlation id, and an error as the plain object `error`.
 *
 * @throws TypeError naming the method that the logger lacks.
 *
 * @example
 * ```ts
 * import { fromPino } from '@tt/logger';
 * import { pino } from 'pino';
 *
 * const logger = fromPino(pino());
 * logger.info('Operation started', { operation: 'user.info' });
 * ```
 */
export function fromPino(logger: PinoLike): Logger {
  loggerWith('fromPino', logger, ['debug', 'info', 'warn', 'error']);
  const methods = ['debug', 'info', 'warn', 'error'] as const;
  return buildLogger({
    isEnabled: (level) => isEnabled(logger, methods[level]),
    reserved: RESERVED,
    keepErrors: false,
    write({ level, message, context }) {
      logger[methods[level]](context, message);
    },
  });
}

/** A logger that cannot tell is given everything. */
function isEnabled(logger: PinoLike, level: string): boolean {
  try {
    return logger.isLevelEnabled?.(level) ?? true;
  } catch {
    return true;
  }
}
