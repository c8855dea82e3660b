import { redactText } from './redact-text.js';
import { TikTokError, type TikTokErrorOptions } from './tiktok-error.js';

/** As deep as the causes of an error are written. */
const DEEPEST = 12;

/**
 * A TikTokError from what its `toJSON` gave, for errors that went through a queue, a worker or a log. Its causes come
 * back as errors too, its stack as it was.
 *
 * @param json The object, parsed.
 * @throws TypeError naming what is missing or wrong.
 *
 * @example
 * ```ts
 * import { errorFromJSON, storeError } from '@tt/errors';
 *
 * const message = JSON.stringify(storeError('Redis does not answer', { operation: 'store.get' }));
 * const error = errorFromJSON(JSON.parse(message));
 * console.log(error.type, error.operation);
 * ```
 */
export function errorFromJSON(json: unknown): TikTokError {
  const error = isObject(json) && json.name === 'TikTokError' ? revivedError(json, 0) : undefined;
  if (error instanceof TikTokError) return error;
  throw new TypeError(
    'errorFromJSON: json is no error of ours; expected the parsed object that the toJSON of a TikTokError gave',
  );
}

function revivedError(json: Readonly<Record<string, unknown>>, depth: number): Error {
  const { name, message, stack, cause, timestamp, ...fields } = json;
  const below = cause === undefined ? {} : { cause: revived(cause, depth + 1) };
  const when = timestamp === undefined ? {} : { timestamp: new Date(String(timestamp)) };
  if (name === 'TikTokError') {
    // The constructor checks every field.
    return withStack(new TikTokError(message as string, { ...fields, ...when, ...below } as TikTokErrorOptions), stack);
  }
  const error = withStack(new Error(String(message), below), stack);
  define(error, 'name', { value: name, enumerable: false });
  for (const [key, value] of Object.entries(fields)) define(error, key, { value, enumerable: true });
  return error;
}

function withStack<E extends Error>(error: E, stack: unknown): E {
  if (typeof stack === 'string') define(error, 'stack', { value: redactText(stack), enumerable: false });
  return error;
}

/** Any cause can have been anything; what looks like an error was one. */
function revived(value: unknown, depth: number): unknown {
  return isObject(value) && 'message' in value && 'stack' in value && depth < DEEPEST
    ? revivedError(value, depth)
    : value;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function define(target: object, key: string, { value, enumerable }: { value: unknown; enumerable: boolean }): void {
  Object.defineProperty(target, key, { value, enumerable, configurable: true, writable: true });
}
