import { inspect } from 'node:util';
import { LEVEL_NAMES, type LogLevel } from './log-level.js';
import type { LogContext } from './logger.js';

const LINE_BREAKS = /[\n\r\u2028\u2029]/g;

/**
 * A line for a person: `[ISO time] [TikTok] [INFO] message`, and below it the context as `util.inspect` prints it, with
 * `timestamp` in it.
 */
export function prettyLine(level: LogLevel, message: string, context: LogContext, now: Date): string {
  const timestamp = now.toISOString();
  // A line break in a message could forge a second line.
  const text = message.replace(LINE_BREAKS, (character) => JSON.stringify(character).slice(1, -1));
  const body = inspect({ ...context, timestamp }, { depth: 6, maxStringLength: 10_000, breakLength: 100 });
  return `[${timestamp}] [TikTok] [${LEVEL_NAMES[level]}] ${text}\n${body}\n`;
}
