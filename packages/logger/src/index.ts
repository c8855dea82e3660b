export { createCorrelationId, redact } from '@tt/errors';
export { currentCorrelationId, withCorrelationId } from './correlation.js';
export { createLogger, type LoggerOptions } from './create-logger.js';
export type { LogDestination } from './destination.js';
export { LogLevel, type LogLevelName } from './log-level.js';
export type { LogContext, Logger } from './logger.js';
export { tiktokLogger } from './tiktok-logger.js';
