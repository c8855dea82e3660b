import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict';
import type { RuleGroup } from '../rule.js';
import { acquired, HOUR_MS, recordOf, terms, written } from '../sample-records.js';

export const EXPIRY: RuleGroup = {
  title: 'the life of a record',
  rules: [
    {
      name: 'is what the write asked for, not that of the tokens in it',
      why: 'The refresh token outlives the access token by months. A record that dies with the access token disconnects everybody within a day.',
      check: async ({ store, account }) => {
        const key = account();
        const past = { accessTokenExpiresAt: 1, refreshTokenExpiresAt: 1 };
        await store.put(key, recordOf('a', past), terms({ dueAt: 0 }));
        notStrictEqual(await store.get(key), null);
      },
    },
    {
      name: 'ends: the record is gone then, from get and from acquire',
      why: 'Tokens of people who left would be kept for ever.',
      check: async ({ store, account, shortMs, passTime, inTime }) => {
        const key = account();
        await written(store, key, { mark: 'a', expiresInMs: shortMs });
        await passTime(shortMs);
        await inTime('get finds nothing', async () => (await store.get(key)) === null);
        strictEqual((await acquired(store, key)).found, null);
      },
    },
    {
      name: 'leaves nothing behind that a later write stumbles over',
      why: 'A person whose record ran out could not connect again; or a worker that slept would bring the old tokens back.',
      check: async ({ store, account, shortMs, passTime, inTime }) => {
        const key = account();
        const old = await written(store, key, { mark: 'old', expiresInMs: shortMs });
        await passTime(shortMs);
        await inTime('get finds nothing', async () => (await store.get(key)) === null);
        deepStrictEqual(await store.put(key, recordOf('late'), terms({ ifVersion: old.version })), {
          ok: false,
          found: null,
        });
        await written(store, key, { mark: 'new' });
      },
    },
    {
      name: 'begins anew with each write',
      why: 'An account that is refreshed every day would be dropped when the life of its first record is over.',
      check: async ({ store, account, shortMs, passTime, conclusively }) => {
        await conclusively(async () => {
          const key = account();
          const lifeMs = 3 * shortMs;
          const began = performance.now();
          const { version } = await written(store, key, { mark: 'a', expiresInMs: lifeMs });
          const again = await store.put(key, recordOf('b'), terms({ ifVersion: version, expiresInMs: HOUR_MS }));
          if (!again.ok && performance.now() - began >= lifeMs) return 'too slow';
          await passTime(lifeMs);
          notStrictEqual(await store.get(key), null);
          return 'proved';
        });
      },
    },
  ],
};
