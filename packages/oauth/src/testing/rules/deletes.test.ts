import { storeError } from '@tt/errors';
import type { StoredRecord } from '../../token-store.js';
import { describeBrokenStores, sharedBy } from '../test-support/broken-store.js';
import { nameOf } from '../test-support/reference-store.js';
import { DELETES } from './deletes.js';

const deletedFrom = sharedBy(() => new Map<string, StoredRecord>());

describeBrokenStores(DELETES, [
  {
    name: 'leaves the record where it is',
    breaks: [
      'a write: that counts on a record is refused where it was deleted',
      'a write: never uses a version again, for the same record or after a delete either',
      'a delete: takes the record away, and a second time is no error',
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a listener: is told that it is up, then key and version of each change, in order, and nothing of the record',
      'what is due: goes by the latest write of an account, and forgets one that was deleted',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: hear of each other’s changes',
      'a store: that cannot be asked says so by a TOKEN_STORE_ERROR, and never guesses an answer',
      'a store: that was closed refuses every call, by a TOKEN_STORE_ERROR with the code closed',
    ],
    bend: () => ({ delete: async () => undefined }),
  },
  {
    name: 'goes on giving what was deleted, from a cache',
    breaks: [
      'a write: that counts on a record is refused where it was deleted',
      'a delete: takes the record away, and a second time is no error',
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'two instances on the same data: see each other’s writes and deletes at once',
    ],
    bend: (good) => {
      const cache = new Map<string, StoredRecord>();
      return {
        get: async (key) => {
          const stored = (await good.get(key)) ?? cache.get(nameOf(key)) ?? null;
          if (stored !== null) cache.set(nameOf(key), stored);
          return stored;
        },
        delete: async (key) => {
          await good.get(key).then((stored) => stored && cache.set(nameOf(key), stored));
          await good.delete(key);
        },
      };
    },
  },
  {
    name: 'gives what was deleted to who acquires its lease',
    breaks: ['a delete: takes the record away, and a second time is no error'],
    bend: (good, database) => {
      const deleted = deletedFrom(database);
      return {
        delete: async (key) => {
          const stored = await good.get(key);
          if (stored !== null) deleted.set(nameOf(key), stored);
          await good.delete(key);
        },
        acquire: async (key, options) => {
          const acquired = await good.acquire(key, options);
          return acquired && { ...acquired, found: acquired.found ?? deleted.get(nameOf(key)) ?? null };
        },
      };
    },
  },
  {
    name: 'fails where there is nothing to delete',
    breaks: [
      'a delete: takes the record away, and a second time is no error',
      'a listener: hears nothing where nothing changed',
    ],
    bend: (good) => ({
      delete: async (key) => {
        if ((await good.get(key)) === null) throw storeError('not found');
        await good.delete(key);
      },
    }),
  },
  {
    name: 'deletes a user id in every app',
    breaks: ['a delete: touches no other account'],
    bend: (good, database) => ({
      delete: async ({ userId }) => {
        for (const { key } of [...database.rows.values()]) if (key.userId === userId) await good.delete(key);
      },
    }),
  },
  {
    name: 'deletes every account of an app',
    breaks: [
      'a delete: touches no other account',
      'what is due: goes by the latest write of an account, and forgets one that was deleted',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
    ],
    bend: (good, database) => ({
      delete: async ({ clientKey }) => {
        await good.get({ clientKey, userId: '' });
        for (const { key } of [...database.rows.values()]) if (key.clientKey === clientKey) await good.delete(key);
      },
    }),
  },
  {
    name: 'gives the lease of an account without a record to everybody',
    breaks: [
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a lease: is given to one of many who ask at once',
      'a lease: lives on while it is extended',
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a lease: is kept when that write is refused',
      'two instances on the same data: give one lease between them',
    ],
    bend: (good, database) => ({
      acquire: async (key, options) => {
        if (database.row(key) === undefined) database.leases.delete(nameOf(key));
        return good.acquire(key, options);
      },
    }),
  },
  {
    name: 'extends no lease of an account without a record',
    breaks: [
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a lease: lives on while it is extended',
      'a lease: that passed on is not taken from its next owner by a late release or extension',
      'a lease: is kept when that write is refused',
    ],
    bend: (good, database) => ({
      acquire: async (key, options) => {
        const acquired = await good.acquire(key, options);
        const extend = async (): Promise<boolean> =>
          database.isDown || database.row(key) !== undefined ? (acquired?.lease.extend() ?? false) : false;
        return acquired && { ...acquired, lease: { ...acquired.lease, extend } };
      },
    }),
  },
  {
    name: 'ends the lease together with the record',
    breaks: ['a delete: wins against a refresh under way, and leaves that one its lease'],
    bend: (good, database) => ({
      delete: async (key) => {
        database.leases.delete(nameOf(key));
        await good.delete(key);
      },
    }),
  },
]);
