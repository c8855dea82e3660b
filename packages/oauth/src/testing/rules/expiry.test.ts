import type { AccountKey } from '../../token-store.js';
import { describeBrokenStores, sharedBy } from '../test-support/broken-store.js';
import { nameOf } from '../test-support/reference-store.js';
import { EXPIRY } from './expiry.js';

const endsOf = sharedBy(() => new Map<string, number>());

describeBrokenStores(EXPIRY, [
  {
    name: 'drops a record with its access token',
    breaks: ['the life of a record: is what the write asked for, not that of the tokens in it'],
    bend: (good) => ({
      get: async (key) => {
        const stored = await good.get(key);
        return stored !== null && stored.record.accessTokenExpiresAt > Date.now() ? stored : null;
      },
    }),
  },
  {
    name: 'never ends a record',
    breaks: [
      'the life of a record: ends: the record is gone then, from get and from acquire',
      'the life of a record: leaves nothing behind that a later write stumbles over',
      'what is due: forgets an account whose record ran out, and then still fills the limit',
    ],
    bend: (good) => ({
      put: (key, record, options) => good.put(key, record, { ...options, expiresInMs: Number.MAX_SAFE_INTEGER }),
    }),
  },
  {
    name: 'hides a record that ended, and still compares with it',
    breaks: ['the life of a record: leaves nothing behind that a later write stumbles over'],
    bend: (good, database) => {
      const ends = endsOf(database);
      const isOver = (key: AccountKey): boolean => (ends.get(nameOf(key)) ?? Number.POSITIVE_INFINITY) <= Date.now();
      return {
        get: async (key) => (isOver(key) ? null : good.get(key)),
        put: async (key, record, options) => {
          const result = await good.put(key, record, { ...options, expiresInMs: Number.MAX_SAFE_INTEGER });
          if (result.ok) ends.set(nameOf(key), Date.now() + options.expiresInMs);
          return result;
        },
        acquire: async (key, options) => {
          const acquired = await good.acquire(key, options);
          return acquired && { ...acquired, found: isOver(key) ? null : acquired.found };
        },
        due: async ({ before, limit }) =>
          (await good.due({ before, limit: 1_000 })).filter((key) => !isOver(key)).slice(0, limit),
      };
    },
  },
  {
    name: 'gives a record that ended to who acquires its lease',
    breaks: ['the life of a record: ends: the record is gone then, from get and from acquire'],
    bend: (good, database) => ({
      acquire: async (key, options) => {
        const acquired = await good.acquire(key, options);
        return acquired && { ...acquired, found: database.rows.get(nameOf(key))?.stored ?? null };
      },
    }),
  },
  {
    name: 'writes over a record that ended as if it were there',
    breaks: ['the life of a record: leaves nothing behind that a later write stumbles over'],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const over = database.rows.get(nameOf(key))?.stored.version;
        const isOver = database.row(key) === undefined && options.ifVersion === over;
        return good.put(key, record, isOver ? { ...options, ifVersion: null } : options);
      },
    }),
  },
  {
    name: 'keeps a record no longer than its first write asked for',
    breaks: ['the life of a record: begins anew with each write'],
    bend: (good, database) => {
      const ends = endsOf(database);
      return {
        put: async (key, record, options) => {
          const end = options.ifVersion === null ? undefined : ends.get(nameOf(key));
          const expiresInMs = end === undefined ? options.expiresInMs : end - Date.now();
          if (end === undefined) ends.set(nameOf(key), Date.now() + options.expiresInMs);
          return good.put(key, record, { ...options, expiresInMs });
        },
      };
    },
  },
]);
