import { escapeControls } from './escape-controls.js';
import { INSPECT } from './marker.js';

/** The parts of an error, all redacted. */
export interface ErrorParts {
  readonly name: unknown;
  readonly message: unknown;
  readonly stack: unknown;
  /** What else it has, by name; `cause` and `errors` are not enumerable on an error. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly hidden: Readonly<Record<string, unknown>>;
}

/**
 * An error like `original`, of the same class, made of `parts`, as `util.inspect` shows it. Its message is one line, so
 * that no line break in it forges a line of the log.
 */
export function keptError(original: Error, parts: ErrorParts): Error {
  const copy = new Error();
  Object.setPrototypeOf(copy, Object.getPrototypeOf(original));
  const message = typeof parts.message === 'string' ? parts.message : '';
  const stack = typeof parts.stack === 'string' ? visibleStack(parts.stack, message) : '';
  const own: Record<PropertyKey, unknown> = {
    ...parts.hidden,
    name: parts.name,
    message: escapeControls(message),
    stack,
    toJSON: () => plainError(parts),
    // What the class prints of itself could need what a copy does not have, and is not redacted.
    [INSPECT]: undefined,
  };
  for (const key of Reflect.ownKeys(own)) define(copy, key, { value: own[key], enumerable: false });
  for (const [key, value] of Object.entries(parts.fields)) define(copy, key, { value, enumerable: true });
  return copy;
}

/** A plain object of the same parts, for JSON. */
function plainError({ name, message, stack, fields, hidden }: ErrorParts): Record<string, unknown> {
  return { name, message, ...fields, stack, ...hidden };
}

/** The head of a stack repeats the message; only the frames below it have lines of their own. */
function visibleStack(stack: string, message: string): string {
  const firstFrame = stack.search(/\n\s{1,8}at /);
  const framesAt = message !== '' && stack.includes(message) ? stack.indexOf(message) + message.length : firstFrame;
  if (framesAt < 0) return escapeControls(stack);
  return escapeControls(stack.slice(0, framesAt)) + escapeControls(stack.slice(framesAt), { keepLineBreaks: true });
}

function define(
  target: object,
  key: PropertyKey,
  { value, enumerable }: { value: unknown; enumerable: boolean },
): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}
