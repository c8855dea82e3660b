import { inspect } from 'node:util';
import { escapeControls } from '@tt/errors';
import type { LogOutput } from './build-logger.js';
import type { Line } from './line.js';
import { LEVEL_NAMES, type LogLevel } from './log-level.js';

export const PRETTY_RESERVED: ReadonlySet<string> = new Set(['timestamp']);

/** Lines for a person. */
export function prettyOutput(least: LogLevel, write: (line: string) => void, now: () => number): LogOutput {
  return {
    isEnabled: (level) => level >= least,
    reserved: PRETTY_RESERVED,
    keepErrors: true,
    write: (line) => write(prettyLine(line, new Date(now()))),
  };
}

/**
 * A line for a person: `[ISO time] [TikTok] [INFO] message`, and below it the context as `util.inspect` prints it, with
 * `timestamp` in it.
 */
export function prettyLine({ level, message, context }: Omit<Line, 'plain'>, now: Date): string {
  const timestamp = now.toISOString();
  // inspect indents whatever stands in the context, so that only its braces begin a line.
  const body = inspect({ ...context, timestamp }, { depth: 6 });
  return `[${timestamp}] [TikTok] [${LEVEL_NAMES[level]}] ${escapeControls(message)}\n${escapeControls(body, { keepLineBreaks: true })}\n`;
}
