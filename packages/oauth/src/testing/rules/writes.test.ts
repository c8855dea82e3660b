import { createHash, randomUUID } from 'node:crypto';
import { storeError, TikTokError } from '@tt/errors';
import type { PutResult, StoredRecord } from '../../token-store.js';
import { describeBrokenStores, overwrite, sharedBy } from '../test-support/broken-store.js';
import { nameOf } from '../test-support/reference-store.js';
import { WRITES } from './writes.js';

const replacedBy = sharedBy(() => new Map<string, StoredRecord>());

const numbersOf = sharedBy(() => ({ last: 0 }));

describeBrokenStores(WRITES, [
  {
    name: 'takes a record for written by whoever read it, and gives the old version again',
    breaks: [
      'a write: goes through over the version that was read, and gives a new one',
      'a write: that comes late is refused, and told what is there instead',
      'a write: never uses a version again, for the same record or after a delete either',
      'a write: is never lost: of many at once over one version, one goes through',
      'a write: made a second time, because the first answer was lost, finds its own record',
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (_good, database) => {
      const draw = database.drawVersion;
      database.drawVersion = (record, previous) => previous ?? draw(record, previous);
      return {};
    },
  },
  {
    name: 'writes over anything when nothing is expected',
    breaks: ['a write: that expects nothing is refused where there is something'],
    bend: (good) => ({
      put: async (key, record, options) => {
        const ifVersion = options.ifVersion ?? (await good.get(key))?.version ?? null;
        return good.put(key, record, { ...options, ifVersion });
      },
    }),
  },
  {
    name: 'writes over anything: the last one wins',
    breaks: [
      'the life of a record: leaves nothing behind that a later write stumbles over',
      'a write: that expects nothing is refused where there is something',
      'a write: that comes late is refused, and told what is there instead',
      'a write: that counts on a record is refused where it was deleted',
      'a write: is never lost: of many at once over one version, one goes through',
      'a write: made a second time, because the first answer was lost, finds its own record',
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a lease: is kept when that write is refused',
      'a listener: hears nothing where nothing changed',
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (good) => ({ put: (key, record, options) => overwrite(good, key, { record, options }) }),
  },
  {
    name: 'says that it wrote over a record, and did not',
    breaks: [
      'the life of a record: begins anew with each write',
      'a write: goes through over the version that was read, and gives a new one',
      'a write: that comes late is refused, and told what is there instead',
      'a write: is never lost: of many at once over one version, one goes through',
      'a write: made a second time, because the first answer was lost, finds its own record',
      'a write: whose answer is lost is a success or an error that leaves it open, never a conflict with itself',
      'a lease: comes with the record as it is now',
      'a listener: is told that it is up, then key and version of each change, in order, and nothing of the record',
      'what is due: goes by the latest write of an account, and forgets one that was deleted',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (good) => ({
      put: async (key, record, options): Promise<PutResult> => {
        const found = await good.get(key);
        if (options.ifVersion === null || found?.version !== options.ifVersion) return good.put(key, record, options);
        await options.lease?.release();
        return { ok: true, version: randomUUID() };
      },
    }),
  },
  {
    name: 'refuses a write, and writes all the same',
    breaks: [
      'the life of a record: leaves nothing behind that a later write stumbles over',
      'a write: that expects nothing is refused where there is something',
      'a write: that comes late is refused, and told what is there instead',
      'a write: that counts on a record is refused where it was deleted',
      'a write: is never lost: of many at once over one version, one goes through',
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a listener: hears nothing where nothing changed',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (good) => ({
      put: async (key, record, options) => {
        const result = await good.put(key, record, options);
        if (!result.ok) await overwrite(good, key, { record, options: { ...options, lease: undefined } });
        return result;
      },
    }),
  },
  {
    name: 'says yes to everybody, and keeps the first',
    breaks: [
      'a write: that expects nothing is refused where there is something',
      'a write: that comes late is refused, and told what is there instead',
      'a write: is never lost: of many at once over one version, one goes through',
      'a write: made a second time, because the first answer was lost, finds its own record',
      'two instances on the same data: see each other’s writes and deletes at once',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (good) => ({
      put: async (key, record, options): Promise<PutResult> => {
        const result = await good.put(key, record, options);
        return result.ok || result.found === null ? result : { ok: true, version: result.found.version };
      },
    }),
  },
  {
    name: 'says that it wrote over what was deleted',
    breaks: [
      'the life of a record: leaves nothing behind that a later write stumbles over',
      'a write: that counts on a record is refused where it was deleted',
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a lease: is kept when that write is refused',
    ],
    bend: (good) => ({
      put: async (key, record, options): Promise<PutResult> => {
        const result = await good.put(key, record, options);
        return result.ok || result.found !== null ? result : { ok: true, version: randomUUID() };
      },
    }),
  },
  {
    name: 'does not tell a late writer what is there',
    breaks: [
      'a write: that comes late is refused, and told what is there instead',
      'a write: made a second time, because the first answer was lost, finds its own record',
      'two instances on the same data: see each other’s writes and deletes at once',
    ],
    bend: (good) => ({
      put: async (key, record, options): Promise<PutResult> => {
        const result = await good.put(key, record, options);
        return result.ok ? result : { ok: false, found: null };
      },
    }),
  },
  {
    name: 'tells a late writer what was there before',
    breaks: [
      'a write: that comes late is refused, and told what is there instead',
      'a write: made a second time, because the first answer was lost, finds its own record',
      'two instances on the same data: see each other’s writes and deletes at once',
    ],
    bend: (good, database) => {
      const replaced = replacedBy(database);
      return {
        put: async (key, record, options): Promise<PutResult> => {
          const before = await good.get(key);
          const result = await good.put(key, record, options);
          if (result.ok && before !== null) replaced.set(nameOf(key), before);
          return result.ok ? result : { ok: false, found: result.found && (replaced.get(nameOf(key)) ?? result.found) };
        },
      };
    },
  },
  {
    name: 'writes what was deleted anew',
    breaks: [
      'the life of a record: leaves nothing behind that a later write stumbles over',
      'a write: that counts on a record is refused where it was deleted',
      'a delete: wins against a refresh under way, and leaves that one its lease',
      'a lease: is kept when that write is refused',
      'a listener: hears nothing where nothing changed',
    ],
    bend: (good) => ({
      put: async (key, record, options) => {
        const there = (await good.get(key)) !== null;
        return good.put(key, record, there ? options : { ...options, ifVersion: null });
      },
    }),
  },
  {
    name: 'counts versions, from 1 again after a delete',
    breaks: ['a write: never uses a version again, for the same record or after a delete either'],
    bend: (_good, database) => {
      database.drawVersion = (_record, previous) => String(Number(previous ?? 0) + 1);
      return {};
    },
  },
  {
    name: 'has numbers for versions',
    breaks: ['a write: never uses a version again, for the same record or after a delete either'],
    bend: (_good, database) => {
      const numbers = numbersOf(database);
      Object.assign(database, { drawVersion: () => ++numbers.last });
      return {};
    },
  },
  {
    name: 'derives the version from the record',
    breaks: ['a write: never uses a version again, for the same record or after a delete either'],
    bend: (_good, database) => {
      database.drawVersion = (record) => createHash('sha256').update(JSON.stringify(record)).digest('hex');
      return {};
    },
  },
  {
    name: 'looks first and writes then, in two steps',
    breaks: [
      'a write: is never lost: of many at once over one version, one goes through',
      'two instances on the same data: lose no write between them: of many at once over one version, one goes through',
    ],
    bend: (good) => ({
      put: async (key, record, options): Promise<PutResult> => {
        const found = await good.get(key);
        if ((found?.version ?? null) !== options.ifVersion) return { ok: false, found };
        return overwrite(good, key, { record, options });
      },
    }),
  },
  {
    name: 'asks again when an answer is lost, with another version, and meets itself',
    breaks: [
      'a write: whose answer is lost is a success or an error that leaves it open, never a conflict with itself',
    ],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const { losesNextAnswer } = database;
        const asked = good.put(key, record, options);
        return losesNextAnswer ? asked.catch(() => good.put(key, record, options)) : asked;
      },
    }),
  },
  {
    name: 'says of a lost answer that nothing happened',
    breaks: [
      'a write: whose answer is lost is a success or an error that leaves it open, never a conflict with itself',
    ],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const { losesNextAnswer } = database;
        const asked = good.put(key, record, options);
        return losesNextAnswer ? asked.catch(() => Promise.reject(storeError('no answer'))) : asked;
      },
    }),
  },
  {
    name: 'calls a lost answer a network error',
    breaks: [
      'a write: whose answer is lost is a success or an error that leaves it open, never a conflict with itself',
    ],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const { losesNextAnswer } = database;
        const asked = good.put(key, record, options);
        const failure = new TikTokError('no answer', { type: 'NETWORK_ERROR', outcomeUnknown: true });
        return losesNextAnswer ? asked.catch(() => Promise.reject(failure)) : asked;
      },
    }),
  },
  {
    name: 'takes a write that never arrived for one that did',
    breaks: [
      'a write: whose answer is lost is a success or an error that leaves it open, never a conflict with itself',
    ],
    bend: (good, database) => ({
      put: async (key, record, options): Promise<PutResult> => {
        if (!database.losesNextAnswer) return good.put(key, record, options);
        database.losesNextAnswer = false;
        return { ok: true, version: options.ifVersion ?? '' };
      },
    }),
  },
  {
    name: 'says of a lost answer that the write went through, with a version of another write',
    breaks: [
      'a write: whose answer is lost is a success or an error that leaves it open, never a conflict with itself',
    ],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const { losesNextAnswer } = database;
        const asked = good.put(key, record, options);
        return losesNextAnswer ? asked.catch((): PutResult => ({ ok: true, version: 'drawn-again' })) : asked;
      },
    }),
  },
]);
