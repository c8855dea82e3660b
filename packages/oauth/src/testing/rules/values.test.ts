import type { AccountKey, StoredRecord, TokenStore } from '../../token-store.js';
import { describeBrokenStores } from '../test-support/broken-store.js';
import { nameOf } from '../test-support/reference-store.js';
import { VALUES } from './values.js';

/** The same store under other keys. */
function under(good: TokenStore, rename: (key: AccountKey) => AccountKey): Partial<TokenStore> {
  return {
    get: (key) => good.get(rename(key)),
    put: (key, record, options) => good.put(rename(key), record, options),
    delete: (key) => good.delete(rename(key)),
    acquire: (key, options) => good.acquire(rename(key), options),
  };
}

function reading(good: TokenStore, change: (stored: StoredRecord) => StoredRecord): Partial<TokenStore> {
  return {
    get: async (key) => {
      const stored = await good.get(key);
      return stored && change(stored);
    },
  };
}

describeBrokenStores(VALUES, [
  {
    name: 'gives undefined where there is nothing',
    breaks: [
      'a record: is null where nothing was written',
      'a record: belongs to exactly one client key and user id, whatever characters are in them',
      'the life of a record: ends: the record is gone then, from get and from acquire',
      'the life of a record: leaves nothing behind that a later write stumbles over',
      'a write: that counts on a record is refused where it was deleted',
      'a delete: takes the record away, and a second time is no error',
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'what is due: forgets an account whose record ran out, and then still fills the limit',
      'two instances on the same data: see each other’s writes and deletes at once',
    ],
    bend: (good) => ({ get: async (key) => (await good.get(key)) ?? undefined }),
  },
  {
    name: 'trims texts',
    breaks: ['a record: comes back as it was written, with its version'],
    bend: (good) =>
      reading(good, ({ record, version }) => ({ record: { ...record, scope: record.scope.trim() }, version })),
  },
  {
    name: 'forgets the log id of a mark',
    breaks: ['a record: has no field that was not written, and loses none that was'],
    bend: (good) =>
      reading(good, ({ record, version }) => {
        const { signInNeeded: mark, ...rest } = record;
        return { version, record: { ...rest, ...(mark && { signInNeeded: { reason: mark.reason, at: mark.at } }) } };
      }),
  },
  {
    name: 'has no column for the time of a request that went unanswered',
    breaks: ['a record: has no field that was not written, and loses none that was'],
    bend: (good) =>
      reading(good, ({ record: { unansweredAt: _unansweredAt, ...record }, version }) => ({ record, version })),
  },
  {
    name: 'knows no null for the end of the refresh token',
    breaks: ['a record: has no field that was not written, and loses none that was'],
    bend: (good) =>
      reading(good, ({ record, version }) => ({
        version,
        record: { ...record, refreshTokenExpiresAt: record.refreshTokenExpiresAt ?? 0 },
      })),
  },
  {
    name: 'cuts tokens short',
    breaks: ['a record: may have 16 KB'],
    bend: (good) => ({
      put: (key, record, options) =>
        good.put(key, { ...record, accessToken: record.accessToken.slice(0, 4_096) }, options),
    }),
  },
  {
    name: 'does not tell capitals from small letters',
    breaks: [
      'a record: belongs to exactly one client key and user id, whatever characters are in them',
      'what is due: are the accounts whose time has come, to the millisecond, the most overdue first',
    ],
    bend: (good) => under(good, ({ clientKey, userId }) => ({ clientKey, userId: userId.toLowerCase() })),
  },
  {
    name: 'writes to everybody whose id differs in capitals only',
    breaks: [
      'a record: belongs to exactly one client key and user id, whatever characters are in them',
      'a record: cannot be changed by who wrote it or who reads it',
      'a write: that expects nothing is refused where there is something',
      'a write: that comes late is refused, and told what is there instead',
    ],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const result = await good.put(key, record, options);
        for (const [name, row] of database.rows) {
          const isAlike = nameOf(row.key).toLowerCase() === nameOf(key).toLowerCase();
          if (isAlike) database.rows.set(name, { ...row, stored: { ...row.stored, record } });
        }
        return result;
      },
    }),
  },
  {
    name: 'takes two ways to write a letter for one',
    breaks: ['a record: belongs to exactly one client key and user id, whatever characters are in them'],
    bend: (good) => under(good, ({ clientKey, userId }) => ({ clientKey, userId: userId.normalize() })),
  },
  {
    name: 'joins the parts of a key so that two keys become one',
    breaks: ['a record: belongs to exactly one client key and user id, whatever characters are in them'],
    bend: (good) =>
      under(good, ({ clientKey, userId }) => {
        const joined = `${clientKey}/${userId}`;
        const at = joined.lastIndexOf('/');
        return { clientKey: joined.slice(0, at), userId: joined.slice(at + 1) };
      }),
  },
  {
    name: 'keeps the very object it was given',
    breaks: ['a record: cannot be changed by who wrote it or who reads it'],
    bend: (good) => {
      const given = new Map<string, StoredRecord['record']>();
      return {
        ...reading(good, ({ record, version }) => ({ record: given.get(version) ?? record, version })),
        put: async (key, record, options) => {
          const result = await good.put(key, record, options);
          if (result.ok) given.set(result.version, record);
          return result;
        },
      };
    },
  },
  {
    name: 'gives the same object to everybody who reads',
    breaks: ['a record: cannot be changed by who wrote it or who reads it'],
    bend: (good) => {
      const read = new Map<string, StoredRecord>();
      return reading(good, (stored) => {
        const same = read.get(stored.version) ?? stored;
        read.set(stored.version, same);
        return same;
      });
    },
  },
]);
