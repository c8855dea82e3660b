import { redact } from '@tt/errors';
import { completeContext, contextOf, type Line } from './line.js';
import { LogLevel } from './log-level.js';
import type { LogContext, Logger } from './logger.js';
import { cleanText, ShortWay } from './short-way.js';

/** Where the lines of a logger go, and which. */
export interface LogOutput {
  /** Asked before anything is done for a line. */
  isEnabled(level: LogLevel): boolean;
  /** Takes a line that is redacted, bounded, and has its correlation id. May throw. */
  write(line: Line): void;
  /** The fields that the output itself writes; those of a context must not take their place. */
  readonly reserved: ReadonlySet<string>;
  /** Whether errors stay errors, as `util.inspect` wants them, or become plain objects, as JSON does. */
  readonly keepErrors: boolean;
}

/**
 * The logger on an output: it redacts, adds the correlation id and what its parents bound, and never throws.
 *
 * @param parents.bound What the parents bound, redacted already.
 * @param parents.shortWay `undefined` where what the parents bound asks for the long one.
 */
export function buildLogger(
  output: LogOutput,
  { bound, shortWay }: { readonly bound: LogContext; readonly shortWay: ShortWay | undefined } = {
    bound: {},
    shortWay: new ShortWay(output.reserved),
  },
): Logger {
  const { keepErrors } = output;

  function write(level: LogLevel, message: unknown, context: unknown, error?: unknown): void {
    try {
      const text = cleanText(message);
      const clean = text === undefined || error !== undefined ? undefined : shortWay?.contextOf(context);
      if (text !== undefined && clean !== undefined) {
        output.write({ level, message: text, context: clean, plain: true });
        return;
      }
      const own = contextOf(context, keepErrors);
      const shown = error === undefined ? undefined : redact(error, { keepErrors });
      output.write({
        level,
        message: textOf(message),
        context: completeContext({ bound, own, error: shown }, output.reserved),
        plain: false,
      });
    } catch {
      // Whoever logs has something else to do than to handle that.
    }
  }

  // The level is asked for first, before a single object is made: a suppressed line costs next to nothing.
  return {
    debug(message, context) {
      if (output.isEnabled(LogLevel.DEBUG)) write(LogLevel.DEBUG, message, context);
    },
    info(message, context) {
      if (output.isEnabled(LogLevel.INFO)) write(LogLevel.INFO, message, context);
    },
    warn(message, context) {
      if (output.isEnabled(LogLevel.WARN)) write(LogLevel.WARN, message, context);
    },
    error(message, error, context) {
      if (output.isEnabled(LogLevel.ERROR)) write(LogLevel.ERROR, message, context, error);
    },
    child(context) {
      // Redacted once, for all of its lines.
      return buildLogger(output, {
        bound: { ...bound, ...contextOf(context, keepErrors) },
        shortWay: shortWay?.child(context),
      });
    },
  };
}

function textOf(message: unknown): string {
  const redacted = redact(message);
  return typeof redacted === 'string' ? redacted : (JSON.stringify(redacted) ?? String(redacted));
}
