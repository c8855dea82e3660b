import { escapeControls } from '@tt/errors';
import { type LoggerOptions, pino } from 'pino';
import type { LogOutput } from './build-logger.js';
import { LogLevel } from './log-level.js';

const RESERVED: ReadonlySet<string> = new Set(['level', 'time', 'msg', 'name']);

/** One line of JSON for each line, written by pino: `level`, `time` in epoch milliseconds, `name`, the context, `msg`. */
export function jsonOutput(least: LogLevel, write: (line: string) => void, now: () => number): LogOutput {
  const options: LoggerOptions = {
    name: 'TikTok',
    base: {},
    // What is written was chosen before.
    level: 'debug',
    // It gets the whole line, and the context only here, since it takes some fields for a request, an error or a name.
    formatters: { level: (label) => ({ level: label }), log: ({ context }) => Object(context) },
    serializers: Object.assign(Object.create(null), { err: (error: unknown) => error }),
    timestamp: () => `,"time":${now()}`,
  };
  const plainly = pino(options, { write });
  // JSON escapes line breaks, but not everything that a terminal obeys; the last character ends the line.
  const escaping = pino(options, { write: (line) => write(escapeControls(line, { keepLineBreaks: true })) });
  return {
    isEnabled: (level) => level >= least,
    reserved: RESERVED,
    keepErrors: false,
    write(line) {
      const logger = line.plain ? plainly : escaping;
      switch (line.level) {
        case LogLevel.DEBUG:
          return logger.debug(line, line.message);
        case LogLevel.INFO:
          return logger.info(line, line.message);
        case LogLevel.WARN:
          return logger.warn(line, line.message);
        case LogLevel.ERROR:
          return logger.error(line, line.message);
      }
    },
  };
}
