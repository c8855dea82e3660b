import { createLogger } from './create-logger.js';
import type { Logger } from './logger.js';

let made: Logger | undefined;

/** Made at first use, not at import, so that the environment can still be set by then (D13). */
function logger(): Logger {
  made ??= createLogger();
  return made;
}

/**
 * The ready logger, configured from the environment (`NODE_ENV`, `TIKTOK_LOG_LEVEL`) at first use.
 *
 * @example
 * ```ts
 * import { createCorrelationId, tiktokLogger } from '@tt/logger';
 *
 * tiktokLogger.info('Operation started', { correlationId: createCorrelationId(), operation: 'user.info' });
 * ```
 */
export const tiktokLogger: Logger = {
  debug: (message, context) => logger().debug(message, context),
  info: (message, context) => logger().info(message, context),
  warn: (message, context) => logger().warn(message, context),
  error: (message, error, context) => logger().error(message, error, context),
  child: (context) => logger().child(context),
};
