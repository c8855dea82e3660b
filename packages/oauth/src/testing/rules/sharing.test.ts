import type { AccountKey, PutResult, StoredRecord, TokenStore } from '../../token-store.js';
import { HOUR_MS } from '../sample-records.js';
import { describeBrokenStores, overwrite, sharedBy } from '../test-support/broken-store.js';
import { Database, nameOf, openReference } from '../test-support/reference-store.js';
import { SHARING } from './sharing.js';

const instancesOf = sharedBy(() => ({ count: 0 }));

/** 1 for the first instance on a database, 2 for the second. */
function numberOf(database: Database): number {
  const instances = instancesOf(database);
  instances.count += 1;
  return instances.count;
}

/** One after the other, in this instance. */
function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

describeBrokenStores(SHARING, [
  {
    name: 'keeps everything in its own process',
    breaks: [
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
      'two instances on the same data: give one lease between them',
      'two instances on the same data: hear of each other’s changes',
      'two instances on the same data: end apart: closing one leaves the other, the records, and a lease that is running',
    ],
    bend: (_good, database): Partial<TokenStore> => {
      // The first one keeps the shared data, for the faults to work.
      return numberOf(database) === 1 ? {} : openReference(new Database());
    },
  },
  {
    name: 'writes one after the other, in its own process',
    breaks: [
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (good) => {
      const alone = inTurn();
      return {
        put: (key, record, options) =>
          alone(async (): Promise<PutResult> => {
            const found = await good.get(key);
            if ((found?.version ?? null) !== options.ifVersion) return { ok: false, found };
            return overwrite(good, key, { record, options });
          }),
      };
    },
  },
  {
    name: 'finds the record of another process at the second look only',
    breaks: [
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
      'two instances on the same data: end apart: closing one leaves the other, the records, and a lease that is running',
    ],
    bend: (good, database) => {
      const isFirst = numberOf(database) === 1;
      const seen = new Set<string>();
      return {
        get: async (key) => {
          const found = await good.get(key);
          if (isFirst || found === null || seen.has(nameOf(key))) return found;
          seen.add(nameOf(key));
          return null;
        },
      };
    },
  },
  {
    name: 'compares with the version that it wrote itself',
    breaks: [
      'the life of a record: leaves nothing behind that a later write stumbles over',
      'a write: is never lost: of many at once over one version, one goes through',
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (good) => {
      const versions = new Map<string, string>();
      return {
        put: async (key, record, options) => {
          const isMine = options.ifVersion !== null && versions.get(nameOf(key)) === options.ifVersion;
          const result = await (isMine ? overwrite(good, key, { record, options }) : good.put(key, record, options));
          if (result.ok) versions.set(nameOf(key), result.version);
          return result;
        },
        delete: async (key) => {
          versions.delete(nameOf(key));
          await good.delete(key);
        },
      };
    },
  },
  {
    name: 'goes on giving what another process has deleted',
    breaks: ['two instances on the same data: see each other’s writes and deletes at once'],
    bend: (good) => {
      const mine = new Map<string, StoredRecord>();
      return {
        get: async (key) => (await good.get(key)) ?? mine.get(nameOf(key)) ?? null,
        put: async (key, record, options) => {
          const result = await good.put(key, record, options);
          // As long as it is sure to be there.
          if (result.ok && options.expiresInMs >= HOUR_MS) mine.set(nameOf(key), { record, version: result.version });
          return result;
        },
        delete: async (key) => {
          mine.delete(nameOf(key));
          await good.delete(key);
        },
      };
    },
  },
  {
    name: 'has leases of its own',
    breaks: ['two instances on the same data: give one lease between them'],
    bend: (good, database) => {
      const mark = numberOf(database);
      const mine = ({ clientKey, userId }: AccountKey): AccountKey => ({ clientKey, userId: `${mark}:${userId}` });
      return {
        acquire: async (key, options) => {
          const acquired = await good.acquire(mine(key), options);
          return acquired && { ...acquired, found: await good.get(key) };
        },
      };
    },
  },
  {
    name: 'hears of its own changes only',
    breaks: ['two instances on the same data: hear of each other’s changes'],
    bend: (good) => {
      let isOurs = false;
      const ours = <T>(change: () => T): T => {
        isOurs = true;
        const answer = change();
        isOurs = false;
        return answer;
      };
      return {
        put: (key, record, options) => ours(() => good.put(key, record, options)),
        delete: (key) => ours(() => good.delete(key)),
        watch: (listener) =>
          good.watch((event) => {
            if (typeof event === 'string' || isOurs) listener(event);
          }),
      };
    },
  },
  {
    name: 'empties the store when it is closed',
    breaks: [
      'two instances on the same data: end apart: closing one leaves the other, the records, and a lease that is running',
    ],
    bend: (good, database) => ({
      close: async () => {
        await good.close();
        database.rows.clear();
      },
    }),
  },
  {
    name: 'ends everybody’s leases when it is closed',
    breaks: [
      'two instances on the same data: end apart: closing one leaves the other, the records, and a lease that is running',
    ],
    bend: (good, database) => ({
      close: async () => {
        await good.close();
        database.leases.clear();
      },
    }),
  },
]);
