import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import type { StoreEvent } from '../../token-store.js';
import type { RuleGroup } from '../rule.js';
import { acquired, isFree, LONG_LEASE_MS, recordOf, terms, written } from '../sample-records.js';

const AT_ONCE = 20;

export const SHARING: RuleGroup = {
  title: 'two instances on the same data',
  rules: [
    {
      name: 'see each other’s writes and deletes at once',
      why: 'A worker would refresh with a token that another has spent, and the person has to sign in again.',
      needs: ['sharedAcrossInstances'],
      check: async ({ store, second: other, account }) => {
        const key = account();
        const first = await written(store, key, { mark: 'a' });
        deepStrictEqual(structuredClone(await other.get(key)), first);
        const found = await written(other, key, { mark: 'b', ifVersion: first.version });
        deepStrictEqual(structuredClone(await store.put(key, recordOf('late'), terms({ ifVersion: first.version }))), {
          ok: false,
          found,
        });
        await store.delete(key);
        strictEqual(await other.get(key), null);
      },
    },
    {
      name: 'lose no write between them: of many at once over one version, one goes through',
      why: 'Two workers would both believe that their tokens are kept; those of one are gone.',
      needs: ['sharedAcrossInstances'],
      check: async ({ store, second: other, account }) => {
        const key = account();
        const { version } = await written(store, key, { mark: 'start' });
        const results = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, n) =>
            (n % 2 === 0 ? store : other).put(key, recordOf(`${n}`), terms({ ifVersion: version })),
          ),
        );
        const winners = results.flatMap((result, n) => (result.ok ? [recordOf(`${n}`)] : []));
        strictEqual(winners.length, 1);
        deepStrictEqual(structuredClone((await other.get(key))?.record), winners[0]);
      },
    },
    {
      name: 'give one lease between them',
      why: 'Workers would refresh the same token beside each other, and TikTok takes it once.',
      needs: ['sharedAcrossInstances'],
      check: async ({ store, second: other, account }) => {
        const key = account();
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, n) =>
            (n % 2 === 0 ? store : other).acquire(key, { ttlMs: LONG_LEASE_MS }),
          ),
        );
        const [granted, ...more] = answers.filter((answer) => answer !== null);
        ok(granted !== undefined && more.length === 0, `${more.length + 1} of ${AT_ONCE} got it`);
        await granted.lease.release();
        const { lease } = await acquired(other, key);
        strictEqual(await isFree(store, key), false);
        await written(other, key, { mark: 'a', lease });
        strictEqual(await isFree(store, key), true);
      },
    },
    {
      name: 'hear of each other’s changes',
      why: 'A worker would go on serving a token that another has replaced, until its cache forgets it.',
      needs: ['sharedAcrossInstances', 'watch'],
      check: async ({ store, second: other, account, eventually }) => {
        const key = account();
        const heard: StoreEvent[] = [];
        other.watch((event) => heard.push(event));
        await eventually('the listener is told that it is up', () => heard.includes('up'));
        const { version } = await written(store, key, { mark: 'a' });
        await store.delete(key);
        await eventually('both changes are heard', () => heard.length >= 3);
        deepStrictEqual(structuredClone(heard), ['up', { key, version }, { key, version: null }]);
      },
    },
    {
      name: 'end apart: closing one leaves the other, the records, and a lease that is running',
      why: 'A deployment that replaces one worker would disconnect everybody, or let two refresh at once.',
      needs: ['sharedAcrossInstances'],
      check: async ({ store, second: other, account }) => {
        const key = account();
        const kept = await written(store, key, { mark: 'a' });
        const { lease } = await acquired(other, key);
        await store.close();
        deepStrictEqual(structuredClone(await other.get(key)), kept);
        strictEqual(await lease.extend(), true);
        await written(other, key, { mark: 'b', ifVersion: kept.version });
      },
    },
  ],
};
