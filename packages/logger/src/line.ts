import { types } from 'node:util';
import { createCorrelationId, isCorrelationId, redact } from '@tt/errors';
import { currentCorrelationId } from './correlation.js';
import type { LogLevel } from './log-level.js';
import type { LogContext } from './logger.js';

/** One line, decided on and cleaned, on its way out. */
export interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly context: LogContext;
  /** Whether no text in it, names included, has a character that could forge a line or paint a terminal. */
  readonly plain: boolean;
}

/** What goes into the context of one line, each part redacted already. */
export interface ContextParts {
  /** What the logger's parents bound. */
  readonly bound: LogContext;
  /** What was given with the line. */
  readonly own: LogContext;
  /** What was caught; `undefined` where nothing was. */
  readonly error: unknown;
}

/** A redacted copy of what was given as a context, whatever that was. */
export function contextOf(context: unknown, keepErrors: boolean): LogContext {
  if (context === undefined || context === null) return {};
  const redacted = redact(context, { keepErrors });
  // An error handed over as the context is one of the commonest slips.
  if (types.isNativeError(context)) return { error: redacted };
  return isFields(redacted) ? redacted : { context: redacted };
}

/**
 * The context of a line, with its correlation id: that of the line itself, else of the logger's parents, else of the
 * surrounding `withCorrelationId`, else of the error. Fields whose name is reserved get the prefix `context.`.
 */
export function completeContext({ bound, own, error }: ContextParts, reserved: ReadonlySet<string>): LogContext {
  const correlationId = correlationIdOf(bound, own, error);
  const context: Record<string, unknown> = correlationId === undefined ? {} : { correlationId };
  addFields(context, bound, { reserved, hasError: error !== undefined });
  addFields(context, own, { reserved, hasError: error !== undefined });
  if (error !== undefined) context.error = error;
  return context;
}

function correlationIdOf(bound: LogContext, own: LogContext, error: unknown): string | undefined {
  if (isCorrelationId(own.correlationId)) return own.correlationId;
  if (isCorrelationId(bound.correlationId)) return bound.correlationId;
  const ambient = currentCorrelationId();
  if (ambient !== undefined) return ambient;
  const ofError: unknown = isFields(error) ? error.correlationId : undefined;
  if (isCorrelationId(ofError)) return ofError;
  // There was to be one, but what was given is not allowed.
  return (own.correlationId ?? bound.correlationId ?? undefined) === undefined ? undefined : createCorrelationId();
}

function addFields(
  context: Record<string, unknown>,
  fields: LogContext,
  { reserved, hasError }: { readonly reserved: ReadonlySet<string>; readonly hasError: boolean },
): void {
  for (const key of Object.keys(fields)) {
    if (key === 'correlationId') continue;
    const taken = reserved.has(key) || (hasError && key === 'error');
    // Not by assignment: a field may be called `__proto__`.
    if (taken || key === '__proto__') define(context, taken ? `context.${key}` : key, fields[key]);
    else context[key] = fields[key];
  }
}

function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isFields(value: unknown): value is LogContext {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
