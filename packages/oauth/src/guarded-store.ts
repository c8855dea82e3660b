import { storeError, TikTokError } from '@tt/errors';
import type { Lease, TokenStore } from './token-store.js';

/** How long a store may take for one call. One of its own that is shorter comes first. */
const TIMEOUT_MS = 5_000;

/**
 * A store of anybody's, held to its contract: whatever it throws, at once or later, comes out as a `TikTokError`, and a
 * call that does not end in time fails. Whether a write that failed so was carried out is unknown; repeating it is
 * harmless (D6).
 */
export function guardedStore(store: TokenStore): TokenStore {
  /** The store knows its leases by identity. */
  const originals = new WeakMap<Lease, Lease>();

  const guard = <T>(operation: string, call: () => Promise<T>, late?: (value: T) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      let waiting = true;
      const timer = setTimeout(() => {
        waiting = false;
        reject(overdueError(operation));
      }, TIMEOUT_MS);
      // What throws before it gives a promise rejects like everything else.
      (async () => call())().then(
        (value) => {
          clearTimeout(timer);
          if (waiting) resolve(value);
          else late?.(value);
        },
        (error: unknown) => {
          clearTimeout(timer);
          reject(asStoreError(error, operation));
        },
      );
    });

  const guardLease = (lease: Lease): Lease => {
    const guarded: Lease = {
      lost: lease.lost,
      extend: () => guard('store.extend', () => lease.extend()),
      release: () => guard('store.release', () => lease.release()),
    };
    originals.set(guarded, lease);
    return guarded;
  };

  return {
    get: (key) => guard('store.get', () => store.get(key)),
    put: (key, record, options) => {
      const lease = options.lease && originals.get(options.lease);
      return guard('store.put', () => store.put(key, record, { ...options, lease }));
    },
    delete: (key) => guard('store.delete', () => store.delete(key)),
    acquire: async (key, options) => {
      const acquired = await guard(
        'store.acquire',
        () => store.acquire(key, options),
        // Nobody waits for it any more: others should not have to wait for its end.
        (late) => void late?.lease.release().catch(() => undefined),
      );
      return acquired && { lease: guardLease(acquired.lease), found: acquired.found };
    },
    watch: (listener) => {
      try {
        return store.watch(listener);
      } catch (error) {
        throw asStoreError(error, 'store.watch');
      }
    },
    due: (options) => guard('store.due', () => store.due(options)),
    close: () => guard('store.close', () => store.close()),
  };
}

function overdueError(operation: string): TikTokError {
  return storeError(`The token store did not answer within ${TIMEOUT_MS} ms`, {
    code: 'timeout',
    operation,
    outcomeUnknown: operation !== 'store.get',
  });
}

/** What a store threw, as a `TikTokError`. */
export function asStoreError(error: unknown, operation: string): TikTokError {
  if (TikTokError.isInstance(error)) return error;
  return storeError('The token store failed', { code: 'store_failed', operation, cause: error });
}
