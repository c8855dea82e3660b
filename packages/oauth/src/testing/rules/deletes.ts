import { deepStrictEqual, notStrictEqual, strictEqual } from 'node:assert/strict';
import type { RuleGroup } from '../rule.js';
import { acquired, isFree, recordOf, terms, written } from '../sample-records.js';

export const DELETES: RuleGroup = {
  title: 'a delete',
  rules: [
    {
      name: 'takes the record away, and a second time is no error',
      why: 'Somebody who disconnects would stay connected, or see an error for clicking twice.',
      check: async ({ store, account }) => {
        const key = account();
        await written(store, key, { mark: 'a' });
        await store.delete(key);
        await store.delete(key);
        strictEqual(await store.get(key), null);
        strictEqual((await acquired(store, key)).found, null);
      },
    },
    {
      name: 'touches no other account',
      why: 'Others would have to sign in again.',
      check: async ({ store, account }) => {
        const [key, sibling] = [account(), account()];
        const kept = await written(store, sibling, { mark: 'kept' });
        const otherApp = { ...key, clientKey: `${key.clientKey}-2` };
        await written(store, otherApp, { mark: 'other app' });
        await written(store, key, { mark: 'a' });
        await store.delete(key);
        deepStrictEqual(structuredClone(await store.get(sibling)), kept);
        notStrictEqual(await store.get(otherApp), null);
      },
    },
    {
      name: 'wins against a refresh under way, and leaves that one its lease',
      why: 'Without the lease a second worker would refresh the same token beside the first one; and a delete that loses is none.',
      check: async ({ store, account }) => {
        const key = account();
        const { version } = await written(store, key, { mark: 'a' });
        const { lease } = await acquired(store, key);
        await store.delete(key);
        strictEqual(await isFree(store, key), false);
        strictEqual(await lease.extend(), true);
        const late = await store.put(key, recordOf('refreshed'), terms({ ifVersion: version, lease }));
        deepStrictEqual(late, { ok: false, found: null });
        strictEqual(await store.get(key), null);
      },
    },
  ],
};
