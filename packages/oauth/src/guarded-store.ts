import { storeError, TikTokError } from '@tt/errors';
import type { TokenStore } from './token-store.js';

/**
 * A store of anybody's, so that whatever it throws comes out as a `TikTokError`: what is no such error already becomes
 * `TOKEN_STORE_ERROR` with the original as its cause.
 */
export function guardedStore(store: TokenStore): TokenStore {
  const guard = async <T>(operation: string, call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (cause) {
      if (TikTokError.isInstance(cause)) throw cause;
      throw storeError('The token store failed', { code: 'store_failed', operation, cause });
    }
  };
  return {
    get: (key) => guard('store.get', () => store.get(key)),
    put: (key, record, options) => guard('store.put', () => store.put(key, record, options)),
    delete: (key) => guard('store.delete', () => store.delete(key)),
    acquire: (key, options) => guard('store.acquire', () => store.acquire(key, options)),
    watch: (listener) => store.watch(listener),
    due: (options) => guard('store.due', () => store.due(options)),
    close: () => guard('store.close', () => store.close()),
  };
}
