import { storeError, TikTokError } from '@tt/errors';
import type { TokenStore } from '../../token-store.js';
import { describeBrokenStores } from '../test-support/broken-store.js';
import { Database, openReference } from '../test-support/reference-store.js';
import { ENDING } from './ending.js';

/** The same store, with other errors. */
function failing(good: TokenStore, change: (error: unknown) => unknown): Partial<TokenStore> {
  const caught = async <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => Promise.reject(change(error)));
  return {
    get: (key) => caught(good.get(key)),
    put: (key, record, options) => caught(good.put(key, record, options)),
    delete: (key) => caught(good.delete(key)),
    acquire: (key, options) => caught(good.acquire(key, options)),
    due: (options) => caught(good.due(options)),
  };
}

function codeOf(error: unknown): string | undefined {
  return TikTokError.isInstance(error) ? error.code : undefined;
}

describeBrokenStores(ENDING, [
  {
    name: 'takes a database that is away for one that is empty',
    breaks: ['a store: that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer'],
    bend: (good, database) => ({ get: async (key) => (database.isDown ? null : good.get(key)) }),
  },
  {
    name: 'gives a lease on trust while the database is away',
    breaks: ['a store: that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer'],
    bend: (good, database) => ({
      acquire: (key, options) => (database.isDown ? openReference(new Database()) : good).acquire(key, options),
    }),
  },
  {
    name: 'lets the error of its driver through',
    breaks: ['a store: that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer'],
    bend: (good) => failing(good, (error) => (codeOf(error) === 'unreachable' ? new Error('ECONNREFUSED') : error)),
  },
  {
    name: 'calls an outage a network error',
    breaks: ['a store: that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer'],
    bend: (good) =>
      failing(good, (error) =>
        codeOf(error) === 'unreachable' ? new TikTokError('unreachable', { type: 'NETWORK_ERROR' }) : error,
      ),
  },
  {
    name: 'fails with an error that only looks like ours',
    breaks: ['a store: that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer'],
    bend: (good) =>
      failing(good, (error) =>
        codeOf(error) === 'unreachable' ? Object.assign(new Error('gone'), { type: 'TOKEN_STORE_ERROR' }) : error,
      ),
  },
  {
    name: 'answers after it was closed',
    breaks: ['a store: that was closed refuses every call, by a TOKEN_STORE_ERROR with the code closed'],
    bend: (good, database) => {
      const another = openReference(database);
      let isClosed = false;
      return {
        get: (key) => (isClosed ? another : good).get(key),
        close: () => {
          isClosed = true;
          return good.close();
        },
      };
    },
  },
  {
    name: 'has no word for being closed',
    breaks: ['a store: that was closed refuses every call, by a TOKEN_STORE_ERROR with the code closed'],
    bend: (good) => failing(good, (error) => (codeOf(error) === 'closed' ? storeError('it broke') : error)),
  },
  {
    name: 'says what is due after it was closed',
    breaks: ['a store: that was closed refuses every call, by a TOKEN_STORE_ERROR with the code closed'],
    bend: (good, database) => {
      const another = openReference(database);
      let isClosed = false;
      return {
        due: (options) => (isClosed ? another : good).due(options),
        close: () => {
          isClosed = true;
          return good.close();
        },
      };
    },
  },
  {
    name: 'lets people listen after it was closed',
    breaks: ['a store: that was closed refuses every call, by a TOKEN_STORE_ERROR with the code closed'],
    bend: (good, database) => {
      const another = openReference(database);
      let isClosed = false;
      return {
        watch: (listener) => (isClosed ? another : good).watch(listener),
        close: () => {
          isClosed = true;
          return good.close();
        },
      };
    },
  },
  {
    name: 'fails when it is closed twice',
    breaks: ['a store: may be closed twice'],
    bend: (good) => {
      let isClosed = false;
      return {
        close: async () => {
          if (isClosed) throw storeError('closed', { code: 'closed' });
          isClosed = true;
          await good.close();
        },
      };
    },
  },
  {
    name: 'does not say of its leases that they are lost when it is closed',
    breaks: ['a store: that is closed takes its leases with it'],
    bend: (good) => {
      let isClosed = false;
      return {
        close: () => {
          isClosed = true;
          return good.close();
        },
        acquire: async (key, options) => {
          const acquired = await good.acquire(key, options);
          if (acquired === null) return null;
          const lost = new AbortController();
          const { lease } = acquired;
          lease.lost.addEventListener('abort', () => {
            if (!isClosed) lost.abort(lease.lost.reason);
          });
          return { ...acquired, lease: { ...lease, lost: lost.signal } };
        },
      };
    },
  },
  {
    name: 'goes on extending its leases when it is closed',
    breaks: ['a store: that is closed takes its leases with it'],
    bend: (good, database) => ({
      acquire: async (key, options) => {
        const acquired = await good.acquire(key, options);
        if (acquired === null) return null;
        const owner = database.ownerOf(key);
        const extend = async (): Promise<boolean> =>
          (await acquired.lease.extend()) || (owner !== undefined && database.ownerOf(key) === owner);
        return { ...acquired, lease: { ...acquired.lease, extend } };
      },
    }),
  },
  {
    name: 'leaves its leases running when it is closed',
    breaks: ['a store: that is closed takes its leases with it'],
    bend: (good, database) => ({
      acquire: async (key, options) => {
        // Asks on its own connection, which nobody closes.
        const acquired = await openReference(database).acquire(key, options);
        await good.get(key);
        return acquired;
      },
    }),
  },
]);
