import { escapeControls } from '@tt/errors';
import { pino } from 'pino';
import type { LogOutput } from './build-logger.js';
import { LogLevel } from './log-level.js';

const RESERVED: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'name']);

/** One line of JSON for each line, written by pino: `level`, `time` in epoch milliseconds, `name`, the context, `msg`. */
export function jsonOutput(least: LogLevel, write: (line: string) => void, now: () => number): LogOutput {
  const logger = pino(
    {
      name: 'TikTok',
      base: {},
      // What is written was chosen before.
      level: 'debug',
      // The context is a field of its own until here, since pino takes some fields for a request, an error or a name.
      formatters: { level: (label) => ({ level: label }), log: ({ context }) => Object(context) },
      serializers: Object.assign(Object.create(null), { err: (error: unknown) => error }),
      timestamp: () => `,"time":${now()}`,
    },
    // JSON escapes line breaks, but not everything that a terminal obeys; the last character ends the line.
    { write: (line) => write(escapeControls(line, { keepLineBreaks: true })) },
  );
  return {
    isEnabled: (level) => level >= least,
    reserved: RESERVED,
    keepErrors: false,
    write({ level, message, context }) {
      switch (level) {
        case LogLevel.DEBUG:
          return logger.debug({ context }, message);
        case LogLevel.INFO:
          return logger.info({ context }, message);
        case LogLevel.WARN:
          return logger.warn({ context }, message);
        case LogLevel.ERROR:
          return logger.error({ context }, message);
      }
    },
  };
}
