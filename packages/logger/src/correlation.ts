import { AsyncLocalStorage } from 'node:async_hooks';
import { createCorrelationId, isCorrelationId } from '@tt/errors';
import { got } from './options.js';

/**
 * All copies of this package in a process share one context: the ESM and the CommonJS build, and other installed
 * versions. So it is registered globally, holds a plain string, and carries its own version in its name (D13).
 */
const CONTEXT = Symbol.for('@tt/logger.correlation.v1');

function context(): AsyncLocalStorage<string> {
  const existing: unknown = Object(globalThis)[CONTEXT];
  if (existing !== undefined) return existing as AsyncLocalStorage<string>;
  const created = new AsyncLocalStorage<string>();
  Object.defineProperty(globalThis, CONTEXT, { value: created });
  return created;
}

/**
 * Runs `fn` so that every log line and every error made in it, however deep and however asynchronous, carries `id`.
 *
 * @param id The correlation id: 1 to 64 characters of `A-Z a-z 0-9 . _ : -`. Anything else, `undefined` included, is
 *   replaced by a new one, since ids arrive in request headers.
 * @returns What `fn` returns.
 * @throws TypeError when `fn` is no function.
 *
 * @example
 * ```ts
 * import { currentCorrelationId, tiktokLogger, withCorrelationId } from '@tt/logger';
 *
 * await withCorrelationId('request-7', async () => {
 *   tiktokLogger.info('Operation started');
 *   console.log(currentCorrelationId());
 * });
 * ```
 */
export function withCorrelationId<T>(id: string | undefined, fn: () => T): T {
  if (typeof fn !== 'function') throw new TypeError(`withCorrelationId: fn is ${got(fn)}; expected a function`);
  return context().run(isCorrelationId(id) ? id : createCorrelationId(), fn);
}

/** The correlation id of the surrounding {@link withCorrelationId}, if there is one. */
export function currentCorrelationId(): string | undefined {
  return context().getStore();
}
