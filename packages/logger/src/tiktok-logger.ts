import { createLogger } from './create-logger.js';
import { levelOfNodeEnv } from './log-level.js';
import type { Logger } from './logger.js';

let made: Logger | undefined;

/** Made at first use, not at import, so that the environment can still be set by then (D13). */
function fromEnvironment(): Logger {
  made ??= make();
  return made;
}

/** A logger must not break who logs: a level that does not exist is reported, and the default taken. */
function make(): Logger {
  try {
    return createLogger();
  } catch (error) {
    const logger = createLogger({ level: levelOfNodeEnv() });
    logger.error(error instanceof Error ? error.message : 'The environment cannot be read');
    return logger;
  }
}

/** A logger that is asked for at its first line. */
function lazy(logger: () => Logger): Logger {
  return {
    debug: (message, context) => logger().debug(message, context),
    info: (message, context) => logger().info(message, context),
    warn: (message, context) => logger().warn(message, context),
    error: (message, error, context) => logger().error(message, error, context),
    child(context) {
      let child: Logger | undefined;
      return lazy(() => {
        child ??= logger().child(context);
        return child;
      });
    },
  };
}

/**
 * The ready logger, configured from the environment (`NODE_ENV`, `TIKTOK_LOG_LEVEL`) at its first line. Where
 * `TIKTOK_LOG_LEVEL` is no level, its first line says so, and it goes on with the default.
 *
 * @example
 * ```ts
 * import { createCorrelationId, tiktokLogger } from '@tt/logger';
 *
 * tiktokLogger.info('Operation started', { correlationId: createCorrelationId(), operation: 'user.info' });
 * ```
 */
export const tiktokLogger: Logger = lazy(fromEnvironment);
