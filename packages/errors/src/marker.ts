import { types } from 'node:util';

/** Registered, so that an error made by one installed copy is known to another. */
export const MARKER = Symbol.for('@tt/errors.TikTokError');

/**
 * Under this an error of ours gives its cause as it was handed in. The public `cause` is looked through for secrets
 * when it is read; whoever redacts anyway need not pay for that twice.
 */
export const RAW_CAUSE = Symbol.for('@tt/errors.TikTokError.cause');

/** How `util.inspect` finds what an object prints of itself. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** Whether `value` is an error of ours, of this installed copy or of another. */
export function isMarked(value: unknown): boolean {
  return typeof value === 'object' && types.isNativeError(value) && Reflect.get(value, MARKER) === true;
}

/** The cause of an error of ours, unredacted; `undefined` where it has none or the error is another's. */
export function rawCause(error: object): unknown {
  const ask: unknown = Reflect.get(error, RAW_CAUSE);
  return typeof ask === 'function' ? Reflect.apply(ask, error, []) : undefined;
}

export function replaceRawCause(error: object, cause: unknown): void {
  const ask: unknown = Reflect.get(error, RAW_CAUSE);
  if (typeof ask === 'function') Reflect.apply(ask, error, [{ cause }]);
}
